#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Memory shared with a host that is good, and with hosts that lie
# needs: guest check each-kernel

. ./lib.sh
needs_bound

device=$(bound)
hold=$(cat /sys/module/vcpufreq/parameters/hold)
last=$(($(possible) - 1))
PARAM=/sys/module/vcpufreq_fake/parameters
HOLD=/sys/module/vcpufreq/parameters/hold
MAGIC=$((0x51465650))
MAX=1000000

# Holds in milliseconds: one that does not end while this runs, for what must not come by
# itself, and one whose end is waited for.
LONG=3600000 SHORT=300

# Registers, see pv/vcpufreq.h
SET_PERF=0x04
PERFTBL_RD=0x10
EXT_MAGIC=0x40
RECORD_CTL=0x58

ivshmem()
{
	grep -lq '^0x1110$' /sys/bus/pci/devices/*/device
}

restore()
{
	rmmod vcpufreq_fake
	echo "$hold" > $HOLD
	[ ! -e "$CPUS/cpu1/online" ] || echo 1 > "$CPUS/cpu1/online"
	[ -n "$(bound)" ] || echo "$device" > "$DRIVER/bind"
} 2> /dev/null
trap restore EXIT

# fake [PARAMETER...]: a host with the extension, unless the parameters say otherwise
fake()
{
	echo 0 > $HOLD
	insmod "$PV_MODULES/vcpufreq_fake.ko" magic=$MAGIC version=1 features=3 "$@" &&
		governor performance && governor userspace
}

# host CPU SEQ CUR_PERF CEILING GENERATION: what the host writes
host()
{
	echo "$*" > $PARAM/host
}

# register CPU REGISTER VALUE: what it reads from now on
register()
{
	echo "$*" > $PARAM/write
}

# in_memory N, in_register N: what CPU N asks for there
in_memory()
{
	cut -d , -f $(($1 + 1)) $PARAM/host
}

in_register()
{
	cut -d , -f $(($1 + 1)) $PARAM/set_perf
}

in_memory_is()
{
	[ "$(in_memory 0)" = "$1" ]
}

# ask KHZ: of policy 0
ask()
{
	set_policy 0 scaling_setspeed "$1"
}

# climbs: from rise to rise; whether the host was asked for the maximum.  No process is
# started in between, which might take longer than the hold.
climbs()
{
	echo 0 > $HOLD
	ask 300000
	echo $SHORT > $HOLD
	ask 600000
	ask 650000
	ask 800000
	[ "$(in_register 0)" = $MAX ]
}

comes_back()
{
	soon climbs && soon in_memory_is 800000
}

# counts WHAT COUNTER WANTED COMMAND...
counts()
{
	local what=$1 name=$2 wanted=$3 before

	shift 3
	before=$(counter "$name")
	"$@"
	check_is "$what: $name + $wanted" $(($(counter "$name") - before)) "$wanted"
}

# unknown: by the register cur_perf, which the fake keeps at 0, nothing is known
unknown()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = '<unknown>' ]
}

is_max()
{
	[ "$(policy 0 scaling_max_freq)" = "$1" ]
}

no_records()
{
	[ -z "$(counter records)" ]
}

read_often()
{
	local i=0

	while [ $i -lt 300 ]; do
		policy 0 cpuinfo_cur_freq > /dev/null
		i=$((i + 1))
	done
}

# lies WHAT REASON SEQ CUR_PERF CEILING: one warning, then the registers
lies()
{
	local verdict=ok

	mark
	fake || verdict='no fake'
	host 0 2 $MAX $MAX 1 || verdict='no record'
	ask 500000
	host 0 "$3" "$4" "$5" 2
	read_often
	ask 400000
	soon no_records || verdict='record still on'
	said "$2" || verdict='reason not in the log'
	read_often
	[ "$(since | grep -c 'not to be believed')" = 1 ] || verdict='not one warning'
	unknown || verdict='still read from memory'
	is_max $MAX || verdict='a limit is left'
	ask 300000
	[ "$(in_register 0)" = 300000 ] || verdict='fall not by register'
	rmmod vcpufreq_fake
	check_is "a host that lies: $1" "$verdict" ok
}

# without WHAT PARAMETER...: no record is switched on
without()
{
	local what=$1 verdict=ok

	shift
	fake "$@" || verdict='no fake'
	no_records || verdict='records on'
	ask 500000
	ask 400000
	[ "$(in_register 0)" = 400000 ] || verdict='fall not by register'
	rmmod vcpufreq_fake
	check_is "no record: $what" "$verdict" ok
}

all()
{
	echo "0-$last" | sed 's/^0-0$/0/'
}

# asleep: as far as devices go, and up again
asleep()
{
	echo 0 > /sys/module/suspend/parameters/pm_test_delay &&
		echo devices > /sys/power/pm_test &&
		echo freeze > /sys/power/state &&
		echo none > /sys/power/pm_test
} 2> /dev/null

sleeps()
{
	if [ ! -w /sys/power/pm_test ] || ! grep -qw freeze /sys/power/state; then
		ktap_test_skip 'the guest sleeps: its kernel has no test of that'
		ktap_test_skip 'and says its request again: likewise'
		ktap_test_skip 'with all records on: likewise'
		return
	fi
	ask 600000
	check 'the guest sleeps' asleep
	check_is 'and says its request again' "$(in_register 0)" 600000
	check_is 'with all records on' "$(counter records)" "$(all)"
}

all_records()
{
	[ "$(counter records)" = "$(all)" ]
}

# What the host lets go of, because it lost the memory or is another host by now
lets_go()
{
	local cpu

	mark
	ask 500000
	register 0 $RECORD_CTL 0
	check 'a host that let go of a record: it is shared anew' soon said 'they are shared anew'
	check_is 'with all the others' "$(counter records)" "$(all)"
	check_is 'and with what was asked for' "$(in_memory 0)" 500000

	host 0 2 800000 400000 9
	soon is_max 400000
	mark
	for cpu in $(seq 0 "$last"); do
		register "$cpu" $EXT_MAGIC 0
		register "$cpu" $RECORD_CTL 0
	done
	check 'a host with no records any more: none is used' soon no_records
	check 'which the log says' said 'keeps no records any more'
	check 'and its ceiling is lifted' soon is_max $MAX
	ask 600000
	ask 300000
	check_is 'a fall goes by register' "$(in_register 0)" 300000

	register 0 $SET_PERF 0
	for cpu in $(seq 0 "$last"); do
		register "$cpu" $EXT_MAGIC $MAGIC
	done
	check 'a host with records again: they are used' soon all_records
	check_is 'and what was asked for is said again' "$(in_register 0)" 300000
}

# What only a guest of two CPUs shows
two_cpus()
{
	local names='is off while its CPU is off|is on again|has the request of before|table changed'
	local old_ifs=$IFS name

	if [ ! -w "$CPUS/cpu1/online" ]; then
		IFS='|'
		for name in $names; do
			ktap_test_skip "a record $name: needs two CPUs"
		done
		IFS=$old_ifs
		return
	fi
	set_policy 1 scaling_setspeed 700000
	cpu1_online 0
	check_is 'a record is off while its CPU is off' "$(in_memory 1)" off
	cpu1_online 1
	check_is 'a record is on again' "$(counter records)" "$(all)"
	check_is 'a record has the request of before' "$(in_memory 1)" 700000
	mark
	cpu1_online 0
	register 1 $PERFTBL_RD 1500000
	cpu1_online 1
	check 'a table that changed meanwhile is refused' \
		said 'CPU1: perf table or domain has changed: the old one is kept'
}

ktap_print_header
if ! ivshmem; then
	ktap_skip_all 'QEMU was given no ivshmem-plain device'
	exit "$KSFT_SKIP"
fi
ktap_set_plan 62

echo "$device" > "$DRIVER/unbind"
mark
start=$MARK

fake
check_is 'all CPUs have a record' "$(counter records)" "$(all)"
check 'nothing is known before the host writes' unknown
host 0 2 800000 $MAX 1
check_is 'what the vCPU gets is in memory' "$(policy 0 cpuinfo_cur_freq)" 800000
host 0 4 900000 $MAX 1
check_is 'and changes there' "$(policy 0 cpuinfo_cur_freq)" 900000
check_is 'which is not what was asked for' "$(policy 0 scaling_cur_freq)" $MAX

counts 'a fall' lazy 1 ask 600000
check_is 'is in memory' "$(in_memory 0)" 600000
check_is 'and not in the register' "$(in_register 0)" $MAX
counts 'a deeper fall' exits 0 ask 300000
counts 'a rise' exits 1 ask 700000
check_is 'is in memory too' "$(in_memory 0)" 700000
check_is 'and in the register' "$(in_register 0)" 700000
counts 'the same once more' exits 0 ask 700000
check_is 'requests are exits, lazy and elided' "$(requests)" \
	$(($(counter exits) + $(counter lazy) + $(counter elided)))
check_is 'by CPU they come to the same' \
	"$(counter percpu/requests | awk '{ n += $2 } END { print n }')" "$(requests)"

echo $LONG > $HOLD
counts 'a fall that is held back' lazy 1 ask 600000
check_is 'is not in memory' "$(in_memory 0)" 700000
counts 'a rise that takes it back' exits 0 ask 700000
echo $SHORT > $HOLD
ask 600000
ask 700000
sleep 2
check_is 'leaves nothing' "$(in_memory 0)" 700000
echo $LONG > $HOLD
ask 400000
counts 'a rise below what the host was told' exits 0 ask 500000
ask 700000
echo $SHORT > $HOLD
ask 400000
ask 500000
check 'a fall is in memory after a while' soon in_memory_is 500000
# Without a hold no rise is soon after another.
echo 0 > $HOLD
counts 'a rise above it' exits 1 ask 600000

echo $LONG > $HOLD
counts 'a rise soon after a rise' exits 1 ask 650000
check_is 'asks for the maximum' "$(in_register 0)" $MAX
counts 'the next one' exits 0 ask 800000
check 'what is too much comes back' comes_back
echo 0 > $HOLD

ask $MAX
host 0 6 900000 400000 2
check 'a ceiling becomes a limit' soon is_max 400000
check_is 'which holds' "$(policy 0 scaling_cur_freq)" 400000
host 0 8 900000 600000 3
check 'another ceiling' soon is_max 600000
host 0 10 900000 $MAX 4
check 'and none' soon is_max $MAX
host 0 12 900000 500000 5
soon is_max 500000
rmmod vcpufreq_fake
fake
check_is 'unbinding withdraws it' "$(policy 0 scaling_max_freq)" $MAX
two_cpus
lets_go
sleeps
rmmod vcpufreq_fake

fake features=1
ask 500000
check_is 'a host that does not look: a fall by register' "$(in_register 0)" 500000
rmmod vcpufreq_fake

if [ "$last" -gt 0 ]; then
	fake domain=7,7
	ask 500000
	check_is 'CPUs of one domain: the request is in all records' \
		"$(in_memory 0) $(in_memory 1)" '500000 500000'
	check_is 'and not in the register' "$(in_register 0)" $MAX
	host 0 2 800000 $MAX 1
	host 1 2 800000 300000 1
	check 'the lowest ceiling holds' soon is_max 300000
	rmmod vcpufreq_fake
else
	ktap_test_skip 'CPUs of one domain: needs two CPUs'
	ktap_test_skip 'and not in the register: needs two CPUs'
	ktap_test_skip 'the lowest ceiling: needs two CPUs'
fi

lies 'the sequence count is always odd' 'sequence count stays odd' 3 800000 $MAX
lies 'cur_perf is 0' 'cur_perf is 0 or above' 4 0 $MAX
lies 'cur_perf is above the table' 'cur_perf is 0 or above' 4 $((MAX + 1)) $MAX
lies 'the ceiling is 0' 'ceiling is 0' 4 800000 0

fake
host 0 2 800000 4000000000 1
ask 500000
sleep 2
check_is 'a ceiling above the table is none' "$(policy 0 scaling_max_freq)" $MAX
rmmod vcpufreq_fake

without 'magic 0' magic=0
without 'version 0' version=0
without 'no feature' features=0
rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq.ko" record=0
echo "$device" > "$DRIVER/unbind"
without 'the module parameter says so'
rmmod vcpufreq
insmod "$PV_MODULES/vcpufreq.ko"

check_is 'the device is bound' "$(bound)" "$device"
MARK=$start
check 'the log is clean' clean
governor schedutil
ktap_finished
