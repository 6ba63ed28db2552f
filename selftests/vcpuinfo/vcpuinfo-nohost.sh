#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest-nohost check
#
# Tables of vcpuinfo in a KVM guest with all modules, but without a host side

. ../lib.sh

# column SECTION NAME: the values of a column, one to a line
column()
{
	vcpuinfo -p -o "$2" "$1" 2> /tmp/vcpuinfo.err | grep -v '^#'
}

# latency: of calls that the host rejects, which cost an exit as well
latency()
{
	vcpuinfo -p -o call,samples,return_value,min_ns,p50_ns,p99_ns,max_ns latency --samples 100 2> /dev/null |
		grep -cE '^[a-z]*,100,-1(000)?(,[1-9][0-9]*){4}$'
}

reason()
{
	column vcpus vm_exits > /tmp/vcpuinfo.out
	grep -q 'vm_exits.*refused with -.*attach this VM with pvhost' /tmp/vcpuinfo.err
}

ktap_print_header
ktap_set_plan 7

check_is 'The vendor is KVM without a host side' \
	"$(vcpuinfo -n -o vendor hypervisor 2> /dev/null)" KVM
check_is 'All pvguest calls are unsupported without a host side' \
	"$(column hypercalls name,supported | grep -c '^PV_HC_.*,no$')" 4
check_is 'Exits are unknown without a host side' "$(column vcpus vm_exits | sort -u)" ""
check 'vcpuinfo reports why exits are unknown without a host side' reason
check_is 'Governors are unknown without a host side' "$(column vcpus governor | sort -u)" ""
check_is 'cpufreq has no policy without a host side' "$(vcpuinfo -e cpufreq 2> /dev/null)" "none"
check_is 'Latency of rejected calls is measured' "$(latency)" 2

ktap_finished
