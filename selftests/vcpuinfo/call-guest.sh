#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest check
#
# vcpuinfo call and latency in a KVM guest with a host side

. ../lib.sh
. ./call.sh

magic=0x4b565047

case $(uname -m) in
x86_64)	effects=kick_cpu; bad=KVM_EINVAL ;;
*)	effects=PSCI_SYSTEM_OFF; bad=PV_EINVAL ;;
esac

# shown_register: the first register in the last output of status
shown_register()
{
	shown registers | sed 's/^[^=]*=\([^,]*\).*/\1/'
}

# in_order: the numbers of each line ascend
in_order()
{
	awk -F, '{ for (i = 2; i <= NF; i++) if ($i == "" || $i < $(i - 1)) bad = 1 }
		 END { exit !NR || bad }'
}

# histogram SAMPLES: the lines of a histogram
histogram()
{
	vcpuinfo latency --histogram --call nop --samples "$1" 2> "$err" |
		sed '1,/^ *FROM/d'
}

device_gone()
{
	local rc=0

	mv /dev/pv_hypercall /dev/pv_hypercall.away || return
	fails_with 'nop: /dev/pv_hypercall does not exist: load the module' nop || rc=1
	mv /dev/pv_hypercall.away /dev/pv_hypercall || rc=1
	return $rc
}

ktap_print_header
ktap_set_plan 25

check_is 'call nop succeeds' "$(status nop)" 0
check_is 'call nop prints a first register of 0' "$(shown_register)" 0x0
status query > /dev/null
check_is 'call query prints the magic number' "$(shown_register)" $magic

check_is 'call query 7 exits with status 2' "$(status query 7)" 2
check_is 'call query 7 prints the name of the error' "$(shown error)" "$bad"
check_is 'call query 7 prints status -22' "$(shown status)" -22
check_is 'call unassigned exits with status 2' "$(status unassigned)" 2
check_is 'call unassigned prints "no such call"' "$(shown meaning)" 'no such call'
check_is 'call -J query 7 exits with status 2' "$(status -J query 7)" 2
check 'call -J query 7 prints status -22' grep -q '"status": -22' "$out"

check_is 'call device succeeds' "$(status device 0 0)" 0
check_is 'call device fails for a device that does not exist' "$(status device 1 0)" 2
status vcpu_info 1 > /dev/null
check_is 'call vcpu_info 1 prints CPU 1' "$(shown cpu)" 1
check 'call vcpu_info 1 prints the number of exits' [ "$(shown vm_exits)" -gt 0 ]
check_is 'call vcpu_info 1 prints the program counter' "$(shown pc | tr -d 0-9a-f)" x
check 'call rejects excess arguments' fails_with 'nop: it takes .*arguments' nop 1
check 'call rejects calls with effects' \
	fails_with 'load pv_hypercall with unsafe_calls=1' $effects
check 'call rejects numbers without a name' fails_with '0x7: not admitted' 7
check 'call fails without /dev/pv_hypercall' device_gone

check_is 'latency measures each call on each CPU' \
	"$(latency call,cpu,samples --call query --call nop --cpu 0-1 --samples 100 |
		tr '\n' ' ')" \
	"query,0,100 nop,0,100 query,1,100 nop,1,100 "
latency min_ns,p50_ns,p90_ns,p99_ns,p99_9_ns,max_ns --call query --call unassigned --samples 100 > "$out"
check 'latency prints ascending percentiles' in_order < "$out"
check_is 'latency uses nop as the reference' \
	"$(latency reference,reference_percent --call nop --samples 100)" nop,100
check_is 'latency does not measure calls with effects' \
	"$(latency p50_ns,return_value --call $effects --samples 100)" ,
histogram 100 > "$out"
check_is 'A histogram contains each sample' "$(awk '{ n += $3 } END { print n }' "$out")" 100
check 'A histogram has at most 20 lines of ASCII' \
	[ "$(grep -c '^[ 0-9.]*#*$' "$out")" = "$(awk 'END { print NR <= 20 ? NR : "" }' "$out")" ]

ktap_finished
