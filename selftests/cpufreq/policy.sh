#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Policies, table, limits and governors as sysfs shows them
# needs: guest check each-kernel
# needs: guest-bpf full

. ./lib.sh
needs_bound

# firsts: the first CPU of each perf domain; these are the expected policies
firsts()
{
	local cpu=0 seen=' ' domain

	for domain in $domains; do
		case $seen in
		*" $domain "*) ;;
		*) echo $cpu ;;
		esac
		seen="$seen$domain "
		cpu=$((cpu + 1))
	done
}

# members DOMAIN: its CPUs
members()
{
	local cpu=0 domain list=

	for domain in $domains; do
		[ "$domain" = "$1" ] && list="$list$cpu "
		cpu=$((cpu + 1))
	done
	echo "${list% }"
}

# list N: the table of policy N
list()
{
	policy "$1" scaling_available_frequencies | sed 's/ *$//'
}

described_as()
{
	if [ -d /proc/device-tree/cpus ]; then
		echo device-tree
	else
		echo acpi
	fi
}

domains=${PV_DOMAINS:-$(seq 0 $(($(possible) - 1)) | tr '\n' ' ')}
governors='performance powersave userspace ondemand conservative schedutil'

ktap_print_header
ktap_set_plan 20

check_is 'The attribute source names the firmware that describes the device' \
	"$(cat "$DRIVER/$(bound)/source")" "$(described_as)"
check_is 'Each perf domain has one policy' \
	"$(policies | sort -n | tr '\n' ' ')" "$(firsts | tr '\n' ' ')"
check_is 'Policy 0 has the CPUs of its domain' \
	"$(policy 0 related_cpus)" "$(members "${domains%% *}")"
check_is 'The driver of policy 0 is vcpufreq' "$(policy 0 scaling_driver)" vcpufreq

# shellcheck disable=SC2046
set -- $(list 0)
low=$1 second=${2:-}
for high; do :; done

if [ -n "$PV_TABLE" ]; then
	check_is 'scaling_available_frequencies is the table of the host' "$(list 0)" "$PV_TABLE"
else
	ktap_test_skip 'scaling_available_frequencies is the table of the host: PV_TABLE is not set'
fi
check 'The table has at least two entries' [ -n "$second" ]
check_is 'cpuinfo_min_freq is the lowest table entry' "$(policy 0 cpuinfo_min_freq)" "$low"
check_is 'cpuinfo_max_freq is the highest table entry' "$(policy 0 cpuinfo_max_freq)" "$high"

for name in $governors; do
	governor "$name"
	check_is "Policy 0 accepts governor $name" "$(policy 0 scaling_governor)" "$name"
done

reset_limits
governor performance
check_is 'Governor performance requests the highest entry' "$(policy 0 scaling_cur_freq)" "$high"
set_policy 0 scaling_max_freq "$second"
check_is 'scaling_max_freq limits the request of performance' \
	"$(policy 0 scaling_cur_freq)" "$second"
set_policy 0 scaling_max_freq 99999999
check_is 'A scaling_max_freq above the table becomes the highest entry' \
	"$(policy 0 scaling_max_freq)" "$high"

governor powersave
set_policy 0 scaling_min_freq "$second"
check_is 'scaling_min_freq raises the request of powersave' "$(policy 0 scaling_cur_freq)" "$second"
set_policy 0 scaling_min_freq 1
check_is 'A scaling_min_freq below the table becomes the lowest entry' \
	"$(policy 0 scaling_min_freq)" "$low"
set_policy 0 scaling_max_freq 1
check_is 'A scaling_max_freq below the table becomes the lowest entry' \
	"$(policy 0 scaling_max_freq)" "$low"

reset_limits
governor schedutil
ktap_finished
