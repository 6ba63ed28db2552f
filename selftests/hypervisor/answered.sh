#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# After the hypervisor rejected hypercalls, pv_hypervisor is loaded again and they work.
#
# needs: guest-answered full each-kernel

. ../lib.sh

modules=/lib/modules/pv

calls()
{
	vcpuinfo call vapic_poll_irq > /dev/null
}

ktap_print_header
ktap_set_plan 6

mark
check 'pv_hypervisor loads' insmod $modules/pv_hypervisor.ko
check_is 'The conduit is vmmcall' "$(cat /sys/hypervisor/pv/conduit)" vmmcall
check_is 'host_abi is absent without a host side' "$(cat /sys/hypervisor/pv/host_abi)" absent
check 'pv_hypercall loads' insmod $modules/pv_hypercall.ko
check 'vcpuinfo makes a hypercall' calls
check 'pv_hypervisor logs nothing' [ -z "$(since | grep 'pv_hypervisor: ' | grep -v taint)" ]

ktap_finished
