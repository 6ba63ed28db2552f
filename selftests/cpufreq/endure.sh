#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Many times over, with the CPUs busy and the governors changing
# needs: endure full
#
# Told by the environment:
#
#   PV_RELOADS   how often the module is unloaded and loaded (20)
#   PV_HOTPLUGS  how often all CPUs but the first go and come back (6)

. ./lib.sh
. ./load.sh
needs_bound

PV_RELOADS=${PV_RELOADS:-20}
PV_HOTPLUGS=${PV_HOTPLUGS:-6}

# there N: so many policies; says which where they are not
there()
{
	local list

	list=$(policies)
	[ "$(echo "$list" | grep -c .)" = "$1" ] && return 0
	ktap_print_msg "not $1 policies: $(echo "$list" | tr '\n' ' ')"
	return 1
}

reload()
{
	rmmod vcpufreq && there 0 && insmod "$PV_MODULES/vcpufreq.ko" && there "$count"
}

# others 0|1: all CPUs but the first offline or online
others()
{
	local file

	for file in "$CPUS"/cpu[1-9]*/online; do
		[ ! -w "$file" ] || echo "$1" > "$file" || return
	done
}

hotplug()
{
	others 0 && [ "$(cat "$CPUS/online")" = 0 ] &&
		others 1 && [ "$(cat "$CPUS/online")" = "$(cat "$CPUS/possible")" ]
}

# A request still arrives, and is counted.
works()
{
	local before

	governor powersave && governor performance || return
	before=$(requests)
	governor powersave && [ "$(policy 0 scaling_cur_freq)" = "$(policy 0 cpuinfo_min_freq)" ] &&
		[ "$(requests)" -gt "$before" ]
}

ktap_print_header
ktap_set_plan 5

count=$(policies | wc -l)
mark
busy performance powersave userspace ondemand conservative schedutil
check "unload and load, $PV_RELOADS times" repeat "$PV_RELOADS" reload
if [ -w "$CPUS/cpu1/online" ]; then
	check "CPUs go and come back, $PV_HOTPLUGS times" repeat "$PV_HOTPLUGS" hotplug
else
	ktap_test_skip "CPUs go and come back: there is no CPU 1 that can be taken offline"
fi
idle
check 'the log is clean' clean
check_is 'all policies are there' "$(policies | wc -l)" "$count"
reset_limits
check 'and work' works
governor schedutil
ktap_finished
