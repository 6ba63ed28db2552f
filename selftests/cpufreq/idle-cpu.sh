#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC2119
#
# Deferred work of the driver while the CPU that queued it is idle and another CPU is busy
# needs: guest check each-kernel

. ./lib.sh
. ./record-fake.sh
needs_bound
needs_ivshmem
needs_cpu1

TRACING=/sys/kernel/tracing

# on_cpu N: this shell and its children run on CPU N
on_cpu()
{
	taskset -p "$((1 << $1))" $$ > /dev/null
}

# busy_wait MS COMMAND...: CPU 0 is busy for up to MS milliseconds, and the command succeeds
# within this time.  The command must not start a process.
busy_wait()
{
	local end

	uptime_ms
	end=$((now + $1))
	shift
	while ! "$@"; do
		uptime_ms
		[ "$now" -lt $end ] || return
	done
}

# decrease_expires: CPU 1 requests less and becomes idle; the deferred request is in memory
# soon after the hold
decrease_expires()
{
	request "$MAX"
	on_cpu 1
	request 400000
	on_cpu 0
	busy_wait $((SHORT + 600)) in_memory_is 400000
}

# timer_start: the trace of the start of a timer by a deferred decrease; flags=D means
# deferrable
timer_start()
{
	echo > $TRACING/trace
	echo 1 > $TRACING/events/timer/timer_start/enable
	request "$MAX"
	request 400000
	echo 0 > $TRACING/events/timer/timer_start/enable
	grep function=vcpufreq_request $TRACING/trace | tail -n 1
}

max_is()
{
	local khz

	read -r khz < "$CPUFREQ/policy0/scaling_max_freq"
	[ "$khz" = "$1" ]
}

# cap_follows KHZ: CPU 1 runs the periodic work and becomes idle; CPU 0 gets a cap
cap_follows()
{
	on_cpu 1
	request 400000
	request "$MAX"
	on_cpu 0
	sleep 1
	record 0 "$MAX" "$1"
	busy_wait 2500 max_is "$1"
}

ktap_print_header
ktap_set_plan 5
unbind_device
mark

# Both CPUs share one domain, so the CPU that sends the request starts the timer.
fake domain=7,7,7,7
record 0 "$MAX" "$MAX"
echo "$LONG" > "$HOLD"
timer=$(timer_start)
ktap_print_msg "$timer"
check 'A deferred decrease starts a timer' [ -n "$timer" ]
check 'The timer of a deferred decrease is not deferrable' [ "${timer#*flags=D}" = "$timer" ]
echo 0 > "$HOLD"
request "$MAX"
echo "$SHORT" > "$HOLD"
check 'A deferred decrease of an idle CPU expires five times while another CPU is busy' \
	repeat 5 decrease_expires
echo 0 > "$HOLD"
check 'The driver applies a cap while the CPU of the last request is idle' \
	cap_follows 500000
on_cpu_all=$(((1 << (last + 1)) - 1))
taskset -p "$on_cpu_all" $$ > /dev/null
rmmod vcpufreq_fake

echo "$device" > "$DRIVER/bind"
check 'The log is clean after work of idle CPUs' clean
governor schedutil
ktap_finished
