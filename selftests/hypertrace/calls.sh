#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) calls: every hypercall is counted, by the default way to attach, by kprobes,
# with --full, and with kvm_pv.
# needs: host check each-kernel

. ./lib.sh

# The start and the end of a measured call depend on the way to attach.
names_ends()
{
	case $(grep -o '"method":"[a-z]*","start_event":"[a-z]*","end_event":"[a-z]*"' "$DIR/json") in
	'"method":"fexit","start_event":"exit","end_event":"answer"')	grep -q '"error_ns":[0-9]' "$DIR/json" ;;
	'"method":"fentry","start_event":"handler","end_event":"answer"'|'"method":"kprobe","start_event":"handler","end_event":"answer"')
		holds '"error_ns":null' ;;
	*)	return 1 ;;
	esac
}

# The histograms of a row count all calls of the row.
histograms_agree()
{
	is "values in all histograms" \
		"$(grep -o '"high_ns":[0-9]*,"count":[0-9]*' "$DIR/json" | awk -F: '{ n += $NF } END { print n + 0 }')" \
		"$(all_counted)"
}

by_kprobe()
{
	counts_all --method kprobe && holds '"method":"kprobe"'
}

# The handler is a part of the time from exit to entry.
full_is_longer()
{
	counts_all --full && holds '"start_event":"exit"' && figures_agree || return
	grep -o '"mean_ns":[0-9]*,"sum_ns":[0-9]*,"kernel_ns":[0-9]*,"user_ns":[0-9]*,"handler_ns":[0-9]*' \
		"$DIR/json" | tr -c '0-9\n' ' ' | awk '
		{ n++ }
		$5 < 1 || $5 >= $1 || $3 + $4 > $1 || $3 + $4 < $1 - 1 { bad = 1 }
		END { exit bad || !n }'
}

ktap_print_header
needs_hypertrace
[ ! -d /sys/module/kvm_pv ] || soon rmmod kvm_pv || skip_all "kvm_pv is in use"
ktap_set_plan 12
mark

check "hypertrace calls rejects a process that does not exist" refuses "does not exist" \
	hypertrace calls --pid 4000000
check "hypertrace calls rejects a process without a VM" refuses "has no KVM VM open" \
	hypertrace calls --pid $$
check "hypertrace calls rejects an unknown way to attach" \
	refuses "expected fexit, fentry or kprobe" hypertrace calls --method fly
check "hypertrace calls without privileges fails" refuses "run as root" \
	../host/unprivileged hypertrace calls

check "hypertrace calls counts all calls of both vCPUs" counts_all
check "hypertrace calls names start and end of the measured time" names_ends
check "percentiles, mean and sum of hypertrace calls agree" figures_agree
check "histograms of hypertrace calls agree with the counts" histograms_agree
check "hypertrace calls --method kprobe counts all calls" by_kprobe
check "hypertrace calls --full measures from exit to entry" full_is_longer
end_callers
insmod "$KO"
check "hypertrace calls counts all calls that kvm_pv handles" counts_handled
unload
check "hypertrace calls causes no error in the kernel's log" clean

ktap_finished
