#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: direct check each-kernel
#
# vcpuinfo on a machine that is not a KVM guest: unknown values are empty and have a reason

. ../lib.sh

DT=/sys/firmware/devicetree/base

# cell SECTION COLUMN: the distinct values of a column
cell()
{
	vcpuinfo -p -o "$2" "$1" 2> /dev/null | grep -v '^#' | sort -u
}

# empty SECTION COLUMN: no row has a value
empty()
{
	local values

	values=$(cell "$1" "$2")
	[ -z "$values" ] && return
	ktap_print_msg "$2 is $values"
	return 1
}

# expected_status: the exit status of 'vcpuinfo hypervisor' for its output
expected_status()
{
	case $(sed -n 's/^virtualized: *\([^ ]*\).*/\1/p' /tmp/vcpuinfo.out) in
	yes)	echo 0 ;;
	no)	echo 1 ;;
	*)	echo 2 ;;
	esac
}

not_kvm()
{
	local status=0

	vcpuinfo hypervisor > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err || status=$?
	[ $status = "$(expected_status)" ] &&
		grep -q '^vendor:' /tmp/vcpuinfo.out &&
		! grep -q '^vendor: *KVM' /tmp/vcpuinfo.out &&
		grep -q '^hypercall_instruction: *-$' /tmp/vcpuinfo.out
}

# virtual: as the kernel reads it from CPUID, or on arm64 from the firmware.  If the bit in CPUID
# is 0, another fact can show the hypervisor.
virtual()
{
	local expected=-

	if [ "$(uname -m)" = x86_64 ]; then
		expected=yes
		if ! grep -qw hypervisor /proc/cpuinfo; then
			grep -q '^virtualized: *no ' /tmp/vcpuinfo.out && return
			! grep -q '^virtualized: .*(cpuid:0x1)$' /tmp/vcpuinfo.out
			return
		fi
	elif [ -e $DT/hypervisor ] || grep -q linux,dummy-virt $DT/compatible; then
		expected=yes
	fi
	grep -q "^virtualized: *$expected" /tmp/vcpuinfo.out
}

no_call()
{
	cell hypercalls supported > /tmp/vcpuinfo.out
	! grep -q yes /tmp/vcpuinfo.out
}

# no_kvm PREFIX: the reason for a missing device, which names the hypervisor if it is known
no_kvm()
{
	local reason="/dev/pv_hypercall does not exist: load the module pv_hypercall"

	if grep -q '^vendor: *[^- ]\|^virtualized: *no' /tmp/vcpuinfo.known; then
		reason="not available: KVM is needed, and this is "
	fi
	grep -q "^vcpuinfo: $1: .*$reason\|^vcpuinfo: $1: $reason" /tmp/vcpuinfo.err
}

reasons()
{
	vcpuinfo --all > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err
	[ $? != 3 ] || return
	no_kvm vcpus && no_kvm latency &&
		grep -q '^vcpuinfo: cpufreq: ' /tmp/vcpuinfo.err
}

no_device()
{
	vcpuinfo call nop > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err
	[ $? = 3 ] && [ ! -s /tmp/vcpuinfo.out ] && no_kvm nop
}

json()
{
	vcpuinfo --all --json > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err
	[ $? != 3 ] && [ ! -s /tmp/vcpuinfo.err ] &&
		grep -q '^    "driver": null' /tmp/vcpuinfo.out
}

ktap_print_header
ktap_set_plan 9

vcpuinfo hypervisor > /tmp/vcpuinfo.known 2> /tmp/vcpuinfo.err || :

check 'The vendor is not KVM and the exit status matches' not_kvm
check 'vcpuinfo detects a virtual machine as the kernel does' virtual
check 'Exits are unknown without KVM' empty vcpus vm_exits
check 'Host thread IDs are unknown without KVM' empty vcpus host_tid
check 'Latency is unknown without KVM' empty latency p50_ns
check 'No call is listed as supported without KVM' no_call
check 'vcpuinfo reports why each section is empty' reasons
check 'vcpuinfo call fails without /dev/pv_hypercall' no_device
check 'The JSON has null for missing values and prints no error without KVM' json

ktap_finished
