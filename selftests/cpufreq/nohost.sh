#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A device is described, and no host side answers
# needs: guest-nohost check each-kernel

. ./lib.sh

described()
{
	if [ -e /sys/bus/acpi/devices/PRP0001:00 ]; then
		return 0
	fi
	grep -rqsF qemu,virtual-cpufreq /proc/device-tree/*/compatible
}

load()
{
	insmod "$PV_MODULES/vcpufreq.ko"
}

ktap_print_header
ktap_set_plan 6

loaded=$(lsmod | grep -c "^vcpufreq ")
[ "$loaded" = 0 ] || rmmod vcpufreq
check 'a device is described' described
mark
check 'the module loads' load
check_is 'but is bound to nothing' "$(bound)" ''
check_is 'and no policy appears' "$(policies)" ''
check 'the reason is in the log' said 'no host side answers there'
check 'the log is clean' clean
[ "$loaded" = 1 ] || rmmod vcpufreq
ktap_finished
