#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A real-time clock of the host's, as the kernel's own driver has it in this guest
# needs: guest-bpf

. ../lib.sh
. ./rtc.sh

# hwclock: what it says, in seconds
hwclock_seconds()
{
	local said

	said=$(hwclock -u -r -f "/dev/${RTC##*/}") || return
	ktap_print_msg "hwclock: $said" >&2
	date -u -D '%a %b %d %H:%M:%S %Y' -d "${said%  *}" +%s
}

# runs: 3 s of ours are 3 s of its
runs()
{
	local before

	before=$(seconds)
	sleep 3
	about $(($(seconds) - before)) 3
}

# cancelled: an alarm that was taken back does not come
cancelled()
{
	local before

	before=$(interrupts)
	alarm +2 && alarm 0 && sleep 4 && interrupted "$before"
}

# set_ahead SECONDS: of this machine's time; that stays as it was
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

check_is 'its identification' "$(cat "$CLOCK/id")" 00141031
check 'rtc-pl031 is bound to it' [ -e "$CLOCK/driver/b900000.rtc" ]
check_is 'the name that it has there' "$(cat "$RTC/name")" 'rtc-pl031 b900000.rtc'
check 'it says what this machine does' about "$(seconds)" "$(date +%s)"
check 'so does hwclock -r' about "$(hwclock_seconds)" "$(date +%s)"
check 'it runs' runs
check 'an alarm in 2 s' rings 2
check_is 'then there is none' "$(cat "$RTC/wakealarm")" ''
check 'an alarm in 3 s' rings 3
check 'an alarm that is cancelled' cancelled
check 'set a day ahead' set_ahead 86400
check 'it is' about "$(seconds)" $(($(date +%s) + 86400))
check 'an alarm there' rings 2
check 'set right' set_ahead 0
check 'the log is clean' clean
ktap_finished
