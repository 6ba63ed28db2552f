# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Compares the durations of machines with their budgets and with a time limit.  Needs tap.sh.

# A build machine is idle enough to judge budgets if other work took less than this percentage
# of its processors.  A machine exceeds its budget at BUDGET_MAX percent, times the pace.
BUDGET_IDLE=10 BUDGET_MAX=125

# budget_pace < DURATIONS: the median of the durations in per cent of the budgets, weighted by the
# budgets, at least 100.
# All machines are slow on a slow build machine; one that is slower than the others has become
# slower itself.  Machines that did not start have no duration.
budget_pace()
{
	awk '$2 > 0 { print int($2 * 100 / $3), $3 }' | sort -n | awk '
	{ pace[NR] = $1; weight[NR] = $2; sum += $2 }
	END {
		for (i = 1; i <= NR && part * 2 < sum; i++) {
			part += weight[i]
			median = pace[i]
		}
		print (median > 100 ? median : 100)
	}'
}

# budget_test NAME SECONDS BUDGET LOAD PACE: one test
budget_test()
{
	local text="$1 takes $2 s, its budget is $3 s, the pace $5 %"

	if [ $(($2 * 10000)) -le $(($3 * BUDGET_MAX * $5)) ]; then
		tap_result 0 "$text"
	elif [ "$4" -le $BUDGET_IDLE ]; then
		tap_result 1 "$text"
	else
		say "warning: $text; other work took $4 % of the processors, so this does not count"
		tap_result 0 "$text # SKIP other work took $4 % of the processors"
	fi
}

# budget_tests LOAD TIER SECONDS BUDGET < DURATIONS: lines "NAME SECONDS BUDGET" of machines and
# the tier, which can have no budget, as TAP
budget_tests()
{
	local load=$1 tier=$2 total=$3 limit=$4 name seconds budget pace lines

	mapfile -t lines
	pace=$(printf '%s\n' "${lines[@]}" | budget_pace)
	while read -r name seconds budget; do
		budget_test "$name" "$seconds" "$budget" "$load" "$pace"
	done < <(printf '%s\n' "${lines[@]}")
	[ -z "$limit" ] || budget_test "tier $tier" "$total" "$limit" "$load" "$pace"
	printf '1..%s\n# exit 0\n' "$TAP_COUNT"
}

# budget_fits BUDGET LIMIT: whether a machine with this budget can start.  LIMIT is the time of
# the whole command in seconds, or empty.
budget_fits()
{
	[ -z "$2" ] || [ $((SECONDS + $1)) -le "$2" ]
}
