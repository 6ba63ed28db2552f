# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests of the clock that the host provides to this guest; after ../lib.sh.

CLOCK=/sys/bus/amba/devices/b900000.rtc
RTC=$(echo "$CLOCK"/rtc/rtc*)

# needs_clock: skips all on a machine without an AMBA bus
needs_clock()
{
	[ -d "$CLOCK" ] && return
	ktap_print_header
	skip_all 'this machine has no AMBA bus'
}

seconds()
{
	cat "$RTC/since_epoch"
}

# about ACTUAL EXPECTED: the difference is at most 3 s
about()
{
	[ $(($1 - $2)) -ge -3 ] && [ $(($1 - $2)) -le 3 ] && return
	ktap_print_msg "$1, not $2"
	return 1
}

# interrupts: prints the number of interrupts of the clock, which has a line of its own
interrupts()
{
	awk '$0 ~ /rtc-pl031/ && $0 ~ /GICv3 224 / {
		for (i = 2; $i ~ /^[0-9]+$/; i++)
			sum += $i
	}
	END { print sum + 0 }' /proc/interrupts
}

# interrupted COUNT: the number of interrupts is COUNT
interrupted()
{
	[ "$(interrupts)" = "$1" ]
}

# more_interrupts COUNT: the number of interrupts is above COUNT
more_interrupts()
{
	[ "$(interrupts)" -gt "$1" ]
}

# alarm WHEN: sets an alarm in +SECONDS, or none for 0
alarm()
{
	echo "$1" > "$RTC/wakealarm"
}

# rings SECONDS: an alarm causes one interrupt after SECONDS, and no second one within 1 s: the
# handler lowers the line
rings()
{
	local before after

	before=$(interrupts)
	alarm "+$1" && soon more_interrupts "$before" && sleep 1 || return
	after=$(interrupts)
	[ "$after" = $((before + 1)) ] && return
	ktap_print_msg "$((after - before)) interrupts"
	return 1
}
