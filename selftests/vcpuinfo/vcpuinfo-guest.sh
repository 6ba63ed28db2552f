#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest check
#
# The tables of vcpuinfo in a guest that has all modules and the host side, against
# what the kernel shows by other means.

. ../ktap_helpers.sh

# column SECTION NAME: the values of a column, one to a line
column()
{
	vcpuinfo -p -o "$2" "$1" 2> /dev/null | grep -v '^#'
}

# quiet COMMAND...: nothing is missing here, so there is nothing to note
quiet()
{
	"$@" > /dev/null 2> /tmp/vcpuinfo.err || return
	grep -v 'host_tid: the host.s administrator' /tmp/vcpuinfo.err > /tmp/vcpuinfo.notes
	sed 's/^/# /' /tmp/vcpuinfo.notes
	[ ! -s /tmp/vcpuinfo.notes ]
}

# equals A B
equals()
{
	[ "$1" = "$2" ] && return
	echo "# '$1' is not '$2'"
	return 1
}

device_gone()
{
	local rc=0

	mv /dev/pv_hypercall /dev/pv_hypercall.away || return
	vcpuinfo --all > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err || rc=1
	equals "$(column vcpus exits | sort -u)" "" || rc=1
	equals "$(column latency p50 | sort -u)" "" || rc=1
	grep -q 'load the module pv_hypercall' /tmp/vcpuinfo.err || rc=1
	# pv_hypervisor still knows of the host side.
	equals "$(vcpuinfo -p -o name,supported hypercalls 2> /dev/null | grep PV_HC_NOP)" \
	       "PV_HC_NOP,yes" || rc=1
	mv /dev/pv_hypercall.away /dev/pv_hypercall || rc=1
	return $rc
}

full_disk()
{
	! vcpuinfo > /dev/full 2> /tmp/vcpuinfo.err &&
		grep -q 'No space left' /tmp/vcpuinfo.err
}

titles='^(HYPERVISOR|HYPERCALLS|VCPUS|VCPUFREQ|FREQ|LATENCY)$'
cpu0=/sys/devices/system/cpu/cpu0/cpufreq

ktap_print_header
ktap_set_plan 13

ktap_test_result "all sections have their facts" quiet vcpuinfo --all
ktap_test_result "six titles" \
	equals "$(vcpuinfo --all 2> /dev/null | grep -cE "$titles")" 6
ktap_test_result "vendor" \
	equals "$(vcpuinfo hypervisor 2> /dev/null | sed -n 's/^vendor: *//p')" KVM
ktap_test_result "a row for each CPU" \
	equals "$(column vcpus cpu | wc -l)" "$(grep -c ^processor /proc/cpuinfo)"
ktap_test_result "governor is the kernel's" \
	equals "$(column vcpus governor | head -n 1)" "$(cat $cpu0/scaling_governor)"
ktap_test_result "limits are the kernel's" \
	equals "$(vcpuinfo -p -o min_khz,max_khz 2> /dev/null | sed -n '/^#/!{p;q;}')" \
	       "$(cat $cpu0/scaling_min_freq),$(cat $cpu0/scaling_max_freq)"
ktap_test_result "exits of every vCPU differ" \
	equals "$(column vcpus exits | sort -u | grep -c '^[1-9]')" "$(column vcpus cpu | wc -l)"
ktap_test_result "our calls are supported" \
	equals "$(vcpuinfo -p -o name,supported hypercalls | grep -c '^PV_HC_.*,yes$')" 3
ktap_test_result "samples are taken" \
	equals "$(column latency samples | sort -u)" 10000
ktap_test_result "--sysroot asks neither the device" \
	equals "$(vcpuinfo -s / -p -o exits 2> /dev/null | grep -v '^#' | sort -u)" ""
ktap_test_result "nor CPUID" \
	equals "$(vcpuinfo -s / hypervisor 2> /dev/null | sed -n 's/^source: *//p')" \
	       "sysfs:/sys/hypervisor/pv/vendor"
ktap_test_result "without /dev/pv_hypercall" device_gone
ktap_test_result "a full disk is an error" full_disk

ktap_finished
