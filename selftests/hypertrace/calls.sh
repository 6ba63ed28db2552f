#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) calls: every hypercall is counted
# needs: host

. ./lib.sh

COUNT=300
NONE_LOST="lost: 0 calls of too many threads, 0 of too many numbers, 0 events, 0 of scaled clocks, 0 ends, 0 of full buckets; skipped runs: 0"
KO=${KVM_PV_KO:-/lib/modules/pv/kvm_pv.ko}
TABLE=600000,1200000
case $(uname -m) in
x86_64)  BASE=0x50560000 ;;
aarch64) BASE=0xC6008000 ;;
esac
QUERY=$((BASE)) NOP=$((BASE + 1)) VCPU_INFO=$((BASE + 2)) UNASSIGNED=$((BASE + 0x7eff))

# The same number of calls by both vCPUs, at once
all_are_counted()
{
	start one $COUNT 42 $NOP && one=$pid && trace calls --json --pid "$one" "$@" &&
		make_calls one "$one" && traced || return
	is "calls of 42 by vCPU 0" "$(counted 42 0)" $COUNT &&
		is "calls of 42 by vCPU 1" "$(counted 42 1)" $COUNT &&
		is "calls of NOP by vCPU 0" "$(counted $NOP 0)" $COUNT &&
		is "calls of NOP by vCPU 1" "$(counted $NOP 1)" $COUNT &&
		is "calls" "$(all_counted)" $((4 * COUNT)) && nothing_lost
}

# Of what a call is from and to depends on the way.
cheapest()
{
	case $(grep -o '"via":"[a-z]*","from":"[a-z]*","to":"[a-z]*"' "$DIR/json") in
	'"via":"fexit","from":"exit","to":"answer"')	grep -q '"error_ns":[0-9]' "$DIR/json" ;;
	'"via":"fentry","from":"handler","to":"answer"'|'"via":"kprobe","from":"handler","to":"answer"')
		holds '"error_ns":null' ;;
	*)	return 1 ;;
	esac
}

via()
{
	all_are_counted --via "$1" && holds "\"via\":\"$1\""
}

# Each figure of a row lies where it has to.
figures_agree()
{
	grep -o '"count":[0-9]*,"min_ns":[0-9]*,"p50_ns":[0-9]*,"p90_ns":[0-9]*,"p99_ns":[0-9]*,"p99_9_ns":[0-9]*,"max_ns":[0-9]*,"mean_ns":[0-9]*,"sum_ns":[0-9]*' \
		"$DIR/json" | tr -d '"a-z_' | tr ':,' '  ' | awk '
		{ n++ }
		# 50, 90, 99 and 99_9 of the names are left as words
		{ count = $1; min = $2; p50 = $4; p90 = $6; p99 = $8; p999 = $10; max = $11; mean = $12; sum = $13 }
		min < 1 || min > p50 || p50 > p90 || p90 > p99 || p99 > p999 || p999 > max { bad = 1 }
		mean < min || mean > max || int(sum / count) != mean { bad = 1 }
		END { exit bad || !n }'
}

# What the histograms of a row count is the row.
histograms_agree()
{
	is "values in all histograms" \
		"$(grep -o '"high_ns":[0-9]*,"count":[0-9]*' "$DIR/json" | awk -F: '{ n += $NF } END { print n + 0 }')" \
		"$(all_counted)"
}

# The handler is a part of what passes from the exit to the entry.
full_is_longer()
{
	all_are_counted --full && holds '"from":"exit"' && figures_agree || return
	grep -o '"mean_ns":[0-9]*,"sum_ns":[0-9]*,"kernel_ns":[0-9]*,"user_ns":[0-9]*,"handler_ns":[0-9]*' \
		"$DIR/json" | tr -c '0-9\n' ' ' | awk '
		{ n++ }
		$5 < 1 || $5 >= $1 || $3 + $4 > $1 || $3 + $4 < $1 - 1 { bad = 1 }
		END { exit bad || !n }'
}

by_number()
{
	trace calls --json --nr 42 && make_calls one "$one" && traced || return
	is "calls of 42" "$(counted 42)" $((2 * COUNT)) &&
		is "all calls" "$(all_counted)" $((2 * COUNT)) && nothing_lost
}

by_name()
{
	trace calls --json --nr 43,nop && make_calls one "$one" && traced || return
	is "calls of NOP" "$(counted $NOP)" $((2 * COUNT)) &&
		is "all calls" "$(all_counted)" $((2 * COUNT)) &&
		holds '"name":"PV_HC_NOP"'
}

# Another VM makes calls meanwhile.
by_process()
{
	start two $COUNT 44 && two=$pid && trace calls --json "$@" &&
		make_calls one "$one" && make_calls two "$two" && traced || return
	is "calls of the other VM" "$(counted 44)" 0 &&
		is "calls" "$(all_counted)" $((4 * COUNT)) && nothing_lost
}

of_both()
{
	trace calls --json && make_calls one "$one" && make_calls two "$two" && traced || return
	is "calls of one" "$(counted 42 '' "$one")" $((2 * COUNT)) &&
		is "calls of the other" "$(counted 44 '' "$two")" $((2 * COUNT))
}

# No call takes 1000 s.
by_time()
{
	trace calls --json --min-us 1000000000 && make_calls one "$one" && traced &&
		is "calls" "$(all_counted)" 0 && nothing_lost
}

events_are_listed()
{
	trace calls --events --nr 42 --pid "$one" && make_calls one "$one" && traced || return
	is "lines of calls" "$(grep -c ' 0x2a  ' "$OUT")" $((2 * COUNT)) &&
		says "$NONE_LOST" "$(cat "$OUT")"
}

events_as_json()
{
	trace calls --events --json --pid "$one" && make_calls one "$one" && traced || return
	is "events" "$(grep -c '^{"time_ns":.*"tid":.*"vcpu":[01],"nr":.*"user_ns":[0-9]*}$' "$OUT")" \
		$((4 * COUNT)) &&
		is "result in the last line" "$(tail -n 1 "$OUT" | grep -c '^{"via":')" 1 && nothing_lost
}

lost_is_always_said()
{
	trace calls && traced && says "$NONE_LOST" "$(cat "$OUT")"
}

# The threads of a caller end with each line.
state_is_deleted()
{
	trace calls --json && make_calls one "$one" && make_calls one "$one" &&
		make_calls one "$one" && traced || return
	is "calls" "$(counted 42)" $((6 * COUNT)) && holds '"threads":0,'
}

ends_by_itself()
{
	hypertrace calls --json --duration 1 > "$OUT" 2> /dev/null && says '"seconds": 1.' "$(cat "$OUT")"
}

# As many numbers as nobody uses: they are counted, if not told apart.
many_numbers()
{
	# shellcheck disable=SC2046
	start many 3 $(seq 1000 1099) && many=$pid && trace calls --json --pid "$many" &&
		make_calls many "$many" && traced || return
	is "calls" "$(all_counted)" 600 && nothing_lost && holds '"name":"(others)"'
}

nobody_refused()
{
	local said

	said=$(../host/nobody hypertrace calls 2>&1) && return 1
	says "run as root" "$said"
}

# vcpus_run PID: soon; no process is made to wait for it, whose number would be the next
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

# Three VMs at once, whose threads have the same low bits of their numbers.
same_bits()
{
	local vm last vms="" last_pid=/proc/sys/kernel/ns_last_pid

	for vm in 1 2 3; do
		start same$vm 3000 42 && vms="$vms $pid" || return
	done
	# shellcheck disable=SC2086
	set -- $vms
	trace calls --json --nr 42 || return
	last=500
	for vm in 1 2 3; do
		last=$((last + 4096))
		: > "$DIR/same$vm.said"
		echo $last > $last_pid
		echo > "$DIR/same$vm.in"
		eval "pid=\$$vm"
		vcpus_run "$pid" || return
	done
	for vm in 1 2 3; do
		eval "pid=\$$vm"
		waits made "$DIR/same$vm.said" "$pid" || return
	done
	traced || return
	for pid; do
		is "calls of $pid" "$(counted 42 '' "$pid")" 6000 || return
	done
	nothing_lost
}

# QUERY with its argument 0 answers the magic, which is no number of a call.
answered_are_counted()
{
	start ours $COUNT $QUERY 42 $UNASSIGNED $VCPU_INFO $NOP && ours=$pid &&
		pvhost attach --pid "$ours" --table $TABLE > /dev/null &&
		trace calls --json --pid "$ours" "$@" &&
		make_calls ours "$ours" && traced || return
	for nr in $QUERY 42 $UNASSIGNED $VCPU_INFO $NOP; do
		is "calls of $nr by vCPU 0" "$(counted "$nr" 0)" $COUNT &&
			is "calls of $nr by vCPU 1" "$(counted "$nr" 1)" $COUNT || return
	done
	is "calls" "$(all_counted)" $((10 * COUNT)) && nothing_lost
}

# kvm_pv is loaded under the trace.
hooked_later()
{
	start later $COUNT $QUERY 42 && later=$pid && trace calls --json --pid "$later" &&
		make_calls later "$later" && insmod "$KO" &&
		pvhost attach --pid "$later" --table $TABLE > /dev/null && sleep 1 &&
		make_calls later "$later" && traced || return
	is "calls of QUERY" "$(counted $QUERY)" $((4 * COUNT)) &&
		is "calls of 42" "$(counted 42)" $((4 * COUNT)) && nothing_lost
}

# test_fentry NAME TEST...: skips where ftrace has no direct calls
test_fentry()
{
	if hypertrace calls --via fentry --duration 1 > /dev/null 2>&1; then
		check "$@"
	else
		ktap_test_skip "$1: no fentry"
	fi
}

ktap_print_header
[ -c /dev/kvm ] || skip "no /dev/kvm"
command -v hypertrace > /dev/null || skip "no hypertrace"
[ ! -d /sys/module/kvm_pv ] || rmmod kvm_pv || skip "kvm_pv is in use"
ktap_set_plan 43
mark

check "no command" refuses "no command is given"
check "unknown command" refuses "no command \"fly\"" fly
check "unknown option" refuses "unrecognized option" calls --fly
check "too many words" refuses "what is \"fly\" for" calls fly
check "a number that is none" refuses "there is no hypercall \"fly\"" calls --nr fly
check "a name that is nearly one" refuses "do you mean query" calls --nr qurey
check "an empty list of numbers" refuses "there is no hypercall \"\"" calls --nr 42,
check "too many numbers" refuses "more than 64" calls --nr "$(seq -s , 1 65)"
check "no process" refuses "there is no process" calls --pid 4000000
check "a process in letters" refuses "is no number" calls --pid one
check "a process without a VM" refuses "has no VM" calls --pid $$
check "no VM of that name" refuses "no VM is named \"fly\"" calls --vm fly
check "two processes" refuses "by one of them" calls --pid $$ --pid $$
check "no duration" refuses "is no number" calls --duration 0
check "no time" refuses "is no number" calls --min-us 0
check "no way" refuses "it is fexit, fentry or kprobe" calls --via fly
check "exits have no numbers" refuses "unrecognized option" exits --nr 42
check "as nobody" nobody_refused

check "all are counted" all_are_counted
check "what was measured is said" cheapest
check "their figures agree" figures_agree
check "their histograms agree" histograms_agree
test_fentry "by fentry" via fentry
check "by kprobe" via kprobe
check "from exit to entry" full_is_longer
check "from exit to entry, by kprobe" all_are_counted --full --via kprobe
check "by number" by_number
check "by name" by_name
check "by process" by_process --pid "$one"
end_callers
start one $COUNT 42 $NOP && one=$pid
check "by time" by_time
check "events" events_are_listed
check "events as JSON" events_as_json
check "what is lost is always said" lost_is_always_said
check "threads that end are forgotten" state_is_deleted
check "a duration" ends_by_itself
check "numbers without end" many_numbers
check "threads whose numbers are alike" same_bits
check "kvm_pv is loaded meanwhile" hooked_later
check "what kvm_pv answers" answered_are_counted
test_fentry "what kvm_pv answers, by fentry" answered_are_counted --via fentry
check "what kvm_pv answers, by kprobe" answered_are_counted --via kprobe
check "what kvm_pv answers, from exit to entry" answered_are_counted --full
end_callers
soon rmmod kvm_pv
check "the kernel's log is clean" clean

ktap_finished
