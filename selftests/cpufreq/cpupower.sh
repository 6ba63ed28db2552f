#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Whether cpupower(1) sees and sets what sysfs does
# needs: kselftest full

. ./lib.sh
needs_bound

# field OPTION: what cpupower says of CPU 0, not rounded.  On x86 it loads msr.ko for
# more than that, which guests of the rig have not got.
field()
{
	cpupower -c 0 frequency-info -n "$1" 2> /dev/null | sed -n '2,$p'
}

# said_of OPTION PATTERN TEXT: whether the line of PATTERN has TEXT
said_of()
{
	field "$1" | grep -q -- "$2.*$3" && return
	field "$1" | sed 's/^/# /'
	return 1
}

# unit KHZ: as cpupower writes what is a limit of a policy
unit()
{
	awk -v khz="$1" 'BEGIN {
		if (khz > 1000000)
			printf "%.6f GHz", khz / 1000000
		else
			printf "%.3f MHz", khz / 1000
	}'
}

# set_by OPTION VALUE: by cpupower, for all CPUs
set_by()
{
	cpupower -c all frequency-set "$1" "$2" > /run/cpupower 2>&1 || {
		sed 's/^/# /' /run/cpupower
		return 1
	}
}

all_have()
{
	local n

	for n in $(policies); do
		[ "$(policy "$n" "$1")" = "$2" ] || return
	done
}

ktap_print_header
if ! command -v cpupower > /dev/null; then
	ktap_skip_all 'there is no cpupower'
	exit "$KSFT_SKIP"
fi
ktap_set_plan 17

# shellcheck disable=SC2046
set -- $(policy 0 scaling_available_frequencies)
low=$1 second=$2
for high; do :; done
reset_limits
governor userspace

check 'info: driver' said_of -d driver: vcpufreq
check 'info: limits of the hardware' said_of -l "$low" "$high"
check 'info: governors' said_of -g governors: schedutil
check 'info: policy' said_of -p within "$(unit "$low") and $(unit "$high")"
check 'info: the governor in force' said_of -p governor '"userspace"'
check 'info: CPUs of the policy' said_of -r run '0$'
check 'info: CPUs that change together' said_of -a software '0$'

check 'set: maximum' set_by -u "$second"
check 'is in all policies' all_have scaling_max_freq "$second"
check 'and is said' said_of -p within "$(unit "$low") and $(unit "$second")"
check 'set: minimum' set_by -d "$second"
check 'is in all policies' all_have scaling_min_freq "$second"
reset_limits
check 'set: governor' set_by -g performance
check 'is in all policies' all_have scaling_governor performance
check 'set: frequency' set_by -f "$second"
check 'is in all policies' all_have scaling_cur_freq "$second"
check 'and is said' said_of -f frequency "$second"

reset_limits
governor schedutil
ktap_finished
