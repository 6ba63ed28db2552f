#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The kernel's own driver (CONFIG_CPUFREQ_VIRT) and vcpufreq in one guest, loaded in both orders
# needs: guest-upstream full

. ./lib.sh

UPSTREAM=${PV_UPSTREAM:-/lib/modules/upstream/virtual-cpufreq.ko}
DEVICES=/sys/bus/platform/devices
# Its name on the platform bus and in cpufreq
NAME=virt-cpufreq

# device: the name of the device
device()
{
	grep -l 'OF_COMPATIBLE_[0-9]*=qemu,virtual-cpufreq' $DEVICES/*/uevent | cut -d / -f 6
}

# driver: the name of the driver that is bound to the device
driver()
{
	local link

	link=$(readlink "$DEVICES/$device/driver") || return 0
	echo "${link##*/}"
}

# cpufreq_driver: the name that cpufreq shows
cpufreq_driver()
{
	cat "$CPUFREQ/policy0/scaling_driver"
}

# load_ours: the index can offer a kernel that is newer than the version fence allows
load_ours()
{
	insmod "$PV_MODULES/vcpufreq.ko" ${RIG_FORCE:+force=1}
}

# governs: all policies change their governor, and the limits are those of the table
governs()
{
	governor performance && governor userspace && governor powersave &&
		[ "$(policy 0 cpuinfo_max_freq)" = "${PV_TABLE##* }" ]
}

# override NAME: binds the device to this driver, as Documentation/vcpufreq.rst describes
override()
{
	echo "$1" > "$DEVICES/$device/driver_override" &&
		echo "$device" > "$DEVICES/$device/driver/unbind" &&
		echo "$device" > /sys/bus/platform/drivers_probe
}

ktap_print_header
ktap_set_plan 17

device=$(device)
mark
check "The kernel's driver loads" insmod "$UPSTREAM"
check_is "The kernel's driver binds to the device" "$(driver)" $NAME
check_is "cpufreq shows the kernel's driver" "$(cpufreq_driver)" $NAME
check "The governors work with the kernel's driver" governs
check 'vcpufreq loads next to it' load_ours
check_is 'vcpufreq leaves the device to it' "$(driver)" $NAME
check 'vcpufreq logs the name of the other driver' \
	logged "$device: bound to driver $NAME: set driver_override to vcpufreq"
check "The governors still work with the kernel's driver" governs
check 'driver_override, unbind and drivers_probe succeed' override vcpufreq
check_is 'The device is bound to vcpufreq after the override' "$(driver)" vcpufreq
check 'The governors work with vcpufreq' governs
echo > "$DEVICES/$device/driver_override"
rmmod virtual_cpufreq
rmmod vcpufreq

check 'vcpufreq loads first' load_ours
check_is 'vcpufreq binds to the device' "$(driver)" vcpufreq
check "The kernel's driver loads next to it" insmod "$UPSTREAM"
check_is "The kernel's driver leaves the device to vcpufreq" "$(driver)" vcpufreq
check 'The governors still work with vcpufreq' governs
rmmod virtual_cpufreq
rmmod vcpufreq
check 'The log is clean after both orders' clean
ktap_finished
