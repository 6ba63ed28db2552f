#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Many rounds of taking CPU 1 offline under schedutil, which sends requests concurrently
# needs: guest full each-kernel

. ./lib.sh
needs_bound
needs_cpu1

ktap_print_header
ktap_set_plan 4

mark
count=$(policies | wc -l)
reset_limits
governor schedutil
check 'CPU 1 goes offline and online fifty times under schedutil' repeat 50 cpu1_cycle
check_is 'All policies report scaling_cur_freq after fifty cycles' \
	"$(cat "$CPUFREQ"/policy*/scaling_cur_freq | wc -l)" "$count"
check 'Fifty hotplug cycles do not mark the TSC unstable' tsc_stable
check 'The log is clean after fifty hotplug cycles' clean
ktap_finished
