#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The host has replaced the devices of this guest by new ones of the same kind while the guest
# ran.  The frequency of the policies was KHZ, from the environment.
# needs: guest-bpf-again full

. ../cpufreq/lib.sh
. ./rtc.sh
needs_bound

# runs_at KHZ: policy 0 has that frequency, as the host reports it
runs_at()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = "$1" ] && return
	ktap_print_msg "$(policy 0 cpuinfo_cur_freq), not $1"
	return 1
}

# follows KHZ: policy 0 has that frequency after a request
follows()
{
	set_policy 0 scaling_setspeed "$1" && runs_at "$1"
}

# check_clock NAME TEST...: skips if there is no clock
check_clock()
{
	if [ -d "$CLOCK" ]; then
		check "$@"
	else
		ktap_test_skip "$1: this machine has no AMBA bus"
	fi
}

mark
ktap_print_header
ktap_set_plan 7

check 'a replaced device keeps the last request' runs_at "$KHZ"
check 'a replaced device accepts a lower request' follows 600000
check 'a replaced device accepts a higher request' follows 2400000
governor schedutil
check_clock 'a replaced clock has the time of the guest' \
	about "$(seconds 2> /dev/null || echo 0)" "$(date +%s)"
check_clock 'a replaced clock raises an alarm' rings 2
check_clock 'a replaced clock raises a second alarm' rings 1
check 'replaced devices cause no error in the log' clean
ktap_finished
