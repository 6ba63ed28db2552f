#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A guest of a VMM that offers KVM's interface and has no hypercalls.  The first hypercall of
# pv_hypervisor is the only one, and its failure is an error of no program.
#
# PV_REASON  what the first hypercall does, as pv_hypervisor logs it
#
# needs: guest-ud full each-kernel
# needs: guest-gp full each-kernel
# needs: guest-ignored full each-kernel

. ../lib.sh

dir=/sys/hypervisor/pv
modules=/lib/modules/pv

# fails TEXT COMMAND...: COMMAND fails and prints TEXT
fails()
{
	local text=$1 message

	shift
	! message=$("$@" 2>&1) && says "$text" "$message"
}

# lines: what pv_hypervisor has logged; the kernel logs lines about the first load of a module
lines()
{
	since | grep 'pv_hypervisor: ' | grep -v taint
}

reports_no_instruction()
{
	prints '"hypercall_instruction"' vcpuinfo -J hypervisor && ! says mmcall "$OUTPUT" > /dev/null
}

ktap_print_header
ktap_set_plan 11

mark
check 'pv_hypervisor loads although a hypercall fails' insmod $modules/pv_hypervisor.ko
check_is 'pv_hypervisor logs one line' "$(lines | wc -l)" 1
check 'The line has the reason' \
	says "a hypercall $PV_REASON: hypercalls are disabled" "$(lines)"
check 'The signatures have that of KVM' says KVMKVMKVM "$(cat $dir/signatures)"
check_is 'The conduit is none' "$(cat $dir/conduit)" none
check 'A read of host_abi fails with ENODEV' fails 'No such device' cat $dir/host_abi
check 'pv_hypercall fails with ENODEV' fails 'No such device' insmod $modules/pv_hypercall.ko
check '/dev/pv_hypercall does not exist' [ ! -e /dev/pv_hypercall ]
check 'vcpuinfo hypervisor reports no instruction of hypercalls' reports_no_instruction
check 'pv_hypervisor unloads' rmmod pv_hypervisor
check 'The kernel log has no error' clean

ktap_finished
