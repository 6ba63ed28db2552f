#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Telemetry while the guest uses it, and the host changes its level, detaches and attaches again, a
# CPU goes offline, and the module is unloaded.  The scenario exits has the host's part.
#
# needs: exits-active full

. ../lib.sh
. /rig/lib.sh

EVENTS=/sys/kernel/tracing/events/pv_exits/exit
PIPE=/sys/kernel/tracing/trace_pipe
CPU=/sys/devices/system/cpu/cpu1/online
TRACED=/tmp/traced
MODULES=/lib/modules/pv
ROUNDS=3

# load: exits on all CPUs until the script ends
load()
{
	while :; do
		vcpuinfo latency --samples 100 --warmup 0 --call nop
	done > /dev/null 2>&1
}

# host NAME: the host changes what the scenario says
host()
{
	rig_sync "$1" > /dev/console
}

# trace: write events to $TRACED
trace()
{
	cat $PIPE > $TRACED &
	TRACER=$!
	echo 1 > $EVENTS/enable
}

has_more()
{
	[ "$(wc -l < $TRACED)" -gt "$1" ]
}

# traces: events arrive
traces()
{
	soon has_more "$(wc -l < $TRACED)"
}

# exits [VCPU]: how many exits the host has counted
exits()
{
	vcpuinfo -p -o vcpu,count exits --by vcpu | awk -F, -v vcpu="${1:-}" '
		/^[0-9]/ && (vcpu == "" || $1 == vcpu) { sum += $2 } END { print sum + 0 }'
}

has_counted()
{
	[ "$(exits "$2")" -gt "$1" ]
}

# counts [VCPU]: the host counts exits
counts()
{
	soon has_counted "$(exits "$1")" "$1"
}

# keeps: CPU 1 goes offline, and its exits remain in the sum
keeps()
{
	local before round=0

	while [ $round -lt $ROUNDS ]; do
		round=$((round + 1))
		before=$(exits 1)
		echo 0 > $CPU || return
		sleep 0.2
		[ "$(exits 1)" -ge "$before" ] && traces || return
		echo 1 > $CPU || return
	done
}

# The kernel resets the buffers that have events of the module, and disables its event.
reloads()
{
	rmmod pv_exits && [ ! -d $EVENTS ] && kill $TRACER && insmod $MODULES/pv_exits.ko && trace
}

# detached: what programs print without a host
detached()
{
	host detached
	says "on the host, run pvhost attach --telemetry counters" "$(vcpuinfo exits 2>&1)"
}

# begins: fewer exits than before the next attach
begins()
{
	local before=$1 now

	host attached
	now=$(exits '')
	ktap_print_msg "$before exits, $now after the next attach"
	[ "$now" -lt "$before" ]
}

is_valid()
{
	! dmesg | grep 'the telemetry of the host is invalid' | sed 's/^/# /' | grep .
}

ktap_print_header
ktap_set_plan 13

mark
load &
loader=$!
trace
check "exits are traced under load" traces
host changed
check "exits are traced after changes of the level" traces
check "exits are counted after changes of the level" counts
check "the counters of a CPU that is offline remain" keeps
check "exits of a CPU that is online again are counted" counts 1
check "pv_exits can be unloaded while its event is enabled" reloads
check "exits are traced after a reload of the module" traces
before=$(exits '')
check "vcpuinfo exits reports how to attach after a detach" detached
check "the counters begin at 0 with the next attach" begins "$before"
check "exits are traced after the next attach" traces
check "exits are counted after the next attach" counts
kill $loader
echo 0 > $EVENTS/enable
kill $TRACER
check "the telemetry of the host was valid" is_valid
check "the log has no error" clean
ktap_finished
