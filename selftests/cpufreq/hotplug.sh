#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# CPU 1 goes offline and comes online
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
needs_bound
needs_cpu1

# without_1 LIST: the CPUs of it but CPU 1
without_1()
{
	echo "$1" | tr ' ' '\n' | grep -vx 1 | tr '\n' ' ' | sed 's/ $//'
}

ktap_print_header
ktap_set_plan 11

mark
reset_limits
governor performance
governor userspace
count=$(policies | wc -l)
own=$(readlink "$CPUS/cpu1/cpufreq")
own=${own##*policy}
# shellcheck disable=SC2046
set -- $(policy "$own" scaling_available_frequencies)
second=$2
set_policy "$own" scaling_setspeed "$second"

check 'CPU 1 goes offline' cpu1_online 0
check_is 'Policy 0 keeps its online CPUs while CPU 1 is offline' \
	"$(policy 0 affected_cpus)" "$(without_1 "$(policy 0 related_cpus)")"
set_policy 0 scaling_setspeed "$second"
before=$(requests)
check 'CPU 1 comes online' cpu1_online 1
check_is 'The policy of CPU 1 keeps its governor across hotplug' \
	"$(policy "$own" scaling_governor)" userspace
check_is 'The policy of CPU 1 keeps its request across hotplug' \
	"$(policy "$own" scaling_cur_freq)" "$second"
check_is 'CPU 1 sends one request when it comes online' $(($(requests) - before)) 1
check 'The cpufreq link of CPU 1 exists after hotplug' [ -e "$CPUS/cpu1/cpufreq/scaling_driver" ]

governor schedutil
check 'CPU 1 goes offline and online three times under schedutil' repeat 3 cpu1_cycle
check_is 'All policies report scaling_cur_freq after hotplug' \
	"$(cat "$CPUFREQ"/policy*/scaling_cur_freq | wc -l)" "$count"
check 'Frequency requests do not mark the TSC unstable' tsc_stable
check 'The log is clean after hotplug' clean
ktap_finished
