#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Devices that say what no good host would, and one that is good
# needs: guest full each-kernel

. ./lib.sh
needs_bound

device=$(bound)
cpus=$(possible)
WRITTEN=/sys/module/vcpufreq_fake/parameters/set_perf

ivshmem()
{
	grep -lq '^0x1110$' /sys/bus/pci/devices/*/device
}

restore()
{
	rmmod vcpufreq_fake vcpufreq_rival
	[ -n "$(bound)" ] || echo "$device" > "$DRIVER/bind"
} 2> /dev/null
trap restore EXIT

fake()
{
	insmod "$PV_MODULES/vcpufreq_fake.ko" "$@"
}

bind_real()
{
	echo "$device" > "$DRIVER/bind"
} 2> /dev/null

nothing()
{
	[ -z "$(bound)" ] && [ -z "$(policies)" ]
}

# refused WHAT REASON PARAMETER...
refused()
{
	local what=$1 reason=$2 verdict=ok

	shift 2
	mark
	fake "$@" || verdict='no fake'
	[ "$verdict" != ok ] || nothing || verdict='bound'
	rmmod vcpufreq_fake
	[ "$verdict" != ok ] || said "$reason" || verdict="reason not in the log"
	check_is "refused: $what" "$verdict" ok
}

# two WHAT ...: refused, with what needs a second CPU
two()
{
	if [ "$cpus" -ge 2 ]; then
		refused "$@"
	else
		ktap_test_skip "refused: $1: needs two CPUs"
	fi
}

ktap_print_header
if ! ivshmem; then
	ktap_skip_all 'QEMU was given no ivshmem-plain device'
	exit "$KSFT_SKIP"
fi
ktap_set_plan 24

echo "$device" > "$DRIVER/unbind"

refused 'perftbl_len 0' 'CPU0: perftbl_len reads 0x0, so no host side answers there' len=0
refused 'perftbl_len all ones' 'CPU0: perftbl_len reads 0xffffffff' len=0xffffffff
refused 'perftbl_len 65' 'CPU0: perftbl_len is 65, above the maximum of 64' len=65
two 'perftbl_len 0 on CPU 1' 'CPU1: perftbl_len reads 0x0' len=1,0
two 'perftbl_len 65 on CPU 1' 'CPU1: perftbl_len is 65' len=1,65
refused 'a region too small' "but $cpus CPUs need" size=$((cpus * 4096 - 1))
two 'one window for two CPUs' 'region too small: has 0x0000000000001000 bytes' size=4096
refused 'registers out of alignment' 'are not aligned' offset=2
refused 'an entry of 0' 'CPU0: perf table entry 0 is 0, not in 1 ..' perf=0
refused 'an entry that is negative as a constraint' 'entry 0 is 2147483648' perf=0x80000000
refused 'an entry twice' 'CPU0: perf table has 1000000 twice' len=2
two 'one domain, two tables' 'the other CPUs of perf domain 7' domain=7,7 perf=1000000,2000000
two 'one domain, two lengths' 'CPU1: perf table' domain=7,7 len=1,2

mark
insmod "$PV_MODULES/vcpufreq_rival.ko"
fake
check_is 'another cpufreq driver keeps what it has' "$(policy 0 scaling_driver)" rival
rmmod vcpufreq_fake
rmmod vcpufreq_rival
check 'which the log names' said 'cpufreq is driven by rival already'

# The same fake with nothing wrong binds, so each refusal above was for its reason.
mark
fake
check_is 'a good device is bound' "$(policies | wc -l)" "$cpus"
check_is 'an entry that is alone is the maximum' "$(policy 0 cpuinfo_max_freq)" 1000000
check_is 'and 1 is the minimum' "$(policy 0 cpuinfo_min_freq)" 1
governor userspace
before=$(requests)
set_policy 0 scaling_setspeed 123456
check_is 'any value between arrives' "$(cut -d , -f 1 $WRITTEN)" 123456
check_is 'in one request' $(($(requests) - before)) 1
check 'a second device is refused' eval '! bind_real'
check 'because there is one' said 'another device is bound'
rmmod vcpufreq_fake

fake domain="$(seq -s , "$cpus" | sed 's/[0-9][0-9]*/7/g')"
check_is 'CPUs of one domain share a policy' "$(policy 0 related_cpus | wc -w)" "$cpus"
rmmod vcpufreq_fake
check 'the log is clean' clean
ktap_finished
