#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Firmware describes a device, but no host side is attached
# needs: guest-nohost check each-kernel

. ./lib.sh

described()
{
	if [ -e /sys/bus/acpi/devices/PRP0001:00 ]; then
		return 0
	fi
	# busybox grep reads the first string of the property only.
	grep -rqsF pvguest,virtual-cpufreq /proc/device-tree/*/compatible
}

load()
{
	insmod "$PV_MODULES/vcpufreq.ko"
}

ktap_print_header
ktap_set_plan 6

loaded=$(lsmod | grep -c "^vcpufreq ")
[ "$loaded" = 0 ] || rmmod vcpufreq
check 'Firmware describes a device although no host side answers' described
mark
check 'The module loads without a host side' load
check_is 'The driver binds to no device without a host side' "$(bound)" ''
check_is 'No policy exists without a host side' "$(policies)" ''
check 'The driver logs that no host side answers' logged 'no host side answers there'
check 'The log is clean without a host side' clean
[ "$loaded" = 1 ] || rmmod vcpufreq
ktap_finished
