#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The devices of this guest were replaced by new ones of the same kind while it ran, and the
# policies were at KHZ of its environment.
# needs: guest-bpf-again

. ../cpufreq/lib.sh
. ./rtc.sh
needs_bound

# runs_at KHZ: policy 0, as the host says
runs_at()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = "$1" ] && return
	ktap_print_msg "$(policy 0 cpuinfo_cur_freq), not $1"
	return 1
}

# follows KHZ: when it is asked for
follows()
{
	set_policy 0 scaling_setspeed "$1" && runs_at "$1"
}

# SKIP where there is no clock
clock()
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

check 'the host has kept what was asked for' runs_at "$KHZ"
check 'it takes requests' follows 600000
check 'and others' follows 2400000
governor schedutil
clock 'the clock goes on' about "$(seconds 2> /dev/null || echo 0)" "$(date +%s)"
clock 'an alarm' rings 2
clock 'and another one' rings 1
check 'the log is clean' clean
ktap_finished
