#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# cpupower(1) reads and sets the same values as sysfs
# needs: kselftest full

. ./lib.sh
needs_bound

# field OPTION: the output of cpupower for CPU 0, not rounded.  Without an option cpupower on
# x86 loads msr.ko, which guests of the rig do not have.
field()
{
	cpupower -c 0 frequency-info -n "$1" 2> /dev/null | sed -n '2,$p'
}

# reports OPTION PATTERN TEXT: the line of PATTERN has TEXT
reports()
{
	field "$1" | grep -q -- "$2.*$3" && return
	field "$1" | sed 's/^/# /'
	return 1
}

# unit KHZ: in the format of cpupower for limits of a policy
unit()
{
	awk -v khz="$1" 'BEGIN {
		if (khz > 1000000)
			printf "%.6f GHz", khz / 1000000
		else
			printf "%.3f MHz", khz / 1000
	}'
}

# set_by OPTION VALUE: sets a value of all CPUs with cpupower
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
	ktap_skip_all 'this guest has no cpupower'
	exit "$KSFT_SKIP"
fi
ktap_set_plan 17

# shellcheck disable=SC2046
set -- $(policy 0 scaling_available_frequencies)
low=$1 second=$2
for high; do :; done
reset_limits
governor userspace

check 'cpupower reports the driver' reports -d driver: vcpufreq
check 'cpupower reports the hardware limits' reports -l "$low" "$high"
check 'cpupower reports the governors' reports -g governors: schedutil
check 'cpupower reports the limits of the policy' \
	reports -p within "$(unit "$low") and $(unit "$high")"
check 'cpupower reports the active governor' reports -p governor '"userspace"'
check 'cpupower reports the CPUs of the policy' reports -r run '0$'
check 'cpupower reports the CPUs that change together' reports -a software '0$'

check 'cpupower sets the maximum' set_by -u "$second"
check 'All policies have the maximum that cpupower set' all_have scaling_max_freq "$second"
check 'cpupower reports the maximum that it set' \
	reports -p within "$(unit "$low") and $(unit "$second")"
check 'cpupower sets the minimum' set_by -d "$second"
check 'All policies have the minimum that cpupower set' all_have scaling_min_freq "$second"
reset_limits
check 'cpupower sets the governor' set_by -g performance
check 'All policies have the governor that cpupower set' all_have scaling_governor performance
check 'cpupower sets the frequency' set_by -f "$second"
check 'All policies have the frequency that cpupower set' all_have scaling_cur_freq "$second"
check 'cpupower reports the frequency that it set' reports -f frequency "$second"

reset_limits
governor schedutil
ktap_finished
