#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# vcpuinfo rejects invalid options of latency, cpufreq, exits and call before it opens the device.

. ../lib.sh
. ./tree.sh
. ./refuses.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}

# The largest number of a call or a CPU, and the largest argument
CALL_MAX=4294967295
ARGUMENT_MAX=18446744073709551615

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# rows WORD...: the call and the values of each row of latency, on the recorded machine
rows()
{
	$VCPUINFO -p -o call,p50_ns,p90_ns,p99_9_ns,mean_ns,reference,reference_percent -s "$x86" latency "$@" \
		2> "$tmp/err" | grep -v '^#' | tr '\n' ' '
}

# invalid NUMBER MIN MAX: prints the error of vcpuinfo for a number that is not in the range
invalid()
{
	echo "invalid number \"$1\": expected $2..$3"
}

# no_duration WORD: the message for WORD as an interval
no_duration()
{
	echo "invalid duration \"$1\": expected 0.01..86400 seconds, as in 1.5s or 250ms"
}

# names: "call --help" prints a table of names, and no errors
names()
{
	$VCPUINFO call --help > "$tmp/out" 2> "$tmp/err" &&
		grep -q '^ nop  *PV_HC_NOP  *0x' "$tmp/out" && [ ! -s "$tmp/err" ]
}

tree_unpack "$tmp" trees/x86-kvm.tree trees/arm64-xen.tree
x86=$tmp/x86-kvm

ktap_print_header
ktap_set_plan 75

refuses "vcpuinfo call rejects a missing name or number" "give a name or a number" call
refuses "vcpuinfo call rejects an unknown name" \
	"unknown call: bogus; 'vcpuinfo call --help' lists names" call bogus
refuses "vcpuinfo call suggests a name for a misspelled one" \
	"unknown call: nopp; perhaps nop; " call nopp
refuses "vcpuinfo call rejects an empty name" "unknown call: (empty); " call ""
refuses "vcpuinfo call rejects a very long name" "unknown call: nopnopnop" \
	call nopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnop
refuses "vcpuinfo call rejects a malformed number" \
	"number of the call: $(invalid 1x 0 $CALL_MAX)" call 1x
refuses "vcpuinfo call rejects a number of 33 bits" \
	"number of the call: $(invalid 0x100000000 0 $CALL_MAX)" call 0x100000000
refuses "vcpuinfo call rejects a number of 65 bits" \
	"number of the call: $(invalid 18446744073709551616 0 $CALL_MAX)" call 18446744073709551616
refuses "vcpuinfo call rejects a negative number" "Try 'vcpuinfo --help'" call -1
refuses "vcpuinfo call rejects five arguments" \
	"5 arguments are too many: a call has up to 4" call nop 0 0 0 0 0
refuses "vcpuinfo call rejects an argument that is not a number" \
	"argument: $(invalid x 0 $ARGUMENT_MAX)" call nop x
refuses "vcpuinfo call rejects an empty argument" \
	"argument: $(invalid "" 0 $ARGUMENT_MAX)" call nop ""
refuses "vcpuinfo call rejects an argument of 65 bits" \
	"argument: $(invalid 0x10000000000000000 0 $ARGUMENT_MAX)" call nop 0x10000000000000000
refuses "vcpuinfo call rejects a negative argument" \
	"argument: $(invalid -1 0 $ARGUMENT_MAX)" call nop -- -1
refuses "vcpuinfo call vcpu_info rejects a missing CPU number" \
	"give one argument, the number of a CPU" call vcpu_info
refuses "vcpuinfo call vcpu_info rejects two CPU numbers" "give one argument" call VCPU-INFO 0 1
refuses "vcpuinfo call vcpu_info rejects a malformed CPU number" \
	"number of the CPU: $(invalid a 0 $CALL_MAX)" call vcpu_info a
refuses "vcpuinfo call vcpu_info rejects CPU number 2^32" \
	"number of the CPU: $(invalid 4294967296 0 $CALL_MAX)" call vcpu_info 4294967296
refuses "vcpuinfo call rejects --sysroot before the command" \
	"a recorded machine has no hypervisor" -s "$x86" call nop
refuses "vcpuinfo call rejects --sysroot after the command" \
	"a recorded machine has no hypervisor" call nop -s "$x86"
refuses "vcpuinfo call rejects --parse" "--json is the only option" call nop -p
refuses "vcpuinfo call rejects --output" "--json is the only option" -o nr call nop
refuses "vcpuinfo call rejects --all" "--json is the only option" -a call nop
refuses "vcpuinfo call rejects --samples" "--samples applies to one section" call nop --samples 1
refuses "vcpuinfo rejects call after a section" "section: call" vcpus call
check "vcpuinfo call --help lists the names of calls" names

refuses "vcpuinfo latency --call rejects an unknown name" \
	"unknown call: bogus" latency --call nop --call bogus
refuses "vcpuinfo latency --call rejects a malformed number" \
	"number of the call: $(invalid 0x 0 $CALL_MAX)" latency --call 0x
refuses "vcpuinfo latency --cpu rejects a malformed list" "no list of CPUs: 'a'" latency --cpu a
refuses "vcpuinfo latency --cpu rejects an empty list" "no list of CPUs: ''" latency --cpu ""
refuses "vcpuinfo latency --cpu rejects a reversed range" "no list of CPUs: '1-0'" latency --cpu 1-0
refuses "vcpuinfo latency --cpu rejects CPU 8192" "no list of CPUs: '8192'" latency --cpu 8192
refuses "vcpuinfo latency --cpu rejects a CPU that is offline" \
	"CPU 2 is not online; online are 0-1" -s "$x86" latency --cpu 0-2
refuses "vcpuinfo latency --samples rejects 0" \
	"--samples: $(invalid 0 1 10000000)" latency --samples 0
refuses "vcpuinfo latency --samples rejects 10,000,001" \
	"--samples: $(invalid 10000001 1 10000000)" latency --samples 10000001
refuses "vcpuinfo latency --samples rejects a malformed number" \
	"--samples: $(invalid 1M 1 10000000)" latency --samples 1M
refuses "vcpuinfo latency --warmup rejects 10,000,001" \
	"--warmup: $(invalid 10000001 0 10000000)" latency --warmup 10000001
refuses "vcpuinfo latency --warmup rejects a negative number" \
	"--warmup: $(invalid -1 0 10000000)" latency --warmup=-1
refuses "vcpuinfo latency rejects --histogram together with --parse" \
	"mutually exclusive arguments: --histogram --parse" latency --histogram -p
refuses "vcpuinfo latency rejects --histogram together with --output" \
	"mutually exclusive arguments: --histogram --output" latency --histogram -o call
refuses "vcpuinfo vcpus rejects --cpu" "--cpu applies to one section" vcpus --cpu 0
refuses "vcpuinfo --all rejects --call" "--call applies to one section" -a --call nop
refuses "vcpuinfo rejects --histogram for two sections" \
	"--histogram applies to one section" latency vcpus --histogram

for option in --interval --watch; do
	refuses "vcpuinfo $option rejects 0 seconds" "$option: $(no_duration 0)" $option=0
	refuses "vcpuinfo $option rejects 9 ms" "$option: $(no_duration 9ms)" $option=9ms
	refuses "vcpuinfo $option rejects 86,401 seconds" \
		"$option: $(no_duration 86401)" $option=86401
	refuses "vcpuinfo $option rejects a malformed number" \
		"$option: $(no_duration s)" cpufreq $option=s
	refuses "vcpuinfo $option rejects an empty number" \
		"$option: $(no_duration "")" cpufreq $option=
done
refuses "vcpuinfo --watch rejects an interval as a separate word" \
	"unknown section: 5; did you mean --interval 5?" cpufreq --watch 5
refuses "vcpuinfo --count rejects 0 intervals" "--count: $(invalid 0 1 4294967295)" -i 1 -c 0
refuses "vcpuinfo rejects --count without --interval" \
	"--count needs --interval: vcpuinfo --interval 1 --count 3" --count 3
refuses "vcpuinfo cpufreq rejects --interval together with --parse" \
	"mutually exclusive arguments: --interval --parse" cpufreq -i 1 -p
refuses "vcpuinfo cpufreq rejects --interval together with --output" \
	"mutually exclusive arguments: --interval --output" cpufreq -i 1 -o policy
refuses "vcpuinfo cpufreq --interval fails on a machine without policies" \
	"--interval: this machine has no cpufreq policy" -s "$tmp/arm64-xen" cpufreq -i 1

refuses "vcpuinfo latency --tag rejects a recorded machine" \
	"--tag: a recorded machine has no hypervisor: omit --sysroot" -s "$x86" latency --tag
refuses "vcpuinfo latency rejects --tag together with --parse" \
	"mutually exclusive arguments: --tag --parse" latency --tag -p
refuses "vcpuinfo rejects --brief together with --json" \
	"mutually exclusive arguments: --brief --json" --brief --json
refuses "vcpuinfo rejects --quiet together with --output" \
	"mutually exclusive arguments: --quiet --output" --quiet -o cpu
refuses "vcpuinfo rejects --json together with --raw" \
	"mutually exclusive arguments: --json --raw" --json --raw
refuses "vcpuinfo rejects --parse together with --raw" \
	"mutually exclusive arguments: --parse --raw" --parse --raw
refuses "vcpuinfo rejects --output together with --output-all" \
	"mutually exclusive arguments: --output --output-all" --output-all -o cpu
refuses "vcpuinfo rejects two lists of columns" \
	'more than one list of columns: "cpu" and "online"' -o cpu -o online
refuses "vcpuinfo rejects a section that is a beginning of two names" \
	"unknown or ambiguous section: hyper; sections: summary hypervisor" hyper
refuses "vcpuinfo rejects an empty section" "unknown or ambiguous section: (empty)" ""

refuses "vcpuinfo exits --by rejects an unknown word" \
	"--by: unknown word \"cpu\": expected vcpu" exits --by cpu
refuses "vcpuinfo rejects --by for another section" \
	"--by applies to one section: vcpuinfo exits --by vcpu" cpufreq --by vcpu
refuses "vcpuinfo exits rejects --interval together with --parse" \
	"mutually exclusive arguments: --interval --parse" exits --watch -p

check_is "vcpuinfo latency lists the default calls of a recorded machine" \
	"$(rows)" "nop,,,,,, unassigned,,,,,, "
check_is "vcpuinfo latency lists the requested calls on each CPU of a recorded machine" \
	"$(rows --call PV_HC_QUERY --call 0x7 --cpu 0,1 --samples 1 --warmup 0)" \
	"query,,,,,, 0x7,,,,,, query,,,,,, 0x7,,,,,, "
check_is "vcpuinfo latency --histogram prints null on a recorded machine" \
	"$($VCPUINFO -J -s "$x86" latency --histogram 2>&1 | grep -c '"histogram": null')" 2

ktap_finished
