#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) exits: every exit is counted under its reason, which has the same name on host and
# guest.
# needs: host check each-kernel

. ./lib.sh

FORMAT=/sys/kernel/tracing/events/kvm/kvm_exit/format
KEPT=$DIR/format

case $(uname -m) in
x86_64)
	# A HLT, which ends KVM_RUN, follows each call.
	if grep -qw svm /proc/cpuinfo; then
		CALL=129 NAME=hypercall
	else
		CALL=18 NAME=VMCALL
	fi ;;
aarch64)
	CALL=22 NAME=HVC64 ;;
esac

# exits_of REASON VCPU: prints the number of exits in the result
exits_of()
{
	grep -o "\"vcpu\":$2,\"reason\":$1,\"name\":[^,]*,\"count\":[0-9]*" "$DIR/json" |
		awk -F: '{ n += $NF } END { print n + 0 }'
}

counts_exits()
{
	start one "$COUNT" 42 && one=$pid && trace exits --json --pid "$one" &&
		make_calls one "$one" && traced || return
	are "hypercalls of vCPU 0" "$(exits_of "$CALL" 0)" "$COUNT" &&
		are "hypercalls of vCPU 1" "$(exits_of "$CALL" 1)" "$COUNT" && nothing_lost
}

# An exit that the kernel handles has no share of user space.
shares_agree()
{
	grep -o '"mean_ns":[0-9]*,"sum_ns":[0-9]*,"kernel_ns":[0-9]*,"user_ns":[0-9]*' "$DIR/json" |
		tr -c '0-9\n' ' ' | awk '
		{ n++ }
		$3 < 1 || $3 + $4 > $1 || $3 + $4 < $1 - 1 { bad = 1 }
		END { exit bad || !n }'
}

# trace_with [FILE]: traces with FILE as the format of the event kvm_exit, or with none
trace_with()
{
	local rc=0

	mount -t tmpfs none /sys/kernel/debug
	mount -t tmpfs none /sys/kernel/tracing
	[ -z "$1" ] || { mkdir -p "${FORMAT%/*}" && cp "$1" $FORMAT; }
	trace exits --json --pid "$one" && make_calls one "$one" && traced || rc=1
	umount /sys/kernel/tracing
	umount /sys/kernel/debug
	return $rc
}

# named_with [FILE]: reasons have their names, and there is no error, with FILE as the format of
# the kernel's event, or with none
named_with()
{
	trace_with "$@" && are "hypercalls of vCPU 0" "$(exits_of "$CALL" 0)" "$COUNT" &&
		holds "\"name\":\"$NAME\"" && ! grep 'no names' "$DIR/err"
}

# A reason that this kernel names differently
renames()
{
	sed "s/\"$NAME\"/\"renamed\"/" $FORMAT > "$KEPT" && named_with "$KEPT" &&
		! grep -q renamed "$DIR/json"
}

# A text that ends early
cuts_off()
{
	head -c 1000 $FORMAT > "$KEPT" && named_with "$KEPT"
}

prints_table()
{
	trace exits --pid "$one" && make_calls one "$one" && traced || return
	says "REASON" "$(head -n 1 "$OUT")" && says "lost: 0 exits (thread table full 0," "$(tail -n 1 "$OUT")"
}

# Each interval is a line.  The calls of all intervals are all calls.
prints_intervals()
{
	trace exits --json --pid "$one" --interval 1 && make_calls one "$one" && sleep 2 &&
		traced || return
	[ "$(grep -c '^{"method":"tracepoint",' "$OUT")" -ge 2 ] || {
		ktap_print_msg "$(wc -l < "$OUT") lines"
		return 1
	}
	are "hypercalls of vCPU 0" "$(exits_of "$CALL" 0)" "$COUNT" &&
		are "hypercalls of vCPU 1" "$(exits_of "$CALL" 1)" "$COUNT"
}

ends_after_count()
{
	timeout 60 hypertrace exits --json --pid "$one" 1 2 > "$OUT" 2> "$DIR/err" &&
		is "reports" "$(wc -l < "$OUT")" 2
}

selects_rows()
{
	trace exits --json --pid "$one" --reason "$NAME" --vcpu 1 && make_calls one "$one" &&
		traced || return
	is "rows" "$(grep -o '"reason":' "$DIR/json" | wc -l)" 1 &&
		are "hypercalls of vCPU 1" "$(exits_of "$CALL" 1)" "$COUNT"
}

# sorts: the times of rows descend
sorts()
{
	trace exits --json --pid "$one" --sort time && make_calls one "$one" && traced || return
	grep -o '"sum_ns":[0-9]*' "$DIR/json" | sed 's/.*://' > "$DIR/times"
	[ "$(wc -l < "$DIR/times")" -ge 4 ] && sort -n -r -c "$DIR/times"
}

# The shares of all rows are 1, apart from rounding.
shares_are_complete()
{
	grep -o '"time_share":[0-9.]*' "$DIR/json" |
		awk -F: '{ sum += $2 } END { exit sum < 0.97 || sum > 1.03 }'
}

prints_histograms()
{
	trace exits --histogram --pid "$one" && make_calls one "$one" && traced || return
	says "process $one, vCPU 1, $NAME:" "$(cat "$OUT")" && says "DISTRIBUTION" "$(cat "$OUT")" &&
		grep -q '#$' "$OUT"
}

ktap_print_header
needs_hypertrace
ktap_set_plan 14
mark

check "hypertrace exits counts all exits of both vCPUs" counts_exits
check "hypertrace exits names the reason of a hypercall" holds "\"name\":\"$NAME\""
check "hypertrace exits has the guest's name for a reason that the kernel names differently" renames
check "hypertrace exits has the names without a format" named_with
check "hypertrace exits has the names with a format that ends early" cuts_off
check "hypertrace exits divides the time between kernel and user space" shares_agree
check "hypertrace exits prints a table" prints_table
check "hypertrace exits --interval prints the exits of each interval" prints_intervals
check "hypertrace exits ends after COUNT reports" ends_after_count
check "hypertrace exits selects a reason and a vCPU" selects_rows
check "hypertrace exits --sort time sorts rows by their time" sorts
check "The shares of time of hypertrace exits add up to 1" shares_are_complete
check "hypertrace exits --histogram prints the distribution of each row" prints_histograms
end_callers
check "hypertrace exits causes no error in the kernel's log" clean

ktap_finished
