#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: direct check each-kernel
#
# vcpuinfo where there is no KVM: it says what it can, unknown is unknown, and why.

. ../ktap_helpers.sh

DT=/sys/firmware/devicetree/base

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
	echo "# $2 is $values"
	return 1
}

# The exit status of 'vcpuinfo hypervisor' follows from what it says
status_of_answer()
{
	case $(sed -n 's/^virtual: *//p' /tmp/vcpuinfo.out) in
	yes)	echo 0 ;;
	no)	echo 1 ;;
	*)	echo 2 ;;
	esac
}

not_kvm()
{
	local status=0

	vcpuinfo hypervisor > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err || status=$?
	[ $status = "$(status_of_answer)" ] &&
		grep -q '^vendor:' /tmp/vcpuinfo.out &&
		! grep -q '^vendor: *KVM' /tmp/vcpuinfo.out &&
		grep -q '^conduit: *-$' /tmp/vcpuinfo.out
}

# What the kernel took from CPUID; on arm64 what the firmware says.
virtual()
{
	local want=-

	if [ "$(uname -m)" = x86_64 ]; then
		want=no
		grep -qw hypervisor /proc/cpuinfo && want=yes
	elif [ -e $DT/hypervisor ] || grep -q linux,dummy-virt $DT/compatible; then
		want=yes
	fi
	grep -q "^virtual: *$want\$" /tmp/vcpuinfo.out
}

no_call()
{
	cell hypercalls supported > /tmp/vcpuinfo.out
	! grep -q yes /tmp/vcpuinfo.out
}

reasons()
{
	vcpuinfo --all > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err || return
	grep -q '^vcpuinfo: vcpus: .*/dev/pv_hypercall' /tmp/vcpuinfo.err &&
		grep -q '^vcpuinfo: latency: .*/dev/pv_hypercall' /tmp/vcpuinfo.err &&
		grep -q '^vcpuinfo: vcpufreq: ' /tmp/vcpuinfo.err &&
		grep -q '^vcpuinfo: freq: ' /tmp/vcpuinfo.err
}

no_device()
{
	vcpuinfo call nop > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err
	[ $? = 1 ] && [ ! -s /tmp/vcpuinfo.out ] &&
		grep -q '^vcpuinfo: nop: there is no /dev/pv_hypercall' /tmp/vcpuinfo.err
}

json()
{
	vcpuinfo --all --json > /tmp/vcpuinfo.out 2> /tmp/vcpuinfo.err &&
		[ ! -s /tmp/vcpuinfo.err ] &&
		grep -q '^    "driver": null' /tmp/vcpuinfo.out
}

ktap_print_header
ktap_set_plan 9

ktap_test_result "the vendor is not KVM, and the exit status says it" not_kvm
ktap_test_result "virtual or not" virtual
ktap_test_result "exits are not known" empty vcpus exits
ktap_test_result "threads of the host are not known" empty vcpus host_tid
ktap_test_result "latency is not known" empty latency p50
ktap_test_result "no call is said to be supported" no_call
ktap_test_result "each gap has its reason" reasons
ktap_test_result "nothing can be called" no_device
ktap_test_result "JSON" json

ktap_finished
