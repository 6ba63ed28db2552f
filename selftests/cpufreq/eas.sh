#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Energy-aware scheduling, in a guest whose CPUs are not alike
# needs: eas full
#
# Told by the environment:
#
#   PV_CAPACITY  capacity of each CPU, as "1024 512"
#   PV_TABLE     the table that the host side was given

. ./lib.sh
needs_bound

SCHED=/sys/kernel/debug/sched
MODEL=/sys/kernel/debug/energy_model

capacities()
{
	cat "$CPUS"/cpu[0-9]*/cpu_capacity | tr '\n' ' ' | sed 's/ $//'
}

# states CPU: the frequencies of its energy model
states()
{
	local dir

	for dir in "$MODEL/cpu$1"/ps:*; do
		[ ! -f "$dir/frequency" ] || cat "$dir/frequency"
	done | sort -n | tr '\n' ' ' | sed 's/ $//'
}

# powers CPU: in the order of the frequencies
powers()
{
	local dir

	for dir in "$MODEL/cpu$1"/ps:*; do
		[ ! -f "$dir/frequency" ] || echo "$(cat "$dir/frequency") $(cat "$dir/power")"
	done | sort -n | cut -d ' ' -f 2
}

rising()
{
	powers 0 | awk 'NR > 1 && $1 <= last { bad = 1 } { last = $1 } END { exit bad || NR < 2 }'
}

# dearer: the big CPU's highest entry costs more than the little one's
dearer()
{
	[ "$(powers 0 | tail -n 1)" -gt "$(powers 1 | tail -n 1)" ]
}

# says PATTERN: whether the scheduler logs it within a few seconds: domains are rebuilt by
# a work
says()
{
	local tries=0

	until since | grep -q -- "$1"; do
		sleep 0.2
		tries=$((tries + 1))
		[ $tries -lt 50 ] || {
			since | sed 's/^/# /'
			return 1
		}
	done
}

asymmetric()
{
	grep -qs SD_ASYM_CPUCAPACITY "$SCHED"/domains/cpu0/domain*/flags
}

ktap_print_header
if [ ! -d /proc/device-tree/cpus ]; then
	ktap_skip_all 'capacities come by device tree, and this guest has none'
	exit "$KSFT_SKIP"
fi
ktap_set_plan 13

# What is built when is logged from here on.
echo Y > $SCHED/verbose
governor performance
check_is 'capacities are those of the device tree' "$(capacities)" "$PV_CAPACITY"
check_is 'the model of CPU 0 has the table' "$(states 0)" "$PV_TABLE"
check_is 'the model of CPU 1 has the table' "$(states 1)" "$PV_TABLE"
check 'power rises with frequency' rising
check 'work costs more on the big CPU' dearer
mark
governor schedutil
check 'it starts under schedutil' says 'starting EAS'
# It reads empty where energy-aware scheduling is not possible.
check_is 'and is allowed' "$(cat /proc/sys/kernel/sched_energy_aware)" 1
check 'with a perf domain for CPU 0' says 'pd0:{ cpus=0 '
check 'and one for CPU 1' says 'pd1:{ cpus=1 '
check 'the scheduling domain is asymmetric' asymmetric
mark
set_policy 1 scaling_governor performance
check 'it stops where one CPU has another governor' says 'stopping EAS'
mark
set_policy 1 scaling_governor schedutil
check 'and starts again' says 'starting EAS'
check 'the log is clean' clean
ktap_finished
