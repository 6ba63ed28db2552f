# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests of vcpufreq.ko.  Environment:
#
#   PV_MODULES   directory of the pvguest modules
#   PV_TABLE     performance table of the host side, as "600000 1200000"
#   PV_DOMAINS   perf domain of each CPU, as "0 0"; default: one domain per CPU

. ../lib.sh

PV_MODULES=${PV_MODULES:-/lib/modules/pv}
CPUS=/sys/devices/system/cpu
CPUFREQ=$CPUS/cpufreq
DRIVER=/sys/bus/platform/drivers/vcpufreq

# bound: names of the devices that the driver is bound to
bound()
{
	local link

	for link in "$DRIVER"/*; do
		[ -e "$link/driver" ] && echo "${link##*/}"
	done
	return 0
}

# cpu1_online 0|1: takes CPU 1 offline or online
cpu1_online()
{
	echo "$1" > "$CPUS/cpu1/online"
}

# cpu1_cycle: takes CPU 1 offline and online again
cpu1_cycle()
{
	cpu1_online 0 && cpu1_online 1
}

# possible: the number of possible CPUs
possible()
{
	local last

	read -r last < $CPUS/possible
	last=${last##*-}
	echo $((${last##*,} + 1))
}

# policies: their numbers.  Governors add and remove directories next to the policies, and a
# concurrent readdir() can miss an entry (kernfs_dir_next_pos()), so look up each name.
policies()
{
	local nr=0 end

	end=$(possible)
	while [ $nr -lt "$end" ]; do
		[ ! -d "$CPUFREQ/policy$nr" ] || echo $nr
		nr=$((nr + 1))
	done
}

# counter NAME: a file of the bound device
counter()
{
	cat "$DRIVER"/*/"$1"
}

# requests: the number of requests that reached the driver
requests()
{
	counter requests
}

# policy N FILE: reads a file of policy N
policy()
{
	cat "$CPUFREQ/policy$1/$2"
}

# set_policy N FILE VALUE
set_policy()
{
	echo "$3" > "$CPUFREQ/policy$1/$2"
} 2>/dev/null

# governor NAME: for all policies
governor()
{
	local n

	for n in $(policies); do
		set_policy "$n" scaling_governor "$1" || return
	done
}

# reset_limits: sets the limits of all policies to those of the table
reset_limits()
{
	local n

	for n in $(policies); do
		set_policy "$n" scaling_max_freq "$(policy "$n" cpuinfo_max_freq)"
		set_policy "$n" scaling_min_freq "$(policy "$n" cpuinfo_min_freq)"
	done
}

# in_log TEXT: true if the kernel has logged TEXT since the last mark
in_log()
{
	since | grep -qF -- "$1"
}

# logged TEXT: same, but prints the log since the mark on failure
logged()
{
	in_log "$1" && return
	since | sed 's/^/# /'
	return 1
}

# soon_logged TEXT: waits until the kernel has logged TEXT
soon_logged()
{
	soon in_log "$1" || logged "$1"
}

# needs_bound: exits with a failure unless a device is bound
needs_bound()
{
	[ -n "$(bound)" ] && return
	ktap_print_header
	ktap_exit_fail_msg "vcpufreq is bound to no device"
}

# needs_cpu1: skips the whole test unless CPU 1 can go offline
needs_cpu1()
{
	[ ! -w "$CPUS/cpu1/online" ] || return 0
	ktap_print_header
	ktap_skip_all 'there is no CPU 1 that can go offline'
	exit "$KSFT_SKIP"
}

# tsc_stable: x86 has not logged that a frequency transition made the TSC unstable
tsc_stable()
{
	! dmesg | grep -i 'TSC unstable due to cpufreq'
}
