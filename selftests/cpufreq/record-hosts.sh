#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Records with hosts that drop them, report invalid data or lack features, and suspend
# needs: guest full each-kernel

. ./lib.sh
. ./record-fake.sh
needs_bound
needs_ivshmem

# read_often: enough reads for the driver to stop using a record, without starting a process
read_often()
{
	local i=0 khz

	while [ $i -lt 300 ]; do
		read -r khz < "$CPUFREQ/policy0/cpuinfo_cur_freq"
		i=$((i + 1))
	done
}

# rejects WHAT REASON SEQ CUR_PERF CEILING: the driver logs one warning and falls back to
# the registers
rejects()
{
	local verdict=ok

	mark
	fake || verdict='the fake device did not load'
	host 0 2 "$MAX" "$MAX" 1 || verdict='there is no record'
	request 500000
	host 0 "$3" "$4" "$5" 2
	read_often
	request 400000
	soon no_records || verdict='a record is still on'
	logged "$2" || verdict='the reason is not in the log'
	read_often
	[ "$(since | grep -c 'not to be believed')" = 1 ] || verdict='there is not one warning'
	unknown || verdict='cpuinfo_cur_freq is still read from memory'
	is_max "$MAX" || verdict='a limit is left'
	request 300000
	[ "$(in_register 0)" = 300000 ] || verdict='the decrease is not in the register'
	rmmod vcpufreq_fake
	check_is "The driver rejects a record whose $1" "$verdict" ok
}

# without WHAT PARAMETER...: no record is switched on
without()
{
	local what=$1 verdict=ok

	shift
	fake "$@" || verdict='the fake device did not load'
	no_records || verdict='a record is on'
	request 500000
	request 400000
	[ "$(in_register 0)" = 400000 ] || verdict='the decrease is not in the register'
	rmmod vcpufreq_fake
	check_is "The driver uses registers only with $what" "$verdict" ok
}

# suspend_devices: suspends and resumes all devices
suspend_devices()
{
	echo 0 > /sys/module/suspend/parameters/pm_test_delay &&
		echo devices > /sys/power/pm_test &&
		echo freeze > /sys/power/state &&
		echo none > /sys/power/pm_test
} 2> /dev/null

suspends()
{
	local names='The guest suspends with a fake device'

	names="$names|The driver repeats its request after resume"
	names="$names|All records are on after resume"
	if [ ! -w /sys/power/pm_test ] || ! grep -qw freeze /sys/power/state; then
		skip_all "$names" 'this kernel has no /sys/power/pm_test'
		return
	fi
	request 600000
	check 'The guest suspends with a fake device' suspend_devices
	check_is 'The driver repeats its request after resume' "$(in_register 0)" 600000
	check_is 'All records are on after resume' "$(counter records)" "$(all)"
}

# A host that lost the memory, or another host after a migration, drops records
drops_records()
{
	local cpu

	mark
	request 500000
	register 0 "$RECORD_CTL" 0
	check 'The driver shares records again after the host drops one' \
		soon_logged 'they are shared anew'
	check_is 'All records are on after the host drops one' "$(counter records)" "$(all)"
	check_is 'The request is in memory again after the host drops a record' \
		"$(in_memory 0)" 500000

	host 0 2 800000 400000 9
	soon is_max 400000
	mark
	for cpu in $(seq 0 "$last"); do
		register "$cpu" "$EXT_MAGIC" 0
		register "$cpu" "$RECORD_CTL" 0
	done
	check 'The driver uses no record after the host drops the extension' soon no_records
	check 'The driver logs that the host dropped the extension' \
		logged 'keeps no records any more'
	check 'The cap is removed after the host drops the extension' soon is_max "$MAX"
	request 600000
	request 300000
	check_is 'A decrease is written to the register after the host drops the extension' \
		"$(in_register 0)" 300000

	register 0 "$SET_PERF" 0
	for cpu in $(seq 0 "$last"); do
		register "$cpu" "$EXT_MAGIC" "$MAGIC"
	done
	check 'The driver uses records after the host offers the extension again' soon all_records
	check_is 'The driver repeats its request after the host offers the extension again' \
		"$(in_register 0)" 300000
}

shared_domain()
{
	local names='A request of a domain is in the records of both CPUs'

	names="$names|A decrease of a domain is not written to the register"
	names="$names|The lowest cap of a domain is its limit"
	if [ "$last" = 0 ]; then
		skip_all "$names" 'this guest has one CPU only'
		return
	fi
	fake domain=7,7
	request 500000
	check_is 'A request of a domain is in the records of both CPUs' \
		"$(in_memory 0) $(in_memory 1)" '500000 500000'
	check_is 'A decrease of a domain is not written to the register' "$(in_register 0)" "$MAX"
	host 0 2 800000 "$MAX" 1
	host 1 2 800000 300000 1
	check 'The lowest cap of a domain is its limit' soon is_max 300000
	rmmod vcpufreq_fake
}

ktap_print_header
ktap_set_plan 27
unbind_device
mark
start=$MARK

fake
drops_records
suspends
rmmod vcpufreq_fake

fake features=1
request 500000
check_is 'A decrease is written to the register if the host does not read records' \
	"$(in_register 0)" 500000
rmmod vcpufreq_fake

shared_domain

rejects 'sequence count stays odd' 'sequence count stays odd' 3 800000 "$MAX"
rejects 'cur_perf is 0' 'cur_perf is 0 or above' 4 0 "$MAX"
rejects 'cur_perf is above the table' 'cur_perf is 0 or above' 4 $((MAX + 1)) "$MAX"
rejects 'ceiling is 0' 'ceiling is 0' 4 800000 0

fake
host 0 2 800000 500000 1
soon is_max 500000
host 0 4 800000 4000000000 2
check 'A cap above the table is the maximum of the table' soon is_max "$MAX"
rmmod vcpufreq_fake

without 'magic 0' magic=0
without 'version 0' version=0
without 'no feature' features=0
rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq.ko" record=0
echo "$device" > "$DRIVER/unbind"
without 'module parameter record=0'
rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq.ko"

check_is 'The device of the guest binds again after faulty hosts' "$(bound)" "$device"
MARK=$start
check 'The log is clean after tests of faulty hosts' clean
governor schedutil
ktap_finished
