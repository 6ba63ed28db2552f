#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest check
#
# Tables of vcpuinfo in a guest with all modules and a host side, compared with sysfs

. ../lib.sh

all=/tmp/vcpuinfo.all

# column SECTION NAME [OPTION]...: the values of a column, one per line
column()
{
	local section=$1 name=$2

	shift 2
	vcpuinfo -p -o "$name" "$section" "$@" 2> /dev/null | grep -v '^#'
}

# quiet COMMAND...: no section lacks a value, so vcpuinfo prints no note.  The output goes
# to $all.
quiet()
{
	"$@" > $all 2> /tmp/vcpuinfo.err || return
	grep -v 'host_tid: the host.s administrator' /tmp/vcpuinfo.err > /tmp/vcpuinfo.notes
	sed 's/^/# /' /tmp/vcpuinfo.notes
	[ ! -s /tmp/vcpuinfo.notes ]
}

# equals A B
equals()
{
	[ "$1" = "$2" ] && return
	ktap_print_msg "'$1' is not '$2'"
	return 1
}

device_gone()
{
	local rc=0

	mv /dev/pv_hypercall /dev/pv_hypercall.away || return
	vcpuinfo --all > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err || rc=1
	equals "$(column vcpus vm_exits | sort -u)" "" || rc=1
	equals "$(column latency p50_ns | sort -u)" "" || rc=1
	grep -q 'load the module pv_hypercall' /tmp/vcpuinfo.err || rc=1
	# pv_hypervisor still detects the host side.
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

titles='^(HYPERVISOR|HYPERCALLS|VCPUS|CPUFREQ|LATENCY)$'
cpu0=/sys/devices/system/cpu/cpu0/cpufreq

ktap_print_header
ktap_set_plan 13

check 'vcpuinfo --all prints no note about missing values' quiet vcpuinfo --all
check_is 'vcpuinfo --all prints five sections' \
	"$(grep -cE "$titles" $all)" 5
check_is 'The vendor is KVM' \
	"$(sed -n 's/^vendor: *\([^ ]*\) .*/\1/p' $all)" KVM
check_is 'vcpus has a row for each CPU' \
	"$(column vcpus cpu | wc -l)" "$(grep -c ^processor /proc/cpuinfo)"
check_is 'The governor is that of sysfs' \
	"$(column vcpus governor | head -n 1)" "$(cat $cpu0/scaling_governor)"
check_is 'The frequency limits are those of sysfs' \
	"$(vcpuinfo -p -o min_khz,max_khz 2> /dev/null | sed -n '/^#/!{p;q;}')" \
	       "$(cat $cpu0/scaling_min_freq),$(cat $cpu0/scaling_max_freq)"
check_is 'The VM exits of each vCPU are greater than 0 and distinct' \
	"$(column vcpus vm_exits | sort -u | grep -c '^[1-9]')" "$(column vcpus cpu | wc -l)"
check_is 'All pvguest calls are supported' \
	"$(vcpuinfo -p -o name,supported hypercalls | grep -c '^PV_HC_.*,yes$')" 4
check_is 'latency takes the requested number of samples' \
	"$(column latency samples --samples 100 | sort -u)" 100
check_is 'vcpuinfo --sysroot does not read /dev/pv_hypercall' \
	"$(vcpuinfo -s / -p -o vm_exits 2> /dev/null | grep -v '^#' | sort -u)" ""
check_is 'vcpuinfo --sysroot does not execute CPUID' \
	"$(vcpuinfo -s / -n -o source hypervisor 2> /dev/null)" \
	       "sysfs:/sys/hypervisor/pv/vendor"
check 'vcpuinfo prints unknown values without /dev/pv_hypercall' device_gone
check 'vcpuinfo fails if the disk is full' full_disk

ktap_finished
