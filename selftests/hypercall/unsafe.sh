#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The parameter unsafe_calls of pv_hypercall: admitted calls, taint and log
#
# needs: guest-nohost check

. ../lib.sh

TAINT_USER=64

# load PARAMETER
load()
{
	rmmod pv_hypercall && insmod /lib/modules/pv/pv_hypercall.ko "$1"
}

is_tainted()
{
	[ $(($(cat /proc/sys/kernel/tainted) & TAINT_USER)) != 0 ]
}

not()
{
	! "$@"
}

ktap_print_header
ktap_set_plan 8

parameter=/sys/module/pv_hypercall/parameters/unsafe_calls
check_is "unsafe_calls is off by default" "$(cat $parameter)" N
check "The kernel is not tainted without unsafe_calls" not is_tainted
check "Only calls of the table are admitted without unsafe_calls" ./unsafe off
check "The module loads with unsafe_calls=1" load unsafe_calls=1
check "unsafe_calls=1 taints the kernel" is_tainted
check "unsafe_calls=1 is logged" sh -c "dmesg | grep -q 'pv_hypercall: unsafe_calls:'"
check "unsafe_calls=1 admits every number" ./unsafe on
load unsafe_calls=0
check "unsafe_calls=0 admits only calls of the table" ./unsafe off

ktap_finished
