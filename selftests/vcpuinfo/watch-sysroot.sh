#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# vcpuinfo cpufreq --interval on a recorded machine; this test changes the counters.  The table and
# the JSON come from two processes that see the same changes.

. ../lib.sh
. ./tree.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}
TRIES=600

tmp=$(mktemp -d) || exit 1
table=$tmp/table
json=$tmp/json
table_pid=
json_pid=

# shellcheck disable=SC2329 # called by trap
cleanup()
{
	[ -z "$table_pid" ] || kill "$table_pid"
	[ -z "$json_pid" ] || kill "$json_pid"
	rm -rf "$tmp"
}
trap cleanup EXIT

x86=$tmp/x86-kvm
percpu=$x86/sys/devices/platform/PRP0001:00/percpu

# count WRITES SUPPRESSED DEFERRED: sets the counters of CPU 0; CPU 1 has 200 register writes
count()
{
	printf '0 %d\n1 200\n' "$1" > "$tmp/register_writes"
	printf '0 %d\n1 0\n' "$2" > "$tmp/suppressed"
	printf '0 %d\n1 0\n' "$3" > "$tmp/deferred"
	mv "$tmp/register_writes" "$tmp/suppressed" "$tmp/deferred" "$percpu"
	table_lines=$(wc -l < "$table")
	json_lines=$(wc -l < "$json")
}

# more_lines FILE NUMBER: FILE has more lines than NUMBER
more_lines()
{
	[ "$(wc -l < "$1")" -gt "$2" ]
}

# interrupt PID: sends SIGINT; the result is the exit status of the process
interrupt()
{
	kill -INT "$1"
	wait "$1"
}

# rates: the lines of policy 0 have rates of each counter; REQUESTS_PER_S is the sum of the
# other rates, and REGISTER_WRITE_RATIO is REGISTER_WRITES_PER_S by it.  One change may be in two intervals, if both
# processes run late.
rates()
{
	awk '
	function is(value, expected, error)
	{
		return value >= expected - error && value <= expected + error
	}
	$1 == 0 && $4 > 0 {
		writes += $5
		suppressed += $6
		deferred += $7
		if (!is($4, $5 + $6 + $7, 0.25) || !is($8, $5 / $4, 0.006)) {
			print "# " $0
			bad = 1
		}
	}
	END { exit bad || !writes || !suppressed || !deferred }' "$table"
}

ktap_print_header
ktap_set_plan 18

tree_unpack "$tmp" trees/x86-kvm.tree
: > "$table"
: > "$json"
count 1000 3000 0

# The table has a header, and two lines per interval.  A change after both processes have
# printed an interval is in the next one.
$VCPUINFO -s "$x86" cpufreq --interval 1 > "$table" 2> "$tmp/err" &
table_pid=$!
$VCPUINFO -J -s "$x86" cpufreq --watch > "$json" 2>> "$tmp/err" &
json_pid=$!
check "cpufreq --interval prints the first interval" soon more_lines "$table" 2
check "cpufreq --watch -J prints the first interval" soon more_lines "$json" 0
count 1100 3200 100
check "cpufreq --interval prints the interval in which the counters increase" \
	soon more_lines "$table" $((table_lines + 1))
check "cpufreq --watch -J prints the interval in which the counters increase" \
	soon more_lines "$json" "$json_lines"
count 0 0 0
check "cpufreq --interval prints the interval in which the counters are reset" \
	soon more_lines "$table" $((table_lines + 1))
check "cpufreq --interval exits with 0 on SIGINT" interrupt "$table_pid"
table_pid=
check "cpufreq --watch -J exits with 0 on SIGINT" interrupt "$json_pid"
json_pid=

check_is "cpufreq --interval prints one header, in the first line" "$(grep -n '[A-Z]' "$table")" \
	"1:POLICY CUR_KHZ MAX_KHZ REQUESTS_PER_S REGISTER_WRITES_PER_S SUPPRESSED_PER_S DEFERRED_PER_S REGISTER_WRITE_RATIO"
check_is "cpufreq --interval prints one line per policy and interval" \
	"$(awk 'NR > 1 { print $1 }' "$table" | uniq -c | awk '$1 != 1')" ""
check_is "cpufreq --interval aligns all lines" "$(awk '{ print length }' "$table" | sort -u)" 112
check "cpufreq --interval prints the rates of increased counters, and the ratio of register writes" rates
check "cpufreq --interval prints dashes for counters that were reset" \
	grep -q '^ *0 1200000 2400000  *-  *-  *-  *-  *-$' "$table"
check_is "cpufreq --interval prints no errors" "$(cat "$tmp/err")" ""
check_is "cpufreq --watch -J prints one JSON document per line" \
	"$(grep -vc '^{"cpufreq":{"policies":\[{"policy":0,.*}\]},"interval_s":[0-9.]*,"notes":\[\]}$' "$json")" 0
# A rate has one decimal, the interval has three.
sed -n 's/.*"policy":0,.*"requests_per_s":\([0-9.]*\),.*"policy":1.*"interval_s":\([0-9.]*\),.*/\1 \2/p' \
	"$json" > "$tmp/rates"
check_is "cpufreq --watch -J prints rates that match the counters" \
	"$(awk '{ sum += $1 * $2; error += $2 / 10 + 1 }
		END { print (sum > 400 - error && sum < 400 + error) }' "$tmp/rates")" 1

$VCPUINFO -J -s "$x86" cpufreq --interval 50ms --count 3 > "$json"
check_is "cpufreq --interval 50ms prints intervals below a second" \
	"$(sed -n 's/.*"interval_s":\(0\.[0-9]*\),.*/\1/p' "$json" |
		awk '$1 >= 0.05 { nr++ } END { print nr }')" 3

$VCPUINFO -s "$x86" latency --interval 10ms --count 3 > "$table" 2> "$tmp/err"
check_is "--interval repeats the table" "$(grep -c '^CALL' "$table")" 3
check_is "--interval prints a note that does not change once" "$(cat "$tmp/err")" \
	"vcpuinfo: latency: all: not available, because --sysroot reads files only"

ktap_finished
