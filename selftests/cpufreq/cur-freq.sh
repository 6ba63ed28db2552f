#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC2119
#
# The CPU that reads the register of the current performance
# needs: guest check each-kernel

. ./lib.sh
. ./record-fake.sh
needs_bound
needs_ivshmem
needs_cpu1

TRACING=/sys/kernel/tracing

trace_start()
{
	[ -e $TRACING/kprobe_events ] || mount -t tracefs tracefs $TRACING || return
	# The second argument is the CPU of the register frame, which is read without a record.
	# shellcheck disable=SC2016
	echo 'p:vcpufreq_cur vcpufreq:vcpufreq_record_cur frame=$arg2:u32' > $TRACING/kprobe_events &&
		echo 1 > $TRACING/events/kprobes/vcpufreq_cur/enable
}

trace_stop()
{
	echo 0 > $TRACING/events/kprobes/vcpufreq_cur/enable
	echo > $TRACING/kprobe_events
	echo > $TRACING/trace
}

# read_on CPU POLICY: CPU reads the file; prints the CPUs that read the register of the policy.
# On arm64 these can be reads of the tick, each on its own CPU.
read_on()
{
	echo > $TRACING/trace
	taskset "$((1 << $1))" cat "$CPUFREQ/policy$2/cpuinfo_cur_freq" > /dev/null
	sed -n "s/.*\[\([0-9]*\)\].* vcpufreq_cur: .* frame=$2\$/\1/p" $TRACING/trace | sort -u
}

ktap_print_header
ktap_set_plan 4
unbind_device
mark

fake shared_size=0
governor performance
check 'A kprobe traces reads of the register' trace_start
check_is 'CPU 0 reads the register of policy 0 for a reader on CPU 1' "$(read_on 1 0)" 000
check_is 'CPU 1 reads the register of policy 1 for a reader on CPU 0' "$(read_on 0 1)" 001
trace_stop
rmmod vcpufreq_fake

echo "$device" > "$DRIVER/bind"
check 'The log is clean after reads of cpuinfo_cur_freq' clean
governor schedutil
ktap_finished
