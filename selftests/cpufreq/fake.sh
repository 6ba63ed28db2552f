#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Devices with invalid registers, and one with valid ones
# needs: guest full each-kernel

. ./lib.sh
. ./fake-device.sh
needs_bound
needs_ivshmem

cpus=$(possible)
WRITTEN=/sys/module/vcpufreq_fake/parameters/set_perf

# fake [PARAMETER...]: a device without shared pages, so that each request is in the register
fake()
{
	insmod "$PV_MODULES/vcpufreq_fake.ko" shared_size=0 "$@"
}

bind_real()
{
	echo "$device" > "$DRIVER/bind"
} 2> /dev/null

nothing()
{
	[ -z "$(bound)" ] && [ -z "$(policies)" ]
}

# refused WHAT REASON PARAMETER...: the driver does not bind, and logs the reason
refused()
{
	local what=$1 reason=$2 verdict=ok

	shift 2
	mark
	fake "$@" || verdict='the fake device did not load'
	[ "$verdict" != ok ] || nothing || verdict='bound'
	rmmod vcpufreq_fake
	[ "$verdict" != ok ] || logged "$reason" || verdict='the reason is not in the log'
	check_is "The driver rejects $what" "$verdict" ok
}

# two WHAT ...: same for parameters of a second CPU
two()
{
	if [ "$cpus" -ge 2 ]; then
		refused "$@"
	else
		ktap_test_skip "The driver rejects $1: this guest has one CPU only"
	fi
}

ktap_print_header
ktap_set_plan 24
unbind_device

refused 'a table of length 0' 'CPU0: perftbl_len reads 0x0, so no host side answers there' len=0
refused 'a table length of all ones' 'CPU0: perftbl_len reads 0xffffffff' len=0xffffffff
refused 'a table of 65 entries' 'CPU0: perftbl_len is 65, above the maximum of 64' len=65
two 'a table of length 0 on CPU 1' 'CPU1: perftbl_len reads 0x0' len=1,0
two 'a table of 65 entries on CPU 1' 'CPU1: perftbl_len is 65' len=1,65
refused 'a register region that is too small' "but $cpus CPUs need" size=$((cpus * 4096 - 1))
two 'one register frame for two CPUs' 'region too small: has 0x0000000000001000 bytes' size=4096
refused 'registers that are not aligned' 'are not aligned' offset=2
refused 'a table entry of 0' 'CPU0: perf table entry 0 is 0, not in 1 ..' perf=0
refused 'a table entry above INT_MAX' 'entry 0 is 2147483648' perf=0x80000000
refused 'a table with a duplicate entry' 'CPU0: perf table has 1000000 twice' len=2
two 'two tables in one domain' 'the other CPUs of perf domain 7' domain=7,7 perf=1000000,2000000
two 'two table lengths in one domain' 'CPU1: perf table' domain=7,7 len=1,2

mark
insmod "$PV_MODULES/vcpufreq_rival.ko"
fake
check_is 'Another cpufreq driver keeps its policies' "$(policy 0 scaling_driver)" rival
rmmod vcpufreq_fake
rmmod vcpufreq_rival
check 'The driver logs the name of another cpufreq driver' \
	logged 'cpufreq is driven by rival already'

# The same fake with valid registers binds, so each rejection above was for its reason.
mark
fake
check_is 'The driver binds to a valid device' "$(policies | wc -l)" "$cpus"
check_is 'A single table entry is cpuinfo_max_freq' "$(policy 0 cpuinfo_max_freq)" 1000000
check_is 'With a single table entry cpuinfo_min_freq is 1' "$(policy 0 cpuinfo_min_freq)" 1
governor userspace
before=$(requests)
set_policy 0 scaling_setspeed 123456
check_is 'With a single table entry any frequency reaches the register' \
	"$(cut -d , -f 1 $WRITTEN)" 123456
check_is 'A frequency outside the table is one request' $(($(requests) - before)) 1
check 'The driver rejects a second device' eval '! bind_real'
check 'The driver logs that another device is bound' logged 'another device is bound'
rmmod vcpufreq_fake

fake domain="$(seq -s , "$cpus" | sed 's/[0-9][0-9]*/7/g')"
check_is 'CPUs of one domain share a policy' "$(policy 0 related_cpus | wc -w)" "$cpus"
rmmod vcpufreq_fake
check 'The log is clean after tests of fake devices' clean
ktap_finished
