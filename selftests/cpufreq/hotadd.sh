#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# CPU 2, which was not present at boot, joins the policy of its perf domain
# needs: guest-hotadd full

. ./lib.sh
needs_bound

# cpu2 0|1: takes CPU 2 offline or online
cpu2()
{
	echo "$1" > "$CPUS/cpu2/online"
}

ktap_print_header
ktap_set_plan 12

mark
check_is 'One domain has one policy while CPU 2 is offline' "$(policies)" 0
check_is 'Policy 0 has the CPUs that are online' "$(policy 0 affected_cpus)" '0 1'
governor performance
check 'CPU 2 comes online' cpu2 1
check_is 'One domain has one policy after CPU 2 comes online' "$(policies)" 0
check_is 'CPU 2 joins policy 0' "$(policy 0 affected_cpus)" '0 1 2'
check_is 'The cpufreq link of CPU 2 leads to policy 0' \
	"$(readlink "$CPUS/cpu2/cpufreq")" ../cpufreq/policy0
check_is 'All possible CPUs have a record' "$(counter shared_mem)" 0-2
check_is 'CPU 2 sends the request of its domain when it comes online' \
	"$(counter percpu/register_writes | sed -n 's/^2 //p')" 1
governor schedutil
check 'CPU 2 goes offline' cpu2 0
check_is 'CPU 2 leaves policy 0' "$(policy 0 affected_cpus)" '0 1'
check 'CPU 2 comes online again' cpu2 1
check 'The log is clean after CPU 2 joined the policy' clean
ktap_finished
