#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The VM was started without a description and attached while its guest runs.  At the end all
# CPUs request 1200000 kHz, which host/discovered.sh checks.
#
# needs: guest-discovered check each-kernel

. ./discover-lib.sh

MODULES=/lib/modules/pv

# The device is bound before its driver has created the policies.
has_policies()
{
	[ "$(policies | wc -l)" = "$(possible)" ]
}

# runs_at KHZ: all CPUs run at this frequency
runs_at()
{
	local n

	for n in $(policies); do
		[ "$(policy "$n" cpuinfo_cur_freq)" = "$1" ] || return
	done
}

# governed NAME KHZ: the governor changes the frequency of all CPUs
governed()
{
	governor "$1" && soon runs_at "$2"
}

set_speed()
{
	local n

	for n in $(policies); do
		set_policy "$n" scaling_setspeed "$1" || return
	done
}

ktap_print_header
ktap_set_plan 20

# shellcheck disable=SC2086
set -- $PV_TABLE
min=$1 middle=$2
for max; do :; done

mark
TRIES=300 check 'The device appears within the period of queries' soon is_bound
check 'Each CPU has a policy' soon has_policies
check 'Governor performance changes the frequency' governed performance "$max"
check 'Governor powersave changes the frequency' governed powersave "$min"
device=$(device_at)
check 'rescan succeeds with a device' rescan
check_is 'rescan does not replace a device of the same host' "$(device_at)" "$device"
check_is 'pv_hypervisor logs one line' "$(dmesg | grep -c 'pv_hypervisor: cpufreq device')" 1

check 'The driver unbinds' sh -c "echo vcpufreq > $DRIVER/unbind"
check 'rescan succeeds without a driver' rescan
check 'rescan binds the driver' is_bound

check 'A described device is created' insmod $MODULES/pv_describe.ko
check 'rescan succeeds with a described device' rescan
check 'A described device takes precedence' no_device
check 'The described device is removed' rmmod pv_describe
check 'rescan creates the device without a description' rescan
check 'The driver is bound again' is_bound

rmmod pv_hypervisor
check 'No device is left when pv_hypervisor is unloaded' no_device
insmod $MODULES/pv_hypervisor.ko rescan_s=1
check 'pv_hypervisor creates the device when it is loaded' is_bound
governor powersave
governor userspace
check 'All CPUs request another frequency' set_speed "$middle"
check 'The log is clean' clean

ktap_finished
