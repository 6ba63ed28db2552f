#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Unbinding and binding, loading and unloading, with the CPUs busy
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
. ./load.sh
needs_bound

device=$(bound)

# tell bind|unbind
tell()
{
	echo "$device" > "$DRIVER/$1"
}

rebind()
{
	tell unbind && [ -z "$(policies)" ] && tell bind && [ -n "$(policies)" ]
}

reload()
{
	rmmod vcpufreq && [ -z "$(policies)" ] &&
		insmod "$PV_MODULES/vcpufreq.ko" && [ -n "$(policies)" ]
}

ktap_print_header
ktap_set_plan 11

mark
count=$(policies | wc -l)
check 'unbind' tell unbind
check_is 'no policy is left' "$(policies)" ''
check 'no attribute of the device is left' [ ! -e /sys/bus/platform/devices/"$device"/requests ]
check 'bind' tell bind
check_is 'the policies are back' "$(policies | wc -l)" "$count"
check 'each has said its highest' [ "$(requests)" -ge "$count" ]

busy performance powersave userspace schedutil
check 'unbind and bind, five times under load' repeat 5 rebind
check 'unload and load, twenty times under load' repeat 20 reload
idle
check 'the log is clean' clean
check_is 'the device is bound' "$(bound)" "$device"
governor schedutil
check_is 'schedutil is in force' "$(policy 0 scaling_governor)" schedutil
ktap_finished
