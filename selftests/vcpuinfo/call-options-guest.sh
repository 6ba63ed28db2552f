#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest full
#
# Further arguments and failures of vcpuinfo call and latency in a guest with a host side

. ../lib.sh
. ./call.sh

module=/lib/modules/pv/pv_hypercall.ko
magic=0x4b565047

full_disk()
{
	vcpuinfo call nop > /dev/full 2> "$err"
	[ $? = 3 ] && grep -q 'No space left' "$err"
}

# offline COMMAND...: runs it while CPU 1 is offline
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

# unsafe: the module parameter admits a number that no host answers
unsafe()
{
	local rc=0

	rmmod pv_hypercall && insmod $module unsafe_calls=1 || return
	[ "$(status 0x7)" = 2 ] && grep -q '^meaning: *no such call' "$out" || rc=1
	[ "$(latency call,samples,reference --call 7 --samples 100)" = "0x7,100,nop" ] || rc=1
	rmmod pv_hypercall && insmod $module || rc=1
	return $rc
}

ktap_print_header
ktap_set_plan 11
nop=$(field nr nop)

check_is 'call passes an argument' "$(first_register query 0)" $magic
check_is 'call accepts names in any case' "$(first_register Pv-Hc-Query 0x0)" $magic
check_is 'call accepts numbers' "$(first_register "$(field nr query)" 0)" $magic
check_is 'call by number prints the name' "$(field name "$nop")" PV_HC_NOP
check 'call vcpu_info rejects a CPU that does not exist' \
	fails_with 'no such CPU.*: 4000; present are 0-' vcpu_info 4000
check 'call rejects vcpu_info by number' fails_with 'by its name, vcpu_info' "${nop%1}2" 0
check 'call fails if the disk is full' full_disk
check_is 'latency accepts one sample without warmup' \
	"$(latency samples,call --samples 1 --warmup 0 --call nop)" 1,nop
check 'latency compares other calls with the reference' \
	[ "$(latency reference_percent --call query --samples 100)" -gt 0 ]
check 'latency rejects an offline CPU' offline latency_offline
if [ -e /sys/module/pv_hypercall/parameters/unsafe_calls ]; then
	check 'unsafe_calls=1 admits a number without a name' unsafe
else
	ktap_test_skip 'unsafe_calls=1 admits a number without a name: the parameter does not exist'
fi

ktap_finished
