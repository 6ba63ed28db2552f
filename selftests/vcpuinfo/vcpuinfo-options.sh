#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: any
#
# vcpuinfo: what the options of latency and freq and the command call refuse, before anything is
# asked of the device.

. ../lib.sh
. ./tree.sh
. ./refuses.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# rows WORD...: call and samples of each row of latency, on the recorded machine
rows()
{
	$VCPUINFO -p -o call,p50,p90,p99_9,mean,yardstick,exit_percent -s "$tmp" latency "$@" \
		2> "$tmp/err" | grep -v '^#' | tr '\n' ' '
}

all_names()
{
	$VCPUINFO call --help > "$tmp/out" 2> "$tmp/err" &&
		grep -q '^ nop  *PV_HC_NOP  *0x' "$tmp/out" && [ ! -s "$tmp/err" ]
}

tree_unpack trees/x86-kvm.tree "$tmp"

ktap_print_header
ktap_set_plan 54

refuses "call: nothing" "give a name or a number" call
refuses "call: unknown name" "unknown call: bogus; 'vcpuinfo call --help' lists names" call bogus
refuses "call: nearly a name" "unknown call: nopp; perhaps nop; " call nopp
refuses "call: empty name" "unknown call: (empty); " call ""
refuses "call: a very long name" "unknown call: nopnopnop" call \
	nopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnopnop
refuses "call: no number" "no number: '1x'" call 1x
refuses "call: number of 33 bits" "out of range: 0x100000000; give 0 to 4294967295" \
	call 0x100000000
refuses "call: number of 65 bits" "out of range: 18446744073709551616" call \
	18446744073709551616
refuses "call: negative number" "Try 'vcpuinfo --help'" call -1
refuses "call: five arguments" "5 arguments are too many: a call has up to 4" call nop 0 0 0 0 0
refuses "call: argument that is no number" "argument: no number: 'x'" call nop x
refuses "call: empty argument" "argument: no number: ''" call nop ""
refuses "call: argument of 65 bits" "argument: out of range: 0x10000000000000000" \
	call nop 0x10000000000000000
refuses "call: negative argument" "argument: no number: '-1'" call nop -- -1
refuses "call: vcpu_info without a CPU" "give one argument, the number of a CPU" call vcpu_info
refuses "call: vcpu_info of two CPUs" "give one argument" call VCPU-INFO 0 1
refuses "call: vcpu_info of no number" "number of the CPU: no number: 'a'" call vcpu_info a
refuses "call: vcpu_info of CPU 2^32" "number of the CPU: out of range" call vcpu_info 4294967296
refuses "call: --sysroot" "a recorded machine has no hypervisor" -s "$tmp" call nop
refuses "call: --sysroot behind it" "a recorded machine has no hypervisor" call nop -s "$tmp"
refuses "call: --parse" "--json is the only option" call nop -p
refuses "call: --output" "--json is the only option" -o nr call nop
refuses "call: --all" "--json is the only option" -a call nop
refuses "call: --samples" "--samples applies to one section" call nop --samples 1
refuses "call: not first" "unknown section: call" vcpus call
check "call: --help lists all names" all_names

refuses "--call: unknown name" "unknown call: bogus" latency --call nop --call bogus
refuses "--call: no number" "no number: '0x'" latency --call 0x
refuses "--cpu: no list" "no list of CPUs: 'a'" latency --cpu a
refuses "--cpu: empty" "no list of CPUs: ''" latency --cpu ""
refuses "--cpu: upside down" "no list of CPUs: '1-0'" latency --cpu 1-0
refuses "--cpu: too great" "no list of CPUs: '8192'" latency --cpu 8192
refuses "--cpu: not online" "CPU 2 is not online; online are 0-1" -s "$tmp" latency --cpu 0-2
refuses "--samples: none" "--samples: out of range: 0; give 1 to 10000000" latency --samples 0
refuses "--samples: too many" "out of range: 10000001; give 1 to 10000000" \
	latency --samples 10000001
refuses "--samples: no number" "--samples: no number: '1M'" latency --samples 1M
refuses "--warmup: too much" "--warmup: out of range: 10000001; give 0 to 10000000" \
	latency --warmup 10000001
refuses "--warmup: negative" "--warmup: no number: '-1'" latency --warmup=-1
refuses "--histogram --parse" "mutually exclusive arguments: --histogram --parse" \
	latency --histogram -p
refuses "--histogram --output" "mutually exclusive arguments: --histogram --output" \
	latency --histogram -o call
refuses "--cpu of another section" "--cpu applies to one section" vcpus --cpu 0
refuses "--call of all sections" "--call applies to one section" -a --call nop
refuses "--histogram of two sections" "--histogram applies to one section" \
	latency vcpus --histogram

refuses "--watch: no time" "--watch: out of range: 0; give 1 to 86400" freq --watch=0
refuses "--watch: too long" "--watch: out of range: 86401" freq --watch=86401
refuses "--watch: no number" "--watch: no number: 's'" freq --watch=s
refuses "--watch: empty" "--watch: no number: ''" freq --watch=
refuses "--watch: no section" "--watch applies to one section: vcpuinfo freq --watch" --watch
refuses "--watch: a word of its own" "--watch applies to one section" freq --watch 5
refuses "--watch --parse" "mutually exclusive arguments: --watch --parse" freq --watch -p
refuses "--watch --output" "mutually exclusive arguments: --watch --output" \
	freq --watch -o policy

check_is "recorded: the usual calls" "$(rows)" "nop,,,,,, unassigned,,,,,, "
check_is "recorded: calls as asked, on each CPU" \
	"$(rows --call PV_HC_QUERY --call 0x7 --cpu 0,1 --samples 1 --warmup 0)" \
	"query,,,,,, 0x7,,,,,, query,,,,,, 0x7,,,,,, "
check_is "recorded: no histogram" \
	"$($VCPUINFO -J -s "$tmp" latency --histogram 2>&1 | grep -c '"histogram": null')" 2

ktap_finished
