#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest check
#
# vcpuinfo cpufreq compared with sysfs, and --interval during requests

. ../cpufreq/lib.sh
needs_bound

out=/tmp/vcpuinfo.out
err=/tmp/vcpuinfo.err
TRIES=600	# a minute for an interval

# column NAMES: of section cpufreq, one line per policy
column()
{
	vcpuinfo -p -o "$1" cpufreq 2> $err | grep -v '^#'
}

# sum NAME: of a column over all policies
sum()
{
	column "$1" | awk '{ n += $1 } END { print n }'
}

# of_policies FILE...: the same values from sysfs
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

# changes NUMBER: of the request of policy 0
changes()
{
	local i=0

	while [ $i -lt "$1" ]; do
		set_policy 0 scaling_setspeed $((i % 2 ? second : low))
		i=$((i + 1))
	done
}

# has_lines N: $out has at least N lines
has_lines()
{
	[ "$(wc -l < $out)" -ge "$1" ]
}

# watched: requests per second of policy 0 and their ratio of register writes, of each line with requests
watched()
{
	sed -n 's/.*"policy":0,[^}]*"requests_per_s":\([0-9.]*\),[^}]*"register_write_ratio":\([0-9.]*\)}.*/\1 \2/p' $out
}

interrupt()
{
	kill -INT "$1" && wait "$1"
}

# no_records: reloads the module without records
no_records()
{
	local rc=0

	rmmod vcpufreq && insmod "$PV_MODULES/vcpufreq.ko" shared_mem=0 || return
	governor performance && governor userspace || rc=1
	changes 10
	[ "$(column shared_mem | sort -u)" = no ] || rc=1
	[ "$(sum deferred)" = 0 ] && [ "$(sum register_writes)" -ge 10 ] || rc=1
	rmmod vcpufreq && insmod "$PV_MODULES/vcpufreq.ko" || rc=1
	governor performance && governor userspace || rc=1
	return $rc
}

# offline: takes the CPU of the last policy offline
offline()
{
	local last rc=0

	last=$(policies | sort -n | tail -n 1)
	echo 0 > "$CPUS/cpu$last/online" || return
	column policy,shared_mem > $out
	grep -qx "$last," $out && grep -q "CPUs of policy $last: all are offline" $err || rc=1
	echo 1 > "$CPUS/cpu$last/online" || rc=1
	return $rc
}

ktap_print_header
ktap_set_plan 18

# shellcheck disable=SC2046
set -- $(policy 0 scaling_available_frequencies)
low=$1 second=$2

# userspace sends no requests of its own.
reset_limits
governor performance
governor userspace

check_is 'cpufreq has a row for each policy' "$(column policy)" "$(policies | sort -n)"
check_is 'cpufreq prints no note' "$(cat $err)" ""
check_is 'cpufreq prints governor and frequencies of sysfs' \
	"$(column governor,cur_khz,min_khz,max_khz,hw_max_khz)" \
	"$(of_policies scaling_governor scaling_cur_freq scaling_min_freq scaling_max_freq \
		cpuinfo_max_freq)"
for name in requests register_writes suppressed deferred; do
	check_is "The sum of $name over all policies is that of the device" \
		"$(sum "$name")" "$(counter "$name")"
done
check_is 'cpufreq prints the CPUs of policy 0' "$(column cpus | sed -n 1p | cut -c 1)" 0
if [ -n "$(counter shared_mem)" ]; then
	check_is 'cpufreq prints that memory is shared' "$(column shared_mem | sort -u)" yes
else
	check_is 'cpufreq prints that no memory is shared' "$(column shared_mem | sort -u)" no
fi

set_policy 0 scaling_max_freq "$second"
check_is 'cpufreq prints a limit below the hardware maximum' \
	"$(column max_khz,hw_max_khz | sed -n 1p)" \
	"$second,$(policy 0 cpuinfo_max_freq)"
reset_limits
governor performance
governor userspace

others=$(column policy,requests | sed 1d)
before=$(column requests | sed -n 1p)
changes 50
check_is 'cpufreq counts changes of policy 0' $(($(column requests | sed -n 1p) - before)) 50
check_is 'cpufreq counts changes on the policy that made them' \
	"$(column policy,requests | sed 1d)" "$others"

: > $out
vcpuinfo -J cpufreq --interval 1 > $out 2> $err &
pid=$!
check 'cpufreq --interval prints the first interval' soon has_lines 1
changes 20
check 'cpufreq --interval prints the second interval' soon has_lines 2
check 'cpufreq --interval exits with success on SIGINT' interrupt $pid
check_is 'cpufreq --interval prints requests and the ratio of register writes' \
	"$(watched | awk '{ n += ($1 > 0 && $2 >= 0 && $2 <= 1) } END { print (n > 0) }')" 1

check 'cpufreq counts register writes only with shared_mem=0' no_records
if [ "$(policies | wc -l)" -gt 1 ]; then
	check 'cpufreq reports a policy of which all CPUs are offline' offline
else
	ktap_test_skip 'cpufreq reports a policy of which all CPUs are offline: there is one policy only'
fi
reset_limits
governor schedutil
ktap_finished
