#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# needs: native unit
#
# Numbers on the command lines of pvhost, hypertrace and vcpuinfo are decimal, with or
# without leading zeros, or hexadecimal after 0x.  Durations can have decimal places and a unit.

. ../lib.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# described NUMBER: the size of a device for as many vCPUs, 0x1000 for each
described()
{
	pvhost describe --arch arm64 --shared none --vcpus "$1" | sed -n 's/.*reg = .* \(0x[0-9a-f]*\)>;/\1/p'
}

# call NUMBER: the call that vcpuinfo would measure, of a recorded machine without files
call()
{
	mkdir -p "$tmp/proc"
	vcpuinfo --sysroot "$tmp" --parse --output call latency --call "$1" 2> /dev/null | tail -n 1
}

# refuses TEXT COMMAND...: the command fails, prints nothing and the error TEXT
refuses()
{
	local text=$1

	shift
	if "$@" > "$tmp/out" 2> "$tmp/err" || [ -s "$tmp/out" ] ||
	   [ "$(cat "$tmp/err")" != "$text" ]; then
		sed 's/^/# /' "$tmp/out" "$tmp/err"
		return 1
	fi
}

# invalid OPTION RANGE NUMBER COMMAND...: as the last word of this command
invalid()
{
	local option=$1 range=$2 number=$3

	shift 3
	check "$* rejects the number '$number'" \
		refuses "$1: $option: invalid number \"$number\": expected $range" "$@" "$number"
}

# invalid_duration OPTION RANGE TEXT COMMAND...: as the last word of this command
invalid_duration()
{
	local option=$1 range=$2 text=$3

	shift 3
	check "$* rejects the duration '$text'" \
		refuses "$1: $option: invalid duration \"$text\": expected $range seconds, as in 1.5s or 250ms" \
		"$@" "$text"
}

# invalid_all OPTION RANGE COMMAND...: numbers that no program accepts
invalid_all()
{
	local option=$1 range=$2 number

	shift 2
	for number in '' ' 1' '1 ' -1 +1 1x 0x 0x0x1 0xg f 1.5 1,2 18446744073709551616; do
		invalid "$option" "$range" "$number" "$@"
	done
}

# run_options WORD...: pvhost run, which reads its options before it starts QEMU
run_options()
{
	pvhost run "$@" -- "$QEMU" -accel kvm -smp 2
}

# A program with the name of QEMU, which must not be started
QEMU=$tmp/qemu-system-$(uname -m)
printf '#!/bin/sh\necho QEMU is started\n' > "$QEMU"
chmod +x "$QEMU"

ktap_print_header
ktap_set_plan 75

check_is "pvhost describe --vcpus reads 010 as decimal" "$(described 010)" 0x0000a000
check_is "pvhost describe --vcpus reads 0008 as decimal" "$(described 0008)" 0x00008000
check_is "pvhost describe --vcpus reads 0x10 as hexadecimal" "$(described 0x10)" 0x00010000
check_is "pvhost describe --vcpus reads 0X1f as hexadecimal" "$(described 0X1f)" 0x0001f000
check_is "vcpuinfo latency --call reads 0291 as decimal" "$(call 0291)" 0x123
check_is "vcpuinfo latency --call reads 0x123 as hexadecimal" "$(call 0x123)" 0x123

# Octal, they would be in range.
invalid --vcpus 1..65536 065537 pvhost describe --vcpus
invalid_duration --duration 0.01..31622400 031622401 hypertrace exits --duration
invalid --samples 1..10000000 010000001 vcpuinfo latency --samples

invalid --vcpus 1..65536 0 pvhost describe --vcpus
invalid --vcpus 1..65536 65537 pvhost describe --vcpus
invalid --vcpus 1..65536 0x10001 pvhost describe --vcpus
for text in 0 0.009 9ms 9999us; do
	invalid_duration --duration 0.01..31622400 $text hypertrace exits --duration
done
invalid --samples 1..10000000 0 vcpuinfo latency --samples

invalid_all --vcpus 1..65536 pvhost describe --vcpus
for text in '' ' 1' '1 ' -1 +1 1x 0x 0x1 . .5 1. 1.s 1.5.0 1,5 1e3 1m 1min '1 s' 1.0000000001 \
	    0.0001us 31622400.1 4294967296 18446744073709551616; do
	invalid_duration --duration 0.01..31622400 "$text" hypertrace exits --duration
done
invalid_duration interval 0.01..31622400 5ms hypertrace calls
invalid_duration --timeout 0..3600 3600.5 pvhost attach --pid 1 --timeout
invalid_all --samples 1..10000000 vcpuinfo latency --samples

LIST='separated by commas'
check "pvhost --table reads 010 as decimal" \
	refuses "pvhost: --table: 9 after 10: entries must ascend" run_options --table 010,9
check "pvhost --table rejects an empty entry" \
	refuses "pvhost: --table: invalid list \"1,,2\": expected frequencies, as 800MHz,1.6GHz, $LIST" \
	run_options --table 1,,2
check "pvhost --table rejects a comma at the end" \
	refuses "pvhost: --table: invalid list \"1,2,\": expected frequencies, as 800MHz,1.6GHz, $LIST" \
	run_options --table 1,2,
check "pvhost --table rejects the entry 0" \
	refuses "pvhost: --table: invalid list \"0\": expected frequencies, as 800MHz,1.6GHz, $LIST" \
	run_options --table 0
check "pvhost --perf-domains rejects an entry of 33 bits" \
	refuses "pvhost: --perf-domains: invalid list \"0,0x100000000\": expected numbers 0..4294967295 $LIST" \
	run_options --table 1 --perf-domains 0,0x100000000
check "pvhost run rejects an -smp that QEMU reads as octal" \
	refuses "pvhost: -smp: QEMU reads \"010\" as octal: remove the leading 0" \
	pvhost run -- "$QEMU" -accel kvm -smp 010
check "pvhost run rejects an -smp in letters" \
	refuses "pvhost: -smp: invalid number \"two\": expected 1..65536" \
	pvhost run -- "$QEMU" -accel kvm -smp two

ktap_finished
