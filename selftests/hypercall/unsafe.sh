#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The parameter unsafe_calls of pv_hypercall: what it admits, and that it is seen.
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
check_is "unsafe_calls is off" "$(cat $parameter)" N
check "without it the kernel is not tainted" not is_tainted
check "without it only the table is admitted" ./unsafe off
check "it is taken" load unsafe_calls=1
check "the kernel is tainted" is_tainted
check "the log says so" sh -c "dmesg | grep -q 'pv_hypercall: unsafe_calls:'"
check "every number is admitted" ./unsafe on
load unsafe_calls=0
check "it is off again" ./unsafe off

ktap_finished
