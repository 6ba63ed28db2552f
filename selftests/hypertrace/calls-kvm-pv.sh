#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) calls: fentry, kprobes with --full, and all ways to attach with kvm_pv.
# needs: host full

. ./lib.sh

by_fentry()
{
	counts_all --method fentry && holds '"method":"fentry"'
}

# files PID: prints the number of open files
files()
{
	set -- "/proc/$1/fd/"*
	echo $#
}

has_more_files()
{
	[ "$(files "$1")" -gt "$2" ]
}

# kvm_pv is loaded while a trace runs: hypertrace opens a link to its tracepoint.
loaded_later()
{
	local before

	start later "$COUNT" "$QUERY" 42 && later=$pid && trace calls --json --pid "$later" &&
		make_calls later "$later" || return
	before=$(files "$tracer")
	insmod "$KO" && pvhost attach --pid "$later" --table "$TABLE" > /dev/null &&
		soon has_more_files "$tracer" "$before" && make_calls later "$later" && traced || return
	are "calls of QUERY" "$(counted "$QUERY")" $((4 * COUNT)) &&
		are "calls of 42" "$(counted 42)" $((4 * COUNT)) && nothing_lost
}

ktap_print_header
needs_hypertrace
[ ! -d /sys/module/kvm_pv ] || soon rmmod kvm_pv || skip_all "kvm_pv is in use"
ktap_set_plan 7
mark

check_fentry "hypertrace calls --method fentry counts all calls" by_fentry
check "hypertrace calls --full --method kprobe counts all calls" counts_all --full --method kprobe
end_callers
check "hypertrace calls counts all calls when kvm_pv is loaded during the trace" loaded_later
check_fentry "hypertrace calls --method fentry counts all calls that kvm_pv handles" \
	counts_handled --method fentry
check "hypertrace calls --method kprobe counts all calls that kvm_pv handles" \
	counts_handled --method kprobe
check "hypertrace calls --full counts all calls that kvm_pv handles" counts_handled --full
unload
check "hypertrace calls causes no error in the kernel's log with kvm_pv" clean

ktap_finished
