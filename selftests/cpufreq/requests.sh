#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The number of requests that the driver sends to the host
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
needs_bound

HOLD=/sys/module/vcpufreq/parameters/hold

# costs NAME EXPECTED COMMAND...: the command sends EXPECTED requests
costs()
{
	local name=$1 expected=$2 before

	shift 2
	before=$(requests)
	"$@"
	check_is "$name" $(($(requests) - before)) "$expected"
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
# userspace sends no requests of its own.
governor userspace

costs 'A change from the highest to the lowest entry is one request' \
	1 set_policy 0 scaling_setspeed "$low"
check_is 'A request for the lowest entry sets scaling_cur_freq' \
	"$(policy 0 scaling_cur_freq)" "$low"
costs 'A repeated frequency is no request' 0 set_policy 0 scaling_setspeed "$low"
costs 'A frequency outside the table is one request' 1 set_policy 0 scaling_setspeed $((low + 1))
check_is 'A frequency outside the table becomes the next entry above' \
	"$(policy 0 scaling_cur_freq)" "$second"
costs 'Three repeated frequencies are no request' 0 again
costs 'A hundred changes are a hundred requests' 100 changes
costs 'A limit that does not change the frequency is no request' \
	0 set_policy 0 scaling_min_freq "$second"
reset_limits
governor performance
costs 'Each policy sends one request per change of governor' $((2 * policies)) each_governor_once
costs 'Reading all attributes is no request' 0 read_all
check_is 'The counter requests is the sum of register_writes, deferred and suppressed' "$(requests)" \
	$(($(counter register_writes) + $(counter deferred) + $(counter suppressed)))

governor performance
governor userspace
# Do not defer the decrease, so that the increase after it does not cancel it.
read -r hold < $HOLD
echo 0 > $HOLD
writes=$(counter register_writes) deferred=$(counter deferred)
set_policy 0 scaling_setspeed "$low"
if [ -n "$(counter shared_mem)" ]; then
	check_is 'A decrease is deferred if there are records' $(($(counter deferred) - deferred)) 1
else
	check_is 'A decrease causes one exit if there are no records' \
		$(($(counter register_writes) - writes)) 1
fi
writes=$(counter register_writes)
set_policy 0 scaling_setspeed "$second"
check_is 'An increase causes one exit' $(($(counter register_writes) - writes)) 1
echo "$hold" > $HOLD
governor schedutil
ktap_finished
