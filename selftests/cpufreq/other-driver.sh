#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Another driver, as that of Linux 6.13, is bound to the device
# needs: guest check each-kernel

. ./lib.sh
needs_bound

DEVICES=/sys/bus/platform/devices

# driver: the name of the driver that is bound to the device
driver()
{
	local link

	link=$(readlink "$DEVICES/$device/driver")
	echo "${link##*/}"
}

# override NAME: binds the device to this driver, as Documentation/vcpufreq.rst describes
override()
{
	echo "$1" > "$DEVICES/$device/driver_override" &&
		echo "$device" > "$DEVICES/$device/driver/unbind" &&
		echo "$device" > /sys/bus/platform/drivers_probe
}

ktap_print_header
ktap_set_plan 7

device=$(bound)
count=$(policies | wc -l)
mark
rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq_other.ko"
check_is 'A driver that knows the compatible string of Linux binds to the device' \
	"$(driver)" vcpufreq-other
insmod "$PV_MODULES/vcpufreq.ko"
check_is 'The driver leaves a device that is bound to another driver' "$(driver)" vcpufreq-other
check 'The driver logs the name of the other driver' \
	logged "$device: bound to driver vcpufreq-other: set driver_override to vcpufreq"
check 'driver_override, unbind and drivers_probe succeed' override vcpufreq
check_is 'The device is bound to vcpufreq after the override' "$(driver)" vcpufreq
check_is 'All policies exist after the override' "$(policies | wc -l)" "$count"
echo > "$DEVICES/$device/driver_override"
rmmod vcpufreq_other
[ "$(driver)" = vcpufreq ] || echo "$device" > "$DRIVER/bind"
governor schedutil
check 'The log is clean after another driver was bound' clean
ktap_finished
