#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Shared pages with an invalid region, header or record
# needs: guest full each-kernel

. ./lib.sh
. ./record-fake.sh
needs_bound
needs_ivshmem

# registers_only: the driver has no record, and writes decreases to the register
registers_only()
{
	no_records || return
	request 500000
	request 400000
	[ "$(in_register 0)" = 400000 ]
}

# without WHAT PARAMETER...: the driver uses no record, and logs nothing about the pages
without()
{
	local what=$1 verdict=ok

	shift
	mark
	fake "$@" || verdict='the fake device did not load'
	registers_only || verdict='a record is in use, or a decrease is not in the register'
	! in_log 'shared pages' || verdict='there is a warning'
	rmmod vcpufreq_fake
	check_is "The driver uses registers only with $what" "$verdict" ok
}

# rejects WHAT REASON PARAMETER...: the driver logs one warning and uses no record
rejects()
{
	local what=$1 reason=$2 verdict=ok

	shift 2
	mark
	fake "$@" || verdict='the fake device did not load'
	registers_only || verdict='a record is in use, or a decrease is not in the register'
	logged "$reason" || verdict='the reason is not in the log'
	[ "$(since | grep -c 'shared pages')" = 1 ] || verdict='there is not one warning'
	rmmod vcpufreq_fake
	check_is "The driver rejects $what" "$verdict" ok
}

# in_a_register KHZ: a CPU of a domain has written it, to its own register
in_a_register()
{
	[ "$(in_register 0)" = "$1" ] || [ "$(in_register 1)" = "$1" ]
}

# CPU 0 has a record, and CPU 1 has none
one_record()
{
	local names='Only CPU 0 uses a record if there is one record'

	names="$names|A decrease of the CPU with a record is in memory"
	names="$names|A decrease of the CPU without a record is in the register"
	names="$names|A record of CPU 1 beyond the pages is not used"
	names="$names|A decrease of a domain is in the register if one CPU has no record"
	if [ "$last" = 0 ]; then
		skip_each "$names" 'this guest has one CPU only'
		return
	fi
	fake nr_records=1
	check_is 'Only CPU 0 uses a record if there is one record' "$(counter shared_mem)" 0
	request 500000
	set_policy 1 scaling_setspeed 500000
	check_is 'A decrease of the CPU with a record is in memory' \
		"$(in_memory 0) $(in_register 0)" "500000 $MAX"
	check_is 'A decrease of the CPU without a record is in the register' \
		"$(in_memory 1) $(in_register 1)" '0 500000'
	rmmod vcpufreq_fake

	fake record_size=$((0xffffff80))
	check_is 'A record of CPU 1 beyond the pages is not used' "$(counter shared_mem)" 0
	rmmod vcpufreq_fake

	fake nr_records=1 domain=7,7
	request 500000
	check 'A decrease of a domain is in the register if one CPU has no record' \
		in_a_register 500000
	rmmod vcpufreq_fake
}

# works: a decrease and the current performance are in the record of CPU 0
works()
{
	all_records || return
	request 500000
	record 0 700000 "$MAX"
	[ "$(in_memory 0)" = 500000 ] && [ "$(in_register 0)" = "$MAX" ] &&
		[ "$(policy 0 cpuinfo_cur_freq)" = 700000 ]
}

# The values of a record that is in use
values()
{
	record 0 $((MAX + 1)) "$MAX"
	check_is 'A cur_perf above the table is the maximum of the table' \
		"$(policy 0 cpuinfo_cur_freq)" "$MAX"
	record 0 0 "$MAX"
	register 0 "$CUR_PERF" $((0xffffffff))
	check_is 'A register cur_perf above the table is the maximum of the table' \
		"$(policy 0 cpuinfo_cur_freq)" "$MAX"
	check_is 'A cur_perf above the table disables no record' "$(counter shared_mem)" "$(all)"

	record 0 800000 500000
	soon is_max 500000
	record 0 800000 0
	check 'A cap of 0 removes the limit' soon is_max "$MAX"
	record 0 800000 500000
	soon is_max 500000
	record 0 800000 4000000000
	check 'A cap above the table removes the limit' soon is_max "$MAX"
	record 0 800000 1
	check 'A cap of 1 is the lowest frequency' soon is_max 1
	record 0 800000 "$MAX"
	soon is_max "$MAX"
}

# The host writes the header while the driver is bound.
later()
{
	header nr_records 0
	header epoch 2
	check 'The driver uses no record after the host side was attached without records' \
		soon no_records
	check 'A decrease is in the register after the host side was attached without records' \
		registers_only
	header nr_records $((0xffffffff))
	header epoch 3
	check 'The driver uses records after the host side was attached with records' \
		soon all_records
}

ktap_print_header
ktap_set_plan 34
unbind_device
mark
start=$MARK

without 'no shared pages' shared_size=0
rejects 'shared pages that are smaller than their header' 'cannot be mapped' shared_size=64
rejects 'shared pages that are not aligned' 'cannot be mapped' shared_offset=4096
rejects 'shared pages that another driver uses' 'are in use' shared_busy=1

without 'an epoch of 0' epoch=0
without 'another magic' magic=0
without 'version 0' version=0
without 'no records' nr_records=0
without 'records in the header' records=64
without 'records after the pages' records=65536
without 'a record of CPU 0 across the end of the pages' records=65472
without 'an offset of the records that is not aligned' records=130
without 'an offset of the records of all ones' records=$((0xffffffff))
without 'a record_size of 0' record_size=0
without 'a record_size that is too small' record_size=64
one_record

fake version=2
check 'The driver uses records of a later version' works
rmmod vcpufreq_fake
fake records=4096 record_size=256
check 'The driver uses records with another offset and size' works
values
later
rmmod vcpufreq_fake

rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq.ko" shared_mem=0
echo "$device" > "$DRIVER/unbind"
without 'module parameter shared_mem=0'
rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq.ko"

check_is 'The device of the guest binds again after invalid pages' "$(bound)" "$device"
MARK=$start
check 'The log is clean after tests of invalid pages' clean
governor schedutil
ktap_finished
