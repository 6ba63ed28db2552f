#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Energy-aware scheduling (EAS) in a guest with CPUs of different capacity
# needs: eas full
#
# Environment:
#
#   PV_CAPACITY  capacity of each CPU, as "1024 512"
#   PV_TABLE     performance table of the host side

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

# powers CPU: the power values of its energy model, in order of frequency
powers()
{
	local dir

	for dir in "$MODEL/cpu$1"/ps:*; do
		[ ! -f "$dir/frequency" ] || echo "$(cat "$dir/frequency") $(cat "$dir/power")"
	done | sort -n | cut -d ' ' -f 2
}

increasing()
{
	powers 0 | awk 'NR > 1 && $1 <= last { bad = 1 } { last = $1 } END { exit bad || NR < 2 }'
}

# big_is_higher: the highest power of the big CPU is above that of the little CPU
big_is_higher()
{
	[ "$(powers 0 | tail -n 1)" -gt "$(powers 1 | tail -n 1)" ]
}

asymmetric()
{
	grep -qs SD_ASYM_CPUCAPACITY "$SCHED"/domains/cpu0/domain*/flags
}

ktap_print_header
if [ ! -d /proc/device-tree/cpus ]; then
	ktap_skip_all 'this guest has no device tree, which describes capacities'
	exit "$KSFT_SKIP"
fi
ktap_set_plan 13

# A worker rebuilds the domains and logs it.
echo Y > $SCHED/verbose
governor performance
check_is 'CPU capacities are those of the device tree' "$(capacities)" "$PV_CAPACITY"
check_is 'The energy model of CPU 0 has the table' "$(states 0)" "$PV_TABLE"
check_is 'The energy model of CPU 1 has the table' "$(states 1)" "$PV_TABLE"
check 'Power in the energy model increases with frequency' increasing
check 'The big CPU has the higher power in the energy model' big_is_higher
mark
governor schedutil
check 'EAS starts under schedutil' soon_logged 'starting EAS'
# The file reads empty if energy-aware scheduling is not possible.
check_is 'sched_energy_aware is 1 under schedutil' "$(cat /proc/sys/kernel/sched_energy_aware)" 1
check 'EAS has a perf domain for CPU 0' soon_logged 'pd0:{ cpus=0 '
check 'EAS has a perf domain for CPU 1' soon_logged 'pd1:{ cpus=1 '
check 'The scheduling domain is asymmetric' asymmetric
mark
set_policy 1 scaling_governor performance
check 'EAS stops if one CPU has another governor' soon_logged 'stopping EAS'
mark
set_policy 1 scaling_governor schedutil
check 'EAS starts again under schedutil' soon_logged 'starting EAS'
check 'The log is clean after EAS started and stopped' clean
ktap_finished
