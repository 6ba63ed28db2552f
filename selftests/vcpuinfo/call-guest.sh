#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest check
#
# vcpuinfo call, and the options of latency, where the host side answers.

. ../lib.sh
. ./call.sh

module=/lib/modules/pv/pv_hypercall.ko
magic=0x4b565047

case $(uname -m) in
x86_64)	first=rax; effects=kick_cpu; bad=KVM_EINVAL ;;
*)	first=x0; effects=PSCI_SYSTEM_OFF; bad=PV_EINVAL ;;
esac

# answer WORD...: first register of an answer
answer()
{
	vcpuinfo call "$@" 2> "$err" | sed -n "s/^registers: $first=\([^,]*\).*/\1/p"
}

# field NAME WORD...: what vcpuinfo call shows under a name
field()
{
	local name=$1

	shift
	vcpuinfo call "$@" 2> "$err" | sed -n "s/^$name: *//p"
}

# refuses TEXT WORD...: vcpuinfo call fails, prints nothing, and its error has TEXT
refuses()
{
	local text=$1 rc

	shift
	rc=$(status "$@")
	[ "$rc" = 1 ] && [ ! -s "$out" ] && grep -q -e "$text" "$err" && return
	ktap_print_msg "exit status $rc: $(cat "$err")"
	return 1
}

# in_order: numbers of each line ascend
in_order()
{
	awk -F, '{ for (i = 2; i <= NF; i++) if ($i == "" || $i < $(i - 1)) bad = 1 }
		 END { exit !NR || bad }'
}

# histogram: its lines
histogram()
{
	vcpuinfo latency --histogram --call nop --samples "$1" 2> "$err" |
		sed '1,/^ *FROM/d'
}

device_gone()
{
	local rc=0

	mv /dev/pv_hypercall /dev/pv_hypercall.away || return
	refuses 'nop: there is no /dev/pv_hypercall: load the module' nop || rc=1
	mv /dev/pv_hypercall.away /dev/pv_hypercall || rc=1
	return $rc
}

full_disk()
{
	vcpuinfo call nop > /dev/full 2> "$err"
	[ $? = 1 ] && grep -q 'No space left' "$err"
}

# offline COMMAND...: while CPU 1 is
offline()
{
	local rc=0

	echo 0 > /sys/devices/system/cpu/cpu1/online || return
	"$@" || rc=1
	echo 1 > /sys/devices/system/cpu/cpu1/online || rc=1
	return $rc
}

latency_offline()
{
	! vcpuinfo latency --cpu 1 > "$out" 2> "$err" && grep -q 'CPU 1 is not online' "$err"
}

# What the module admits only by its parameter: a number that nobody answers
unsafe()
{
	local rc=0

	rmmod pv_hypercall && insmod $module unsafe_calls=1 || return
	[ "$(status 0x7)" = 2 ] && grep -q '^meaning: *no such call' "$out" || rc=1
	[ "$(latency call,samples,yardstick --call 7 --samples 100)" = "0x7,100,nop" ] || rc=1
	rmmod pv_hypercall && insmod $module || rc=1
	return $rc
}

ktap_print_header
ktap_set_plan 34
nop=$(field nr nop)

check_is "nop is answered" "$(status nop)" 0
check_is "with 0" "$(answer nop)" 0x0
check_is "query tells the magic number" "$(answer PV_HC_QUERY)" $magic
check_is "an argument" "$(answer query 0)" $magic
check_is "names in letters of any case" "$(answer Pv-Hc-Query 0x0)" $magic
check_is "by number" "$(answer "$(field nr query)" 0)" $magic
check_is "and the name is shown" "$(field name "$nop")" PV_HC_NOP
check_is "a refusal" "$(status query 7)" 2
check_is "has a name" "$(field error query 7)" "$bad"
check_is "and a status" "$(field status query 7)" -22
check_is "no such call" "$(status unassigned)" 2
check_is "in words" "$(field meaning unassigned)" "no such call"
check_is "JSON: exit status" "$(status -J query 7)" 2
check "JSON: status" grep -q '"status": -22' "$out"

check_is "vcpu_info" "$(field cpu vcpu_info 1)" 1
check "vcpu_info: exits" [ "$(field exits vcpu_info 1)" -gt 0 ]
check_is "vcpu_info: program counter" "$(field pc vcpu_info 1 | tr -d 0-9a-f)" x
check "vcpu_info: no such CPU" refuses 'no such CPU.*: 4000; present are 0-' vcpu_info 4000
check "vcpu_info: not by its number" refuses 'by its name, vcpu_info' "${nop%1}2" 0
check "an argument too many" refuses 'nop: it takes .*arguments' nop 1
check "what has effects is not admitted" refuses 'load pv_hypercall with unsafe_calls=1' $effects
check "nor a number without a name" refuses '0x7: not admitted' 7
check "without /dev/pv_hypercall" device_gone
check "a full disk is an error" full_disk

check_is "latency: calls and CPUs as asked" \
	"$(latency call,cpu,samples --call query --call nop --cpu 0-1 --samples 2000 | tr '\n' ' ')" \
	"query,0,2000 nop,0,2000 query,1,2000 nop,1,2000 "
check_is "latency: one sample" "$(latency samples,call --samples 1 --warmup 0 --call nop)" 1,nop
latency min,p50,p90,p99,p99_9,max --call query --call unassigned > "$out"
check "latency: percentiles are in order" in_order < "$out"
check_is "latency: nop is the yardstick" "$(latency yardstick,exit_percent --call nop)" nop,100
check "latency: of others, too" [ "$(latency exit_percent --call query)" -gt 0 ]
check "latency: of a CPU that is offline" offline latency_offline
check_is "latency: what is not admitted" "$(latency p50,status --call $effects)" ,
histogram 3000 > "$out"
check_is "histogram: all samples" "$(awk '{ n += $3 } END { print n }' "$out")" 3000
check "histogram: 20 lines at most, in ASCII" \
	[ "$(grep -c '^[ 0-9.]*#*$' "$out")" = "$(awk 'END { print NR <= 20 ? NR : "" }' "$out")" ]
if [ -e /sys/module/pv_hypercall/parameters/unsafe_calls ]; then
	check "unsafe_calls=1" unsafe
else
	ktap_test_skip "unsafe_calls=1: the module has no such parameter"
fi

ktap_finished
