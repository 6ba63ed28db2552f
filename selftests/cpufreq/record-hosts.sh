#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Shared pages while the host side is attached and detached, loses requests, and suspends
# needs: guest full each-kernel

. ./lib.sh
. ./record-fake.sh
needs_bound
needs_ivshmem

ATTACHED='host side attached, requests sent again'

# request_all KHZ: of all policies
request_all()
{
	local n

	for n in $(policies); do
		set_policy "$n" scaling_setspeed "$1"
	done
}

# attach EPOCH: a host side is attached that has no request; true when the driver has handled it
attach()
{
	mark
	forget
	header epoch "$1"
	soon_logged "$ATTACHED"
}

# sent_again: the driver has sent its requests once, or twice if its worker ran between the two
# writes of attach
sent_again()
{
	local count

	count=$(since | grep -c 'requests sent again')
	[ "$count" = 1 ] || [ "$count" = 2 ]
}

attached()
{
	request_all 500000
	check 'The driver detects that the host side was attached again' attach 2
	check_is 'Each CPU sends its request after the host side was attached again' \
		"$(cat "$PARAM/set_perf")" "$(of_all 500000)"
	check_is 'Each record has its request after the host side was attached again' \
		"$(cat "$PARAM/posted")" "$(of_all 500000)"
	sleep 2.5
	check 'The driver does not repeat its requests after the host side was attached again' \
		sent_again
}

offline()
{
	local names='The driver does not repeat its requests while CPU 1 is offline'

	names="$names|CPU 1 sends its request to a host side that was attached while it was offline"
	if [ ! -w "$CPUS/cpu1/online" ]; then
		skip_each "$names" 'there is no CPU 1 that can go offline'
		return
	fi
	cpu1_online 0
	attach 20
	sleep 2.5
	check 'The driver does not repeat its requests while CPU 1 is offline' sent_again
	cpu1_online 1
	check_is 'CPU 1 sends its request to a host side that was attached while it was offline' \
		"$(in_register 1) $(in_memory 1)" '500000 500000'
}

detached()
{
	record 0 800000 400000
	soon is_max 400000
	mark
	header epoch 0
	check 'The driver logs that the host side was detached' \
		soon_logged 'host side detached, using registers'
	check_is 'The driver uses no record after the host side was detached' \
		"$(counter shared_mem)" ''
	check 'The cap is removed after the host side was detached' soon is_max "$MAX"
	check 'cpuinfo_cur_freq is not read from the record after the host side was detached' unknown
	forget
	request 600000
	request 300000
	check_is 'A decrease is written to the register after the host side was detached' \
		"$(in_register 0)" 300000
	check_is 'No request is written to memory after the host side was detached' \
		"$(in_memory 0)" 0

	check 'The driver detects that the host side was attached after it was detached' attach 3
	check_is 'All CPUs have a record after the host side was attached' "$(counter shared_mem)" "$(all)"
	check_is 'The driver sends its request after the host side was attached' \
		"$(in_register 0)" 300000
	check 'The cap is set after the host side was attached' soon is_max 400000
	record 0 800000 "$MAX"
	soon is_max "$MAX"
}

removed()
{
	header magic $((0xffffffff))
	check 'The driver uses no record after the pages were removed' soon no_records
	forget
	header magic $((0x48535650))
	check 'The driver uses records after the pages were added again' soon all_records
	check 'The driver sends its request after the pages were added again' \
		soon in_memory_is 300000
}

# A snapshot of the guest does not include the pages.
lost()
{
	mark
	request 600000
	forget
	post 0 123456
	check 'The driver detects a request that is not its own' \
		soon_logged 'the host has another request, requests sent again'
	check_is 'The register has the request after the driver sent it again' \
		"$(in_register 0)" 600000
	check_is 'The record has the request after the driver sent it again' "$(in_memory 0)" 600000

	mark
	echo "$LONG" > "$HOLD"
	request 400000
	sleep 2.5
	check_is 'The driver does not regard a deferred decrease as lost' \
		"$(since | grep -c 'requests sent again')" 0
	echo 0 > "$HOLD"
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
	names="$names|All CPUs have a record after resume"
	if [ ! -w /sys/power/pm_test ] || ! grep -qw freeze /sys/power/state; then
		skip_each "$names" 'this kernel has no /sys/power/pm_test'
		return
	fi
	request 600000
	register 0 "$SET_PERF" 0
	check 'The guest suspends with a fake device' suspend_devices
	check_is 'The driver repeats its request after resume' "$(in_register 0)" 600000
	check_is 'All CPUs have a record after resume' "$(counter shared_mem)" "$(all)"
}

# not_in_registers KHZ: neither CPU has written it; a CPU of a domain writes to its own register
not_in_registers()
{
	[ "$(in_register 0)" != "$1" ] && [ "$(in_register 1)" != "$1" ]
}

shared_domain()
{
	local names='A request of a domain is in the records of both CPUs'

	names="$names|A decrease of a domain is not written to the register"
	names="$names|The lowest cap of a domain is its limit"
	names="$names|The online CPUs of a domain send its request after the host side was attached again"
	names="$names|CPU 1 sends the request of its domain when it comes online"
	if [ ! -w "$CPUS/cpu1/online" ]; then
		skip_each "$names" 'there is no CPU 1 that can go offline'
		return
	fi
	fake domain=7,7
	request 500000
	check_is 'A request of a domain is in the records of both CPUs' \
		"$(in_memory 0) $(in_memory 1)" '500000 500000'
	check 'A decrease of a domain is not written to the register' not_in_registers 500000
	record 0 800000 "$MAX"
	record 1 800000 300000
	check 'The lowest cap of a domain is its limit' soon is_max 300000
	cpu1_online 0
	attach 2
	check_is 'The online CPUs of a domain send its request after the host side was attached again' \
		"$(in_register 0) $(in_register 1)" '300000 0'
	cpu1_online 1
	check_is 'CPU 1 sends the request of its domain when it comes online' "$(in_register 1)" 300000
	rmmod vcpufreq_fake
}

# attached_again WHEN: without an epoch, the driver detects it by the register perftbl_sel
attached_again()
{
	mark
	request 500000
	register 0 "$SET_PERF" 0
	register 0 "$PERFTBL_SEL" 0
	check "The driver detects that the host was attached again $1" soon_logged "$ATTACHED"
	check_is "The driver repeats its request after the host was attached again $1" \
		"$(in_register 0)" 500000
	sleep 2.5
	check_is "The driver repeats its request once $1" \
		"$(since | grep -c 'requests sent again')" 1
}

ktap_print_header
ktap_set_plan 39
unbind_device
mark
start=$MARK

fake
attached
offline
detached
removed
lost
suspends
rmmod vcpufreq_fake

shared_domain

fake shared_size=0
attached_again 'without shared pages'
rmmod vcpufreq_fake
fake epoch=0
attached_again 'while the epoch is 0'
rmmod vcpufreq_fake

echo "$device" > "$DRIVER/bind"
check_is 'The device of the guest binds again after tests of attach and detach' \
	"$(bound)" "$device"
MARK=$start
check 'The log is clean after tests of attach and detach' clean
governor schedutil
ktap_finished
