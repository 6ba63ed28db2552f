#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Many reloads and hotplugs while the CPUs are busy and the governors change
# needs: endure full
#
# Environment:
#
#   PV_RELOADS   rounds of unloading and loading the module (default: 20)
#   PV_HOTPLUGS  rounds of all CPUs but the first going offline and online (default: 6)

. ./lib.sh
. ./load.sh
needs_bound

PV_RELOADS=${PV_RELOADS:-20}
PV_HOTPLUGS=${PV_HOTPLUGS:-6}

# has_policies N: there are N policies; prints them if not
has_policies()
{
	local list

	list=$(policies)
	[ "$(echo "$list" | grep -c .)" = "$1" ] && return 0
	ktap_print_msg "not $1 policies: $(echo "$list" | tr '\n' ' ')"
	return 1
}

reload()
{
	rmmod vcpufreq && has_policies 0 &&
		insmod "$PV_MODULES/vcpufreq.ko" && has_policies "$count"
}

# others 0|1: takes all CPUs but the first offline or online
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

# works: a request reaches the driver, which counts it
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
check "The module unloads and loads $PV_RELOADS times under load" repeat "$PV_RELOADS" reload
if [ -w "$CPUS/cpu1/online" ]; then
	check "All CPUs but the first go offline and online $PV_HOTPLUGS times" \
		repeat "$PV_HOTPLUGS" hotplug
else
	ktap_test_skip "All CPUs but the first go offline and online: CPU 1 cannot go offline"
fi
idle
check 'The log is clean after reloads and hotplug' clean
check_is 'All policies exist after reloads and hotplug' "$(policies | wc -l)" "$count"
reset_limits
check 'Requests reach the host after reloads and hotplug' works
governor schedutil
ktap_finished
