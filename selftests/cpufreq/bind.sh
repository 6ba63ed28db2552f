#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Unbinding and binding, loading and unloading
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
. ./load.sh
. ./reload.sh
needs_bound

ktap_print_header
ktap_set_plan 11

mark
device=$(bound)
count=$(policies | wc -l)
check 'The device unbinds' write_driver unbind
check_is 'No policy is left after unbind' "$(policies)" ''
check 'The device has no attributes after unbind' \
	[ ! -e /sys/bus/platform/devices/"$device"/requests ]
check 'The device binds' write_driver bind
check_is 'All policies exist again after bind' "$(policies | wc -l)" "$count"
check 'Each policy requests its maximum after bind' [ "$(requests)" -ge "$count" ]

busy performance powersave userspace schedutil
check 'The device unbinds and binds twice under load' repeat 2 rebind
check 'The module unloads and loads three times under load' repeat 3 reload
idle
check 'The log is clean after bind and reload' clean
check_is 'The device is bound after reload' "$(bound)" "$device"
governor schedutil
check_is 'Policy 0 accepts schedutil after reload' "$(policy 0 scaling_governor)" schedutil
ktap_finished
