#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest check
#
# vcpuinfo freq against what the kernel shows, and --watch while requests are made.

. ../cpufreq/lib.sh
needs_bound

out=/tmp/vcpuinfo.out
err=/tmp/vcpuinfo.err

# column NAMES: of section freq, a policy to a line
column()
{
	vcpuinfo -p -o "$1" freq 2> $err | grep -v '^#'
}

# sum NAME: of all policies
sum()
{
	column "$1" | awk '{ n += $1 } END { print n }'
}

# of_policies FILE...: the same from the kernel
of_policies()
{
	local n file line

	for n in $(policies | sort -n); do
		line=
		for file in "$@"; do
			line="$line,$(policy "$n" "$file")"
		done
		echo "${line#,}"
	done
}

# changes NUMBER: of what is asked for, on policy 0
changes()
{
	local i=0

	while [ $i -lt "$1" ]; do
		set_policy 0 scaling_setspeed $((i % 2 ? second : low))
		i=$((i + 1))
	done
}

# lines WANTED: waits for so many lines of $out, a minute at most
lines()
{
	local i=0

	while [ "$(wc -l < $out)" -lt "$1" ]; do
		i=$((i + 1))
		[ $i -lt 600 ] || return
		sleep 0.1
	done
}

# watched: of each line that counts something, requests of policy 0 and their share
watched()
{
	sed -n 's/.*"policy":0,[^}]*"requests_s":\([0-9.]*\),[^}]*"exit_share":\([0-9.]*\)}.*/\1 \2/p' $out
}

interrupt()
{
	kill -INT "$1" && wait "$1"
}

# no_records: the module loaded anew, without
no_records()
{
	local rc=0

	rmmod vcpufreq && insmod "$PV_MODULES/vcpufreq.ko" record=0 || return
	governor performance && governor userspace || rc=1
	changes 10
	[ "$(column records | sort -u)" = no ] || rc=1
	[ "$(sum lazy)" = 0 ] && [ "$(sum exits)" -ge 10 ] || rc=1
	rmmod vcpufreq && insmod "$PV_MODULES/vcpufreq.ko" || rc=1
	governor performance && governor userspace || rc=1
	return $rc
}

# offline: the last CPU, where it has a policy of its own
offline()
{
	local last rc=0

	last=$(policies | sort -n | tail -n 1)
	echo 0 > "$CPUS/cpu$last/online" || return
	column policy,records > $out
	grep -qx "$last," $out && grep -q "CPUs of policy $last: all are offline" $err || rc=1
	echo 1 > "$CPUS/cpu$last/online" || rc=1
	return $rc
}

ktap_print_header
ktap_set_plan 18

# shellcheck disable=SC2046
set -- $(policy 0 scaling_available_frequencies)
low=$1 second=$2

# Nothing is asked for but by this test.
reset_limits
governor performance
governor userspace

check_is "a row for each policy" "$(column policy)" "$(policies | sort -n)"
check_is "nothing to note" "$(cat $err)" ""
check_is "governor and frequencies" "$(column governor,cur_khz,min_khz,max_khz,hw_max_khz)" \
	"$(of_policies scaling_governor scaling_cur_freq scaling_min_freq scaling_max_freq \
		cpuinfo_max_freq)"
for name in requests exits elided lazy; do
	check_is "$name of all policies" "$(sum $name)" "$(counter $name)"
done
check_is "CPUs" "$(column cpus | sed -n 1p | cut -c 1)" 0
if [ -n "$(counter records)" ]; then
	check_is "records" "$(column records | sort -u)" yes
else
	check_is "no records" "$(column records | sort -u)" no
fi

set_policy 0 scaling_max_freq "$second"
check_is "a limit below the greatest" "$(column max_khz,hw_max_khz | sed -n 1p)" \
	"$second,$(policy 0 cpuinfo_max_freq)"
reset_limits
governor performance
governor userspace

others=$(column policy,requests | sed 1d)
before=$(column requests | sed -n 1p)
changes 50
check_is "changes count" $(($(column requests | sed -n 1p) - before)) 50
check_is "and on their policy alone" "$(column policy,requests | sed 1d)" "$others"

: > $out
vcpuinfo -J freq --watch=2 > $out 2> $err &
pid=$!
check "watch: the first interval" lines 1
changes 20
check "watch: the next" lines 2
check "watch: ends when it is interrupted, with success" interrupt $pid
check_is "watch: its requests, and a share of exits" \
	"$(watched | awk '{ n += ($1 > 0 && $2 >= 0 && $2 <= 1) } END { print (n > 0) }')" 1

check "record=0: all goes by register" no_records
if [ "$(policies | wc -l)" -gt 1 ]; then
	check "all CPUs of a policy offline" offline
else
	ktap_test_skip "all CPUs of a policy offline: there is one policy only"
fi
reset_limits
governor schedutil
ktap_finished
