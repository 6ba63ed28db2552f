#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: any
#
# vcpuinfo freq --watch on a recorded machine, whose counters this test moves.

. ../lib.sh
. ./tree.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}

tmp=$(mktemp -d) || exit 1
pid=

# shellcheck disable=SC2329 # called by trap
cleanup()
{
	[ -z "$pid" ] || kill "$pid"
	rm -rf "$tmp"
}
trap cleanup EXIT

percpu=$tmp/sys/devices/platform/PRP0001:00/percpu

# count EXITS ELIDED LAZY: what CPU 0 has counted; of CPU 1 there are 200 exits
count()
{
	printf '0 %d\n1 200\n' "$1" > "$tmp/exits"
	printf '0 %d\n1 0\n' "$2" > "$tmp/elided"
	printf '0 %d\n1 0\n' "$3" > "$tmp/lazy"
	mv "$tmp/exits" "$tmp/elided" "$tmp/lazy" "$percpu"
}

# watch OPTION...: begins; what moves just after an interval is in the next one as a whole
watch()
{
	: > "$tmp/out"
	$VCPUINFO -s "$tmp" freq --watch=2 "$@" > "$tmp/out" 2> "$tmp/err" &
	pid=$!
}

# lines MORE: waits until there are so many lines more, a minute at most
lines()
{
	local wanted=$(($(wc -l < "$tmp/out") + $1)) i=0

	while [ "$(wc -l < "$tmp/out")" -lt $wanted ]; do
		i=$((i + 1))
		[ $i -lt 600 ] || return
		sleep 0.1
	done
}

# interrupt: the exit status
interrupt()
{
	local rc=0

	kill -INT "$pid"
	wait "$pid" || rc=$?
	pid=
	return $rc
}

# rates: the lines of policy 0 in which something moved, each once
rates()
{
	sed '1d; s/  */ /g; s/^ //' "$tmp/out" | grep '^0 ' | grep -v ' 0.0 0.0 0.0 0.0 -$'
}

ktap_print_header
ktap_set_plan 15

tree_unpack trees/x86-kvm.tree "$tmp"
count 1000 3000 0

watch
check "watch: the first interval" lines 3
count 1100 3100 100
check "watch: a rise" lines 2
count 0 0 0
check "watch: a new beginning" lines 2
check "watch: ends when it is interrupted, with success" interrupt
check_is "watch: one heading, and it is the first line" "$(grep -n '[A-Z]' "$tmp/out")" \
	"1:POLICY CUR_KHZ MAX_KHZ REQUESTS_S EXITS_S ELIDED_S LAZY_S EXIT_SHARE"
check_is "watch: a line for each policy" "$(awk 'NR > 1 { print $1 }' "$tmp/out" | uniq -c |
	awk '$1 != 1')" ""
check_is "watch: all lines are aligned" "$(awk '{ print length }' "$tmp/out" | sort -u)" 68
check_is "watch: what rose, and its share of exits" \
	"$(rates | awk '$4 > 0 { print ($5 > 0 && $5 == $6 && $6 == $7), $8 }')" "1 0.33"
check_is "watch: what fell is not known" "$(rates | grep -c '^0 1200000 2400000 - - - - -$')" 1
check_is "watch: nothing else is said" "$(cat "$tmp/err")" ""

count 1000 3000 0
watch -J
check "JSON: the first interval" lines 1
count 1100 3200 100
check "JSON: a rise" lines 1
check "JSON: ends when it is interrupted, with success" interrupt
check_is "JSON: one line is one document" \
	"$(grep -vc '^{"freq":\[{"policy":0,.*}\],"seconds":[0-9.]*,"notes":\[\]}$' "$tmp/out")" 0
# A rate has one digit behind the point, and the interval three.
sed -n 's/.*"policy":0,.*"requests_s":\([0-9.]*\),.*"policy":1.*"seconds":\([0-9.]*\),.*/\1 \2/p' \
	"$tmp/out" > "$tmp/rates"
check_is "JSON: rate by time is what was counted" \
	"$(awk '{ sum += $1 * $2; error += $2 / 10 + 1 }
		END { print (sum > 400 - error && sum < 400 + error) }' "$tmp/rates")" 1

ktap_finished
