#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The host side was detached and attached again while the driver was bound.
# needs: guest-again check each-kernel

. ./lib.sh
needs_bound

all=$(cat "$CPUS/online")

shared()
{
	[ "$(counter records)" = "$all" ]
}

logged()
{
	dmesg | grep -q 'vcpufreq.*the host had let go of the records: they are shared anew'
}

# gives FILE: whether the host gives what that file of policy 0 says
gives()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = "$(policy 0 "$1")" ]
}

ktap_print_header
ktap_set_plan 4
check 'the driver finds out' soon logged
check 'all records are shared again' soon shared
check 'the host gives what was asked for before' soon gives scaling_cur_freq
governor userspace
set_policy 0 scaling_setspeed "$(policy 0 cpuinfo_max_freq)"
set_policy 0 scaling_setspeed "$(policy 0 cpuinfo_min_freq)"
check 'and what is left in memory now' soon gives cpuinfo_min_freq
governor powersave
ktap_finished
