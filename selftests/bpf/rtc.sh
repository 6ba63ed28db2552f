# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of the clock that the host has put into this guest; after ../lib.sh.

CLOCK=/sys/bus/amba/devices/b900000.rtc
RTC=$(echo "$CLOCK"/rtc/rtc*)

# needs_clock: the rest of a test needs a machine with an AMBA bus
needs_clock()
{
	[ -d "$CLOCK" ] && return
	ktap_print_header
	ktap_skip_all 'this machine has no AMBA bus'
	exit "$KSFT_SKIP"
}

seconds()
{
	cat "$RTC/since_epoch"
}

# about IS WANTED: whether they are no more than 3 s apart
about()
{
	[ $(($1 - $2)) -ge -3 ] && [ $(($1 - $2)) -le 3 ] && return
	ktap_print_msg "$1, not $2"
	return 1
}

# interrupts: of its line, which is its own
interrupts()
{
	awk '$0 ~ /rtc-pl031/ && $0 ~ /GICv3 224 / {
		for (i = 2; $i ~ /^[0-9]+$/; i++)
			sum += $i
	}
	END { print sum + 0 }' /proc/interrupts
}

# interrupted COUNT: that many, all in all
interrupted()
{
	[ "$(interrupts)" = "$1" ]
}

# came COUNT: more than that many
came()
{
	[ "$(interrupts)" -gt "$1" ]
}

# alarm WHEN: +SECONDS, or 0: none
alarm()
{
	echo "$1" > "$RTC/wakealarm"
}

# rings SECONDS: an alarm comes after that many, once: when its handler is done the line is low
rings()
{
	local before after

	before=$(interrupts)
	alarm "+$1" && soon came "$before" && sleep 1 || return
	after=$(interrupts)
	[ "$after" = $((before + 1)) ] && return
	ktap_print_msg "$((after - before)) interrupts"
	return 1
}
