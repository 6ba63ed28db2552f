#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# How many requests leave for the host
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
needs_bound

# costs WHAT WANTED COMMAND...: the number of requests that a command sends
costs()
{
	local what=$1 wanted=$2 before

	shift 2
	before=$(requests)
	"$@"
	check_is "$what: $wanted" $(($(requests) - before)) "$wanted"
}

again()
{
	set_policy 0 scaling_setspeed "$second"
	set_policy 0 scaling_setspeed "$second"
	set_policy 0 scaling_setspeed "$second"
}

changes()
{
	local i=0

	while [ $i -lt 50 ]; do
		set_policy 0 scaling_setspeed "$low"
		set_policy 0 scaling_setspeed "$second"
		i=$((i + 1))
	done
}

each_governor_once()
{
	governor powersave
	governor performance
}

read_all()
{
	cat "$CPUFREQ"/policy*/scaling_* "$CPUFREQ"/policy*/stats/* "$DRIVER"/*/source \
		> /dev/null 2>&1
}

ktap_print_header
ktap_set_plan 13

# shellcheck disable=SC2046
set -- $(policy 0 scaling_available_frequencies)
low=$1 second=$2
policies=$(policies | wc -l)

reset_limits
governor performance
# Nothing else sends: userspace does what it is told only.
governor userspace

costs 'from the highest to the lowest' 1 set_policy 0 scaling_setspeed "$low"
check_is 'which is then in force' "$(policy 0 scaling_cur_freq)" "$low"
costs 'the same once more' 0 set_policy 0 scaling_setspeed "$low"
costs 'what the table lacks: the next above' 1 set_policy 0 scaling_setspeed $((low + 1))
check_is 'which is the second entry' "$(policy 0 scaling_cur_freq)" "$second"
costs 'three times the same' 0 again
costs 'a hundred changes' 100 changes
costs 'a limit that changes nothing' 0 set_policy 0 scaling_min_freq "$second"
reset_limits
governor performance
costs 'each policy down and up again' $((2 * policies)) each_governor_once
costs 'reading everything' 0 read_all
check_is 'requests are exits, lazy and elided' "$(requests)" \
	$(($(counter exits) + $(counter lazy) + $(counter elided)))

governor performance
governor userspace
exits=$(counter exits) lazy=$(counter lazy)
set_policy 0 scaling_setspeed "$low"
if [ -n "$(counter records)" ]; then
	check_is 'a fall is left in memory' $(($(counter lazy) - lazy)) 1
else
	check_is 'with no records, a fall goes by register' $(($(counter exits) - exits)) 1
fi
sleep 1		# a fall is held back for less
exits=$(counter exits)
set_policy 0 scaling_setspeed "$second"
check_is 'a rise goes by register' $(($(counter exits) - exits)) 1
governor schedutil
ktap_finished
