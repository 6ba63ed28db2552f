#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC2119
#
# Shared pages of a host side that behaves well
# needs: guest check each-kernel

. ./lib.sh
. ./record-fake.sh
needs_bound
needs_ivshmem

# ramp_up: increases the request twice within the hold; true if the host was asked for the
# maximum.  No process is started in between, because that can take longer than the hold.
ramp_up()
{
	echo 0 > "$HOLD"
	request 300000
	echo "$SHORT" > "$HOLD"
	request 600000
	request 650000
	request 800000
	[ "$(in_register 0)" = "$MAX" ]
}

settles()
{
	soon ramp_up && soon in_memory_is 800000
}

# Tests that need CPU 1
two_cpus()
{
	local names='All CPUs have their records while CPU 1 is offline'

	names="$names|CPU 1 sends its request when it comes online"
	names="$names|The record of CPU 1 has its last request after the CPU comes online"
	names="$names|The driver rejects a table that changed while CPU 1 was offline"
	if [ ! -w "$CPUS/cpu1/online" ]; then
		skip_each "$names" 'there is no CPU 1 that can go offline'
		return
	fi
	set_policy 1 scaling_setspeed 700000
	cpu1_online 0
	check_is 'All CPUs have their records while CPU 1 is offline' "$(counter shared_mem)" "$(all)"
	forget
	cpu1_online 1
	check_is 'CPU 1 sends its request when it comes online' "$(in_register 1)" 700000
	check_is 'The record of CPU 1 has its last request after the CPU comes online' \
		"$(in_memory 1)" 700000
	mark
	cpu1_online 0
	register 1 "$PERFTBL_RD" 1500000
	cpu1_online 1
	check 'The driver rejects a table that changed while CPU 1 was offline' \
		logged 'CPU1: perf table or domain has changed: the old one is kept'
}

ktap_print_header
ktap_set_plan 39
unbind_device
mark
start=$MARK

fake
check_is 'All CPUs have a record' "$(counter shared_mem)" "$(all)"
check 'cpuinfo_cur_freq is unknown if record and register are 0' unknown
register 0 "$CUR_PERF" 450000
check_is 'cpuinfo_cur_freq is the register if cur_perf of the record is 0' \
	"$(policy 0 cpuinfo_cur_freq)" 450000
record 0 800000 "$MAX"
check_is 'cpuinfo_cur_freq is read from the record' "$(policy 0 cpuinfo_cur_freq)" 800000
record 0 900000 "$MAX"
check_is 'cpuinfo_cur_freq changes with the record' "$(policy 0 cpuinfo_cur_freq)" 900000
check_is 'scaling_cur_freq is the request, not the record' "$(policy 0 scaling_cur_freq)" "$MAX"

counts 'A decrease in the record is counted as deferred' deferred 1 request 600000
check_is 'A decrease is written to memory' "$(in_memory 0)" 600000
check_is 'A decrease is not written to the register' "$(in_register 0)" "$MAX"
counts 'A second decrease causes no exit' register_writes 0 request 300000
counts 'An increase causes one exit' register_writes 1 request 700000
check_is 'An increase is written to memory' "$(in_memory 0)" 700000
check_is 'An increase is written to the register' "$(in_register 0)" 700000
counts 'A repeated request causes no exit' register_writes 0 request 700000
check_is 'The counter requests is the sum of register_writes, deferred and suppressed' "$(requests)" \
	$(($(counter register_writes) + $(counter deferred) + $(counter suppressed)))
check_is 'The counters per CPU add up to requests' \
	"$(counter percpu/requests | awk '{ n += $2 } END { print n }')" "$(requests)"

echo "$LONG" > "$HOLD"
counts 'A decrease after the hold is counted as deferred' deferred 1 request 600000
check_is 'A deferred decrease is not yet in memory' "$(in_memory 0)" 700000
counts 'An increase that cancels a deferred decrease causes no exit' register_writes 0 request 700000
echo 50 > "$HOLD"
request 600000
request 700000
check 'A canceled decrease is not written when its hold ends' stays 700000 500
echo "$LONG" > "$HOLD"
request 400000
counts 'An increase to less than the last reported request causes no exit' register_writes 0 request 500000
request 700000
echo "$SHORT" > "$HOLD"
request 400000
request 500000
check 'A deferred decrease is in memory when its hold ends' soon in_memory_is 500000
# Without a hold no increase is soon after another.
echo 0 > "$HOLD"
counts 'An increase to more than the last reported request causes one exit' register_writes 1 \
	request 600000

echo "$LONG" > "$HOLD"
counts 'A second increase within the hold causes one exit' register_writes 1 request 650000
check_is 'A second increase within the hold requests the maximum' "$(in_register 0)" "$MAX"
counts 'A third increase within the hold causes no exit' register_writes 0 request 800000
check 'The request returns from the maximum when the hold ends' settles
echo 0 > "$HOLD"

request "$MAX"
record 0 900000 400000
check 'A cap of the host sets scaling_max_freq' soon is_max 400000
check_is 'A cap of the host limits scaling_cur_freq' "$(policy 0 scaling_cur_freq)" 400000
record 0 900000 600000
check 'Another cap of the host replaces the first' soon is_max 600000
set_policy 0 scaling_min_freq 500000
record 0 900000 300000
check 'A cap below scaling_min_freq sets scaling_max_freq' soon is_max 300000
set_policy 0 scaling_min_freq 1
record 0 900000 "$MAX"
check 'A cap at the maximum removes the limit' soon is_max "$MAX"
record 0 900000 500000
soon is_max 500000
rmmod vcpufreq_fake
fake
check_is 'Unbinding the device removes the cap' "$(policy 0 scaling_max_freq)" "$MAX"
two_cpus
rmmod vcpufreq_fake

echo "$device" > "$DRIVER/bind"
check_is 'The device of the guest binds again after the records' "$(bound)" "$device"
MARK=$start
check 'The log is clean after tests of records' clean
governor schedutil
ktap_finished
