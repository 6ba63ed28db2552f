#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest-nohost check
#
# vcpuinfo in a KVM guest with our modules, where the host has nothing attached.

. ../ktap_helpers.sh

# column SECTION NAME: the values of a column, one to a line
column()
{
	vcpuinfo -p -o "$2" "$1" 2> /tmp/vcpuinfo.err | grep -v '^#'
}

# equals A B
equals()
{
	[ "$1" = "$2" ] && return
	echo "# '$1' is not '$2'"
	return 1
}

# A refusal costs the exit all the same.
refused_but_measured()
{
	column latency call,samples,status > /tmp/vcpuinfo.out
	equals "$(grep -c '^[a-z]*,10000,-1\(000\)\?$' /tmp/vcpuinfo.out)" 2 || return
	column latency min,p50,p99,max > /tmp/vcpuinfo.out
	equals "$(grep -cE '^[1-9][0-9]*(,[1-9][0-9]*){3}$' /tmp/vcpuinfo.out)" 2
}

reason()
{
	column vcpus exits > /tmp/vcpuinfo.out
	grep -q 'exits.*refused with -.*attach this VM with pvhost' /tmp/vcpuinfo.err
}

ktap_print_header
ktap_set_plan 7

ktap_test_result "vendor" \
	equals "$(vcpuinfo hypervisor 2> /dev/null | sed -n 's/^vendor: *//p')" KVM
ktap_test_result "our calls are known not to be answered" \
	equals "$(column hypercalls name,supported | grep -c '^PV_HC_.*,no$')" 3
ktap_test_result "exits are not known" equals "$(column vcpus exits | sort -u)" ""
ktap_test_result "and the reason is said" reason
ktap_test_result "frequencies: no driver" equals "$(column vcpus governor | sort -u)" ""
ktap_test_result "nor policies" equals "$(vcpuinfo freq 2> /dev/null)" "none"
ktap_test_result "a refusal is measured" refused_but_measured

ktap_finished
