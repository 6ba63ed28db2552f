#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The devices of this guest were replaced by new ones of the same kind while it ran.
# needs: guest-bpf-again

. ../cpufreq/lib.sh
. ./rtc.sh
needs_bound

# runs_at KHZ: policy 0, when asked
runs_at()
{
	set_policy 0 scaling_setspeed "$1" && [ "$(policy 0 scaling_cur_freq)" = "$1" ]
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

check_is 'the host has what was asked for before' "$(policy 0 scaling_cur_freq)" \
	"$(policy 0 scaling_min_freq)"
governor userspace
check 'it takes requests' runs_at 1200000
check 'and others' runs_at 2400000
governor schedutil
clock 'the clock goes on' about "$(seconds 2> /dev/null || echo 0)" "$(date +%s)"
clock 'an alarm' rings 2
clock 'and another one' rings 1
check 'the log is clean' clean
ktap_finished
