#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A real-time clock of the host, with the kernel's own driver in this guest
# needs: guest-bpf full

. ../lib.sh
. ./rtc.sh

# hwclock_seconds: prints the time of hwclock in seconds
hwclock_seconds()
{
	local output

	output=$(hwclock -u -r -f "/dev/${RTC##*/}") || return
	ktap_print_msg "hwclock: $output" >&2
	date -u -D '%a %b %d %H:%M:%S %Y' -d "${output%  *}" +%s
}

# runs: 3 s of this machine are 3 s of the clock
runs()
{
	local before

	before=$(seconds)
	sleep 3
	about $(($(seconds) - before)) 3
}

# cancelled: an alarm in 2 s that is cancelled causes no interrupt within 4 s
cancelled()
{
	local before

	before=$(interrupts)
	alarm +2 && alarm 0 && sleep 4 && interrupted "$before"
}

# set_ahead SECONDS: sets the clock ahead of this machine's time, which does not change
set_ahead()
{
	local up now rc=0

	now=$(date +%s)
	up=$(cut -d . -f 1 /proc/uptime)
	date -u -s "@$((now + $1))" > /dev/null
	hwclock -u -w -f "/dev/${RTC##*/}" || rc=1
	date -u -s "@$((now + $(cut -d . -f 1 /proc/uptime) - up))" > /dev/null
	return $rc
}

needs_clock
mark
ktap_print_header
ktap_set_plan 15

check_is 'the clock has the identification of a PL031' "$(cat "$CLOCK/id")" 00141031
check 'rtc-pl031 binds to the clock' [ -e "$CLOCK/driver/b900000.rtc" ]
check_is 'the clock has the name of its driver and device' "$(cat "$RTC/name")" \
	'rtc-pl031 b900000.rtc'
check 'the clock has the time of this machine' about "$(seconds)" "$(date +%s)"
check 'hwclock -r reads the time of this machine' about "$(hwclock_seconds)" "$(date +%s)"
check 'the clock runs' runs
check 'an alarm in 2 s causes one interrupt' rings 2
check_is 'no alarm is set after an alarm' "$(cat "$RTC/wakealarm")" ''
check 'an alarm in 3 s causes one interrupt' rings 3
check 'an alarm that is cancelled causes no interrupt' cancelled
check 'hwclock -w sets the clock a day ahead' set_ahead 86400
check 'the clock is a day ahead' about "$(seconds)" $(($(date +%s) + 86400))
check 'an alarm a day ahead causes one interrupt' rings 2
check 'hwclock -w sets the clock to the time of this machine' set_ahead 0
check 'the clock causes no error in the log' clean
ktap_finished
