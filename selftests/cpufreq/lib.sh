# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of vcpufreq.ko.  What a test may be told by the environment:
#
#   PV_MODULES   folder of our modules
#   PV_TABLE     the table that the host side was given, as "600000 1200000"
#   PV_DOMAINS   perf domain of each CPU, as "0 0"; default: one each

. ../ktap_helpers.sh

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

policies()
{
	local dir

	for dir in "$CPUFREQ"/policy*; do
		[ -d "$dir" ] && echo "${dir##*policy}"
	done
	return 0
}

# possible: the number of possible CPUs
possible()
{
	local last

	last=$(cat $CPUS/possible)
	last=${last##*-}
	echo $((${last##*,} + 1))
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

MARK=0

# mark: from here on, 'since' shows the kernel's log
mark()
{
	MARK=$((MARK + 1))
	echo "selftest $0 mark $MARK." > /dev/kmsg
}

since()
{
	dmesg | sed -n "\\|selftest $0 mark $MARK\\.|,\$p"
}

# said TEXT: whether the kernel logged TEXT since the mark
said()
{
	since | grep -qF -- "$1" && return
	since | sed 's/^/# /'
	return 1
}

# clean: no splat since the mark
clean()
{
	since | grep -E 'WARNING:|BUG:|Oops|Call Trace|Call trace|rcu:.*stall|lockup' || return 0
	return 1
}

# soon COMMAND...: true within ten seconds
soon()
{
	local i=0

	until "$@"; do
		[ $i -lt 100 ] || return
		sleep 0.1
		i=$((i + 1))
	done
}

# is WHAT GOT WANTED
is()
{
	if [ "$2" = "$3" ]; then
		ktap_test_pass "$1"
	else
		echo "# got '$2', wanted '$3'"
		ktap_test_fail "$1"
	fi
}

# ok WHAT COMMAND...
ok()
{
	local what=$1

	shift
	if "$@"; then
		ktap_test_pass "$what"
	else
		echo "# failed: $*"
		ktap_test_fail "$what"
	fi
}

# needs_bound: the rest of a test needs a device that is bound
needs_bound()
{
	[ -n "$(bound)" ] && return
	ktap_print_header
	ktap_exit_fail_msg "vcpufreq is bound to no device"
}
