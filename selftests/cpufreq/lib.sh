# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of vcpufreq.ko.  What a test may be told by the environment:
#
#   PV_MODULES   folder of our modules
#   PV_TABLE     the table that the host side was given, as "600000 1200000"
#   PV_DOMAINS   perf domain of each CPU, as "0 0"; default: one each

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

# cpu1_online 0|1
cpu1_online()
{
	echo "$1" > "$CPUS/cpu1/online"
}

# possible: the number of possible CPUs
possible()
{
	local last

	last=$(cat $CPUS/possible)
	last=${last##*-}
	echo $((${last##*,} + 1))
}

# policies: their numbers.  Each is looked for by its name: governors put folders beside them
# and take them away, and whoever reads names meanwhile may miss one (kernfs_dir_next_pos()).
policies()
{
	local nr=0 end

	end=$(possible)
	while [ $nr -lt "$end" ]; do
		[ ! -d "$CPUFREQ/policy$nr" ] || echo $nr
		nr=$((nr + 1))
	done
}

# counter NAME: a file of the device
counter()
{
	cat "$DRIVER/$(bound)/$1"
}

# requests: that reached the driver, however they went on
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

# reset_limits: of all policies, to what the table allows
reset_limits()
{
	local n

	for n in $(policies); do
		set_policy "$n" scaling_max_freq "$(policy "$n" cpuinfo_max_freq)"
		set_policy "$n" scaling_min_freq "$(policy "$n" cpuinfo_min_freq)"
	done
}

# said TEXT: whether the kernel logged TEXT since the mark
said()
{
	since | grep -qF -- "$1" && return
	since | sed 's/^/# /'
	return 1
}

# needs_bound: the rest of a test needs a device that is bound
needs_bound()
{
	[ -n "$(bound)" ] && return
	ktap_print_header
	ktap_exit_fail_msg "vcpufreq is bound to no device"
}
