#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) calls: calls that are selected by number, name, process and time, events, and
# the state of threads.
# needs: host full

. ./lib.sh

NONE_LOST="lost: 0 calls (thread table full 0, histograms full 0, scaled clock 0, event ring full 0, missing end 0, bucket overflow 0); recursion misses: 0"

by_number()
{
	trace calls --json --call 42 && make_calls one "$one" && traced || return
	are "calls of 42" "$(counted 42)" $((2 * COUNT)) &&
		are "all calls" "$(all_counted)" $((2 * COUNT)) && nothing_lost
}

by_name()
{
	trace calls --json --call 43,nop && make_calls one "$one" && traced || return
	are "calls of NOP" "$(counted "$NOP")" $((2 * COUNT)) &&
		are "all calls" "$(all_counted)" $((2 * COUNT)) &&
		holds '"name":"PV_HC_NOP"'
}

# Another VM makes calls as well.
by_process()
{
	start two "$COUNT" 44 && two=$pid && trace calls --json --pid "$one" &&
		make_calls one "$one" && make_calls two "$two" && traced || return
	is "calls of the other VM" "$(counted 44)" 0 &&
		are "calls" "$(all_counted)" $((4 * COUNT)) && nothing_lost
}

# No call takes 1000 s.
by_time()
{
	trace calls --json --min-us 1000000000 && make_calls one "$one" && traced &&
		is "calls" "$(all_counted)" 0 && nothing_lost
}

lists_events()
{
	trace calls --events --call 42 --pid "$one" && make_calls one "$one" && traced || return
	is "lines of calls" "$(grep -c ' 0x2a  ' "$OUT")" $((2 * COUNT)) &&
		says "$NONE_LOST" "$(cat "$OUT")"
}

lists_events_as_json()
{
	trace calls --events --json --pid "$one" && make_calls one "$one" && traced || return
	is "events" "$(grep -c '^{"time_ns":.*"tid":.*"vcpu":[01],"nr":.*"user_ns":[0-9]*}$' "$OUT")" \
		$((4 * COUNT)) &&
		is "result in the last line" "$(tail -n 1 "$OUT" | grep -c '^{"method":')" 1 && nothing_lost
}

reports_lost()
{
	trace calls && traced && says "$NONE_LOST" "$(cat "$OUT")"
}

# The threads of a caller end after its calls.
deletes_state()
{
	trace calls --json && make_calls one "$one" && make_calls one "$one" &&
		make_calls one "$one" && traced || return
	are "calls" "$(counted 42)" $((6 * COUNT)) && holds '"threads":0,'
}

ends_after_duration()
{
	hypertrace calls --json --duration 1 > "$OUT" 2> /dev/null && says '"interval_s": 1.' "$(cat "$OUT")"
}

# A report after each interval follows the time of day.
prints_times()
{
	hypertrace calls --timestamp --interval 0.3 --count 2 > "$OUT" 2> /dev/null &&
		is "times of day" "$(grep -cE '^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$' "$OUT")" 2
}

# More numbers than hypertrace distinguishes are counted as others.
many_numbers()
{
	# shellcheck disable=SC2046
	start many 3 $(seq 1000 1099) && many=$pid && trace calls --json --pid "$many" &&
		make_calls many "$many" && traced || return
	are "calls" "$(all_counted)" 600 && nothing_lost && holds '"name":"(others)"'
}

# vcpus_run PID: a loop without another process, which would get the next number
vcpus_run()
{
	local pid=$1 tries=0

	until set -- "/proc/$pid/task/"* && [ $# -ge 3 ]; do
		tries=$((tries + 1))
		[ $tries -lt 100000 ] || {
			ktap_print_msg "the vCPUs of $pid do not run"
			return 1
		}
	done
}

# The threads of three VMs have numbers with the same low bits.
same_bits()
{
	local vm last vms="" last_pid=/proc/sys/kernel/ns_last_pid

	for vm in 1 2 3; do
		start same$vm 3000 42 && vms="$vms $pid" || return
	done
	# shellcheck disable=SC2086
	set -- $vms
	trace calls --json --call 42 || return
	last=500
	for vm in 1 2 3; do
		last=$((last + 4096))
		: > "$DIR/same$vm.out"
		echo $last > $last_pid
		echo > "$DIR/same$vm.in"
		eval "pid=\$$vm"
		vcpus_run "$pid" || return
	done
	for vm in 1 2 3; do
		eval "pid=\$$vm"
		appears made "$DIR/same$vm.out" "$pid" || return
	done
	traced || return
	for pid; do
		are "calls of $pid" "$(counted 42 '' "$pid")" 6000 || return
	done
	nothing_lost
}

ktap_print_header
needs_hypertrace
ktap_set_plan 13
mark

start one "$COUNT" 42 "$NOP" && one=$pid
check "hypertrace calls selects a call by number" by_number
check "hypertrace calls selects a call by name" by_name
check "hypertrace calls selects a VM by process" by_process
end_callers
start one "$COUNT" 42 "$NOP" && one=$pid
check "hypertrace calls selects calls by minimum time" by_time
check "hypertrace calls --events lists each call" lists_events
check "hypertrace calls --events --json prints each call" lists_events_as_json
check "hypertrace calls reports lost calls if there are none" reports_lost
check "hypertrace calls deletes the state of threads that end" deletes_state
check "hypertrace calls --duration ends automatically" ends_after_duration
check "hypertrace calls --timestamp prints the time of each report" prints_times
check "hypertrace calls counts an unlimited number of call numbers" many_numbers
check "hypertrace calls distinguishes threads with the same low bits" same_bits
end_callers
check "hypertrace calls causes no error in the kernel's log" clean

ktap_finished
