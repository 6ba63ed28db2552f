#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A CPU goes and comes back
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
needs_bound

if [ ! -w "$CPUS/cpu1/online" ]; then
	ktap_print_header
	ktap_skip_all 'there is no CPU 1 that can be taken offline'
	exit "$KSFT_SKIP"
fi

# without_1 LIST: the CPUs of it but CPU 1
without_1()
{
	echo "$1" | tr ' ' '\n' | grep -vx 1 | tr '\n' ' ' | sed 's/ $//'
}

# fifty_cycles: under schedutil, so that requests leave meanwhile
fifty_cycles()
{
	local i=0

	while [ $i -lt 50 ]; do
		cpu1_online 0 && cpu1_online 1 || return
		i=$((i + 1))
	done
}

# What x86 says of the clock when cpufreq makes it believe that its rate changed
no_blame()
{
	! dmesg | grep -i 'TSC unstable due to cpufreq'
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
check_is 'CPU 0 keeps its policy' "$(policy 0 affected_cpus)" "$(without_1 "$(policy 0 related_cpus)")"
set_policy 0 scaling_setspeed "$second"
before=$(requests)
check 'CPU 1 comes online' cpu1_online 1
check_is 'its policy has its governor' "$(policy "$own" scaling_governor)" userspace
check_is 'and its request' "$(policy "$own" scaling_cur_freq)" "$second"
if [ "$(policy "$own" related_cpus)" = 1 ]; then
	check_is 'which was said to the host again' $(($(requests) - before)) 1
else
	check_is 'which its domain had kept in force' $(($(requests) - before)) 0
fi
check 'the file of CPU 1 is a link to its policy' [ -e "$CPUS/cpu1/cpufreq/scaling_driver" ]

governor schedutil
check 'fifty cycles' fifty_cycles
check_is 'all policies work' "$(cat "$CPUFREQ"/policy*/scaling_cur_freq | wc -l)" "$count"
check 'no request was taken for a change of the TSC' no_blame
check 'the log is clean' clean
ktap_finished
