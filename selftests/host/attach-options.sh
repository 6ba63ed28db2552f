#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# needs: native unit
#
# pvhost attach reports invalid arguments before it opens /dev/kvm_pv, that is on a host
# without the module as well.

. ../lib.sh

TABLE=600000,1200000
NOT_LOADED="kvm_pv is not loaded: modprobe kvm_pv"
TABLE_NUMBERS='frequencies, as 800MHz,1.6GHz, separated by commas'
DOMAIN_NUMBERS='numbers 0..4294967295 separated by commas'

# The largest base with space for one vCPU, and for 2 vCPUs
BASE_MAX=18446744073709547519
BASE_MAX_2=18446744073709543423

# The largest address of shared pages for one vCPU, and for 512 vCPUs
SHARED_MAX=18446744073709486079
SHARED_MAX_512=18446744073709420543

# Entries 1 to 65
TABLE_65=1
entry=2
while [ $entry -le 65 ]; do
	TABLE_65=$TABLE_65,$entry
	entry=$((entry + 1))
done

# The default address, and more vCPUs than it has space for
case $(uname -m) in
x86_64)	BASE=0xfef00000 SPACE=252 TOO_MANY=253 ;;
*)	BASE=0xb800000 SPACE=2048 TOO_MANY=2049 ;;
esac

# rejects NAME TEXT OPTION...: attach to a process that is not a VMM
rejects()
{
	local name=$1 text=$2

	shift 2
	check "pvhost attach rejects $name" refuses "$text" pvhost attach --pid $$ "$@"
}

# accepts NAME OPTION...: the missing module is the first error
accepts()
{
	local name=$1

	shift
	check "pvhost attach accepts $name" refuses "$NOT_LOADED" pvhost attach --pid $$ "$@"
}

ktap_print_header
[ ! -e /dev/kvm_pv ] ||
	skip_all "/dev/kvm_pv exists, so attach does not stop at the missing module"
ktap_set_plan 55

check "pvhost attach rejects a command line without a VM" \
	refuses "one of VM, --pid, --name and --libvirt" pvhost attach --table $TABLE
check "pvhost attach rejects the process 0" \
	refuses '--pid: invalid number "0": expected 1..2147483647' pvhost attach --pid 0 --table $TABLE
check "pvhost attach rejects the process 2^31" \
	refuses '--pid: invalid number "2147483648": expected 1..2147483647' \
	pvhost attach --pid 2147483648 --table $TABLE
check "pvhost attach rejects a process in letters" \
	refuses '--pid: invalid number "one": expected 1..2147483647' \
	pvhost attach --pid one --table $TABLE
check "pvhost attach rejects a name that no VM has" \
	refuses '--name: no VM is named "no such VM"' pvhost attach --name "no such VM" --table $TABLE
rejects "a word after its options" 'unexpected argument "fly"' --table $TABLE fly
rejects "an unknown option" "--help" --table $TABLE --fly
rejects "a timeout of 3601 s" '--timeout: invalid duration "3601": expected 0..3600 seconds' --timeout 3601

rejects "a table that descends" "--table: 1 after 2: entries must ascend" --table 2,1
rejects "a table with an entry twice" "--table: 2 after 2: entries must ascend" --table 2,2
rejects "a table with a 0" "--table: invalid list \"0,1\": expected $TABLE_NUMBERS" \
	--table 0,1
rejects "a table that ends in a comma" "--table: invalid list \"1,\": expected $TABLE_NUMBERS" \
	--table 1,
rejects "an empty table" "--table: invalid list \"\": expected $TABLE_NUMBERS" --table ""
rejects "a table of 65 entries" "--table: 65 entries are more than 64" --table "$TABLE_65"
rejects "a table entry of 33 bits" \
	"--table: invalid list \"4294967296\": expected $TABLE_NUMBERS" --table 4294967296

rejects "a base in letters" "--base: invalid number \"low\": expected 0..$BASE_MAX" \
	--table $TABLE --base low
rejects "a base of 65 bits" \
	"--base: invalid number \"0x10000000000000000\": expected 0..$BASE_MAX" \
	--table $TABLE --base 0x10000000000000000
rejects "an unaligned base" "--base: 0x10000004 is not a multiple of 0x1000" \
	--table $TABLE --base 0x10000004
rejects "an unaligned base with --vcpus" "--base: 0x10000004 is not a multiple of 0x1000" \
	--table $TABLE --base 0x10000004 --vcpus 2
rejects "a base without space for one vCPU" \
	"--base: invalid number \"0xfffffffffffff000\": expected 0..$BASE_MAX" \
	--table $TABLE --base 0xfffffffffffff000
rejects "a base without space for 2 vCPUs" \
	"--base: invalid number \"0xffffffffffffe000\": expected 0..$BASE_MAX_2" \
	--table $TABLE --base 0xffffffffffffe000 --vcpus 2
rejects "shared pages at an address in letters" \
	"--shared: invalid number \"low\": expected 0..$SHARED_MAX" --table $TABLE --shared low
rejects "an unaligned address of shared pages" \
	"--shared: 0x10001000 is not a multiple of 0x10000" --table $TABLE --shared 0x10001000
rejects "shared pages without space for one vCPU" \
	"--shared: invalid number \"0xffffffffffff0000\": expected 0..$SHARED_MAX" \
	--table $TABLE --shared 0xffffffffffff0000
rejects "shared pages without space for 512 vCPUs" \
	"--shared: invalid number \"0xfffffffffffe0000\": expected 0..$SHARED_MAX_512" \
	--table $TABLE --shared 0xfffffffffffe0000 --vcpus 512 --base 0x100000000
rejects "shared pages at the address of the device" "overlap the device at $BASE" \
	--table $TABLE --vcpus 2 --shared $BASE
rejects "a device at an address in the shared pages" \
	"overlap the device at 0x10001000-0x10002fff: choose another --base or --shared" \
	--table $TABLE --vcpus 2 --shared 0x10000000 --base 0x10001000
rejects "0 vCPUs" '--vcpus: invalid number "0": expected 1..65536' --table $TABLE --vcpus 0
rejects "65537 vCPUs" '--vcpus: invalid number "65537": expected 1..65536' \
	--table $TABLE --vcpus 65537
rejects "more vCPUs than fit at the default address" \
	"$BASE has room for $SPACE CPUs: give an address with room for $TOO_MANY with --base" \
	--table $TABLE --vcpus $TOO_MANY

rejects "domains in letters" "--perf-domains: invalid list \"a,b\": expected $DOMAIN_NUMBERS" \
	--table $TABLE --perf-domains a,b
rejects "3 domains for 2 vCPUs" "--perf-domains: 3 domains for 2 CPUs" \
	--table $TABLE --vcpus 2 --perf-domains 0,0,1
rejects "an unknown backend" "expected auto, uclamp, freq-qos or none" --table $TABLE --backend fly
rejects "a margin of the backend none" "--margin is for --backend uclamp" \
	--table $TABLE --backend none --margin 25
rejects "freq-qos without a cap" \
	"--backend freq-qos affects all users of the CPUs: limit requests with --cap" \
	--table $TABLE --backend freq-qos
rejects "a cap of 0" '--cap: invalid frequency "0": expected kHz' \
	--table $TABLE --cap 0
rejects "a margin of 101 %" '--margin: invalid number "101": expected 0..100' \
	--table $TABLE --backend uclamp --margin 101
rejects "a rate of 0" '--max-rate: invalid number "0": expected 1..4294967295' \
	--table $TABLE --max-rate 0
rejects "a cap of 0" '--cap: invalid frequency "0": expected kHz' --table $TABLE --cap 0
rejects "an unknown level of telemetry" "expected off, counters or events" \
	--table $TABLE --telemetry all
rejects "telemetry without shared pages" "--telemetry needs shared pages" \
	--table $TABLE --telemetry counters --shared none
rejects "shared pages of a device in BPF" "a device in BPF accepts only" \
	--bpf device.bpf.o --shared none
rejects "an interrupt without --bpf" "--irq is for a device in BPF" --table $TABLE --irq 5

accepts "a table alone" --table $TABLE
accepts "a table of 64 entries" --table "${TABLE_65%,*}"
accepts "the last base with space for one vCPU" --table $TABLE --base 0xffffffffffffe000
accepts "as many vCPUs as fit at the default address" --table $TABLE --vcpus $SPACE
accepts "the last address of shared pages with space for one vCPU" \
	--table $TABLE --shared 0xfffffffffffe0000
accepts "a margin of the backend that it chooses" --table $TABLE --margin 25
accepts "freq-qos with a cap" --table $TABLE --backend freq-qos --cap 600000
accepts "the backend auto" --table $TABLE --backend auto
accepts "no cap" --table $TABLE --cap none
accepts "telemetry" --table $TABLE --telemetry events
accepts "no shared pages" --table $TABLE --shared none
accepts "2 domains for 2 vCPUs" --table $TABLE --vcpus 2 --perf-domains 0,0

ktap_finished
