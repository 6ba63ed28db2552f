#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The host side is detached and attached again while the driver is bound
# needs: guest-again check each-kernel

. ./lib.sh
needs_bound

all=$(cat "$CPUS/online")

records_on()
{
	[ "$(counter shared_mem)" = "$all" ]
}

detected()
{
	dmesg | grep -q 'vcpufreq.*host side attached, requests sent again'
}

# applies FILE: true if the host runs policy 0 at the frequency in its file FILE
applies()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = "$(policy 0 "$1")" ]
}

ktap_print_header
ktap_set_plan 4
check 'The driver detects that the host was attached again' soon detected
check 'All CPUs have a record after the host was attached again' soon records_on
check 'The host applies the request from before it was attached again' soon applies scaling_cur_freq
governor userspace
set_policy 0 scaling_setspeed "$(policy 0 cpuinfo_max_freq)"
set_policy 0 scaling_setspeed "$(policy 0 cpuinfo_min_freq)"
check 'The host applies a new request in memory after it was attached again' \
	soon applies cpuinfo_min_freq
governor powersave
ktap_finished
