# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests of hypertrace(8) on a host: VMs that make hypercalls, and traces of
# them.

. ../lib.sh

DIR=/tmp/hypertrace
OUT=$DIR/out
KO=${KVM_PV_KO:-/lib/modules/pv/kvm_pv.ko}
TABLE=600000,1200000
callers=

case $(uname -m) in
x86_64)  BASE=0x50560000 ;;
aarch64) BASE=0xC6008000 ;;
esac
QUERY=$((BASE)) NOP=$((BASE + 1)) VCPU_INFO=$((BASE + 2)) UNASSIGNED=$((BASE + 0x7eff))
# Calls of each number by each vCPU
COUNT=300

# needs_hypertrace: skips all without KVM or hypertrace
needs_hypertrace()
{
	[ -c /dev/kvm ] || skip_all "no /dev/kvm"
	command -v hypertrace > /dev/null || skip_all "no hypertrace"
	mkdir -p $DIR
}

# start NAME COUNT NR...: starts a VM that waits for make_calls; its process is $pid
start()
{
	local name=$1

	shift
	rm -f "$DIR/$name.in"
	mkfifo "$DIR/$name.in"
	: > "$DIR/$name.out"
	# Appended, so that make_calls can truncate the file
	./caller "$@" < "$DIR/$name.in" >> "$DIR/$name.out" &
	pid=$!
	callers="$callers $pid"
	# A writer that keeps the FIFO open
	sleep 1000 > "$DIR/$name.in" &
	callers="$callers $!"
	appears ready "$DIR/$name.out" $pid
}

# make_calls NAME PID: the VM makes all of its calls
make_calls()
{
	: > "$DIR/$1.out"
	echo > "$DIR/$1.in"
	appears made "$DIR/$1.out" "$2"
}

end_callers()
{
	[ -z "$callers" ] || {
		# shellcheck disable=SC2086
		kill -9 $callers
		# shellcheck disable=SC2086
		wait $callers
	} 2> /dev/null
	callers=
}
trap end_callers EXIT

# trace ARG...: starts hypertrace and waits until it is attached; traced ends it
trace()
{
	: > $DIR/err
	hypertrace "$@" > $OUT 2> $DIR/err &
	tracer=$!
	appears ': tracing ' $DIR/err $tracer
}

# traced: hypertrace ends without error.  Its output is in $OUT, and without spaces in
# $DIR/json.
traced()
{
	kill -INT "$tracer"
	wait "$tracer" || {
		ktap_print_msg "exit status $?: $(cat $DIR/err)"
		return 1
	}
	tr -d ' \n' < $OUT > $DIR/json
}

# refuses_traced TEXT ARG...: hypertrace attaches, then fails with exit status 1 and one more
# line, which contains TEXT
refuses_traced()
{
	local text=$1 output status=0

	shift
	output=$(timeout 20 hypertrace "$@" 2>&1) || status=$?
	[ $status = 1 ] && [ "$(echo "$output" | grep -vc ': tracing ')" = 1 ] &&
		says "$text" "$output" && return
	ktap_print_msg "hypertrace $*: exit status $status: $output"
	return 1
}

# holds TEXT: the result contains TEXT
holds()
{
	grep -qF -- "$1" $DIR/json && return 0
	ktap_print_msg "the result does not contain '$1'"
	return 1
}

# counted NR [VCPU] [PID]: prints the number of calls in the result
counted()
{
	grep -o "\"pid\":${3:-[0-9]*},\"vcpu\":${2:-[0-9]*},\"nr\":$(($1)),\"name\":[^,]*,\"count\":[0-9]*" \
		$DIR/json | awk -F: '{ n += $NF } END { print n + 0 }'
}

# all_counted: prints the number of all calls in the result
all_counted()
{
	grep -o '"name":[^,]*,"count":[0-9]*' $DIR/json | awk -F: '{ n += $NF } END { print n + 0 }'
}

# preemptible: whether a thread can be preempted in a BPF program.  If the next thread on that CPU
# calls the same program, the kernel skips it.
preemptible()
{
	case $(uname -v) in
	*' PREEMPT '*|*PREEMPT_RT*|*PREEMPT_LAZY*)	return 0 ;;
	esac
	grep -qE '\((full|lazy)\)' /sys/kernel/debug/sched/preempt 2> /dev/null
}

# missed: prints the number of programs that the kernel skipped, in all intervals
missed()
{
	grep -o '"recursion_misses":[0-9]*' $DIR/json | awk -F: '{ n += $2 } END { print n + 0 }'
}

# nothing_lost: no call is lost.  On a preemptible kernel calls of skipped programs can be lost.
nothing_lost()
{
	local ends=0 missed=0

	if preemptible; then
		missed=$(missed)
		ends=$(grep -o '"missing_end":[0-9]*' $DIR/json | sed 's/.*://')
		[ "$missed" = 0 ] || ktap_print_msg "the kernel skipped $missed programs"
	fi
	[ "$ends" -le "$missed" ] &&
		grep -q '"lost":{"thread_table_full":0,"histograms_full":0,"scaled_clock":0,"event_ring_full":0,"missing_end":'"$ends"',"bucket_overflow":0,"recursion_misses":'"$missed"'}' \
			$DIR/json && return 0
	ktap_print_msg "$(grep -o '"lost":{[^}]*}' $DIR/json)"
	return 1
}

# are NAME ACTUAL EXPECTED: all are counted, or on a preemptible kernel the missing ones are missed
are()
{
	local missed=0

	! preemptible || missed=$(missed)
	[ "$2" -le "$3" ] && [ $(($2 + missed)) -ge "$3" ] && return 0
	ktap_print_msg "$1: $2, not $3; missed: $missed"
	return 1
}

# is NAME ACTUAL EXPECTED
is()
{
	[ "$2" = "$3" ] && return 0
	ktap_print_msg "$1: $2, not $3"
	return 1
}

# counts_all OPTION...: both vCPUs make the same number of calls at the same time, and
# hypertrace calls counts all; the VM is $one
counts_all()
{
	start one $COUNT 42 $NOP && one=$pid && trace calls --json --pid "$one" "$@" &&
		make_calls one "$one" && traced || return
	are "calls of 42 by vCPU 0" "$(counted 42 0)" $COUNT &&
		are "calls of 42 by vCPU 1" "$(counted 42 1)" $COUNT &&
		are "calls of NOP by vCPU 0" "$(counted $NOP 0)" $COUNT &&
		are "calls of NOP by vCPU 1" "$(counted $NOP 1)" $COUNT &&
		are "calls" "$(all_counted)" $((4 * COUNT)) && nothing_lost
}

# counts_handled OPTION...: the same for calls that kvm_pv handles, and for others.  QUERY
# with argument 0 returns the magic, which is not the number of a call.
counts_handled()
{
	start handled $COUNT $QUERY 42 $UNASSIGNED $VCPU_INFO $NOP && handled=$pid &&
		pvhost attach --pid "$handled" --table $TABLE > /dev/null &&
		trace calls --json --pid "$handled" "$@" &&
		make_calls handled "$handled" && traced || return
	for nr in $QUERY 42 $UNASSIGNED $VCPU_INFO $NOP; do
		are "calls of $nr by vCPU 0" "$(counted "$nr" 0)" $COUNT &&
			are "calls of $nr by vCPU 1" "$(counted "$nr" 1)" $COUNT || return
	done
	are "calls" "$(all_counted)" $((10 * COUNT)) && nothing_lost
}

# figures_agree: the percentiles of each row are in order, and its mean is sum / count
figures_agree()
{
	grep -o '"count":[0-9]*,"min_ns":[0-9]*,"p50_ns":[0-9]*,"p90_ns":[0-9]*,"p99_ns":[0-9]*,"p99_9_ns":[0-9]*,"max_ns":[0-9]*,"mean_ns":[0-9]*,"sum_ns":[0-9]*' \
		"$DIR/json" | tr -d '"a-z_' | tr ':,' '  ' | awk '
		{ n++ }
		# tr leaves 50, 90, 99 and 99_9 of the names as words
		{ count = $1; min = $2; p50 = $4; p90 = $6; p99 = $8; p999 = $10; max = $11; mean = $12; sum = $13 }
		min < 1 || min > p50 || p50 > p90 || p90 > p99 || p99 > p999 || p999 > max { bad = 1 }
		mean < min || mean > max || int(sum / count) != mean { bad = 1 }
		END { exit bad || !n }'
}

# check_fentry NAME TEST...: skips if the kernel's ftrace has no direct calls
check_fentry()
{
	if hypertrace calls --method fentry --duration 1 > /dev/null 2>&1; then
		check "$@"
	else
		ktap_test_skip "$1: this kernel has no fentry"
	fi
}

# unload: ends all VMs and unloads kvm_pv
unload()
{
	end_callers
	soon rmmod kvm_pv
}
