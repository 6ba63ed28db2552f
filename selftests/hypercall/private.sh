#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# /dev/pv_hypercall in a guest with private memory, which pv_hypercall_private.ko simulates
#
# needs: guest check each-kernel
# needs: guest-nohost full

. ../lib.sh

EVENTS=/sys/kernel/tracing/events/pv_hypercall
TRACE=/sys/kernel/tracing/trace
REASON='the memory of this guest is encrypted or private'

case $(uname -m) in
x86_64)	plain=vapic_poll_irq ;;
*)	plain=psci_version ;;
esac

# rejected: the ioctl fails, and the driver makes no call
rejected()
{
	local output calls

	echo > $TRACE
	echo 1 > $EVENTS/enable
	output=$(vcpuinfo call vcpu_info 0 2>&1)
	echo 0 > $EVENTS/enable
	calls=$(grep -c pv_hypercall_enter $TRACE)
	says "$REASON" "$output" && [ "$calls" = 0 ]
}

# sent: the driver makes the call, which the hypervisor can reject
sent()
{
	vcpuinfo call vcpu_info 0 > /dev/null
	[ $? != 3 ]
}

# noted: other data of section vcpus is printed, with the reason why the host's is missing
noted()
{
	vcpuinfo vcpus > /tmp/private.out 2>&1 || return
	says "$REASON" "$(cat /tmp/private.out)"
}

ktap_print_header
ktap_set_plan 6

check 'vcpu_info makes a call without private memory' sent
check 'The test module loads' insmod /lib/modules/pv/pv_hypercall_private.ko
check 'vcpu_info fails with EOPNOTSUPP and makes no call with private memory' rejected
check 'vcpuinfo vcpus reports private memory' noted
check 'Calls without memory are made with private memory' vcpuinfo call $plain
rmmod pv_hypercall_private
check 'vcpu_info makes a call again' sent

ktap_finished
