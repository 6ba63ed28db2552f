#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Many VMs are killed at random moments: the host releases all of their resources.
# needs: host full each-kernel
# needs: stress-kill long
#
# Environment:
#
#   PV_VMS   number of VMs; resources are compared before and after each half from the second
#            on (100)
#   PV_QEMU  number of additional VMs of QEMU (0)
#   PV_SEED  seed of the random numbers (1)

. ./lib.sh
. /rig/lib.sh
. /rig/host.sh

PV_VMS=${PV_VMS:-100}
PV_QEMU=${PV_QEMU:-0}
PV_SEED=${PV_SEED:-1}
HALF=$((PV_VMS / 2))
KMEMLEAK=/sys/kernel/debug/kmemleak
# kmemleak does not report objects that are younger than 5 seconds.
KMEMLEAK_AGE=6
MODULE=/sys/module/kvm_pv
BEFORE=/run/slabs.before
AFTER=/run/slabs.after
GROWN=/run/slabs.grown
SUSPECTS=/run/slabs.suspects
ROUNDS=3
# RCU may free objects several seconds later.
TRIES=30 PAUSE=1

# slabs FILE: updates the lowest number of objects in use and the objects per slab of each
# cache in FILE.  The kernel counts all objects of a CPU's current slab as used, so the CPUs
# release their slabs first.
slabs()
{
	local shrink

	echo 3 > /proc/sys/vm/drop_caches
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 > "$shrink"
	done
	touch "$1"
	awk 'FILENAME == ARGV[1] { least[$1] = $2; next }
	FNR > 2 && (!($1 in least) || $2 < least[$1]) { least[$1] = $2 }
	FNR > 2 { slab[$1] = $5 }
	END { for (cache in least) print cache, least[cache], slab[cache] }' "$1" /proc/slabinfo > "$1.new"
	mv "$1.new" "$1"
}

# settled FILE: updates FILE; since the previous call no cache has decreased by an object for
# every other VM
settled()
{
	[ -f "$1" ] || {
		slabs "$1"
		return 1
	}
	cp "$1" "$1.previous"
	slabs "$1"
	awk -v vms="$HALF" 'FILENAME == ARGV[1] { before[$1] = $2; next }
	before[$1] - $2 >= vms / 2 { falls = 1 }
	END { exit falls }' "$1.previous" "$1"
}

# Less than one object for each VM; each CPU has a new slab since.  debug_objects_cache is the
# pool of a kernel that tracks objects.  Only the caches of SUSPECTS count, if it exists.
grown_little()
{
	slabs $AFTER
	[ -f $SUSPECTS ] || cut -d ' ' -f 1 $AFTER > $SUSPECTS
	awk -v vms="$((HALF + PV_QEMU / 2))" -v cpus="$(nproc)" '
	FILENAME == ARGV[1] { suspect[$1] = 1; next }
	FILENAME == ARGV[2] { before[$1] = $2; next }
	$1 == "debug_objects_cache" || !($1 in suspect) { next }
	$2 - before[$1] >= vms + cpus * $3 { print $1, $2 - before[$1]; grown = 1 }
	END { exit grown }' $SUSPECTS $BEFORE $AFTER > $GROWN
}

# A cache that others use too, such as kmalloc-128, may grow once: on arm64 up to Linux 6.4 it has
# all objects of up to 128 bytes.  A leak grows with each half.  So the caches that have grown are
# compared again after another half of the VMs, up to ROUNDS times.
leaks_nothing()
{
	local round=1 cache growth

	while ! soon grown_little; do
		while read -r cache growth; do
			ktap_print_msg "half $((round + 1)): $cache has grown by $growth"
		done < $GROWN
		round=$((round + 1))
		[ $round -le $ROUNDS ] || return
		cut -d ' ' -f 1 $GROWN > $SUSPECTS
		mv $AFTER $BEFORE
		half $((PV_SEED + round)) || return
		soon none_listed && soon unused || return
	done
}

# tenths SEED BELOW: prints a random time in seconds, below BELOW tenths
tenths()
{
	awk -v seed="$1" -v below="$2" 'BEGIN { srand(seed); printf "%.1f\n", rand() * below / 10 }'
}

# qemu SEED: kills a VM of QEMU in its firmware or while Linux boots, before, during or after
# pvhost attach
qemu()
{
	local pid attaching

	l2_exec_qemu -accel kvm -cpu host -smp 2 -m 128M -nodefaults -nographic -no-reboot \
		-kernel /rig/vmlinuz -append quiet > /dev/null 2>&1 &
	pid=$!
	{
		sleep "$(tenths "$1" 20)"
		pvhost attach --pid $pid --vcpus 2 --table 600000,1200000
	} > /dev/null 2>&1 &
	attaching=$!
	sleep "$(tenths "$(($1 + 1000))" 40)"
	kill -9 $pid || return
	wait $attaching
	wait $pid
	[ $? = 137 ]
}

# half SEED: kills half of the VMs
half()
{
	local i=0

	./stress-kill-vm $HALF "$1" || return
	while [ $i -lt $((PV_QEMU / 2)) ]; do
		qemu $(($1 + i)) || return
		i=$((i + 1))
	done
}

none_listed()
{
	! pvhost list --json | grep -q '"id"'
}

unused()
{
	[ "$(cat $MODULE/refcnt)" = 0 ]
}

# The minimum of each policy is the lowest frequency.
unconstrained()
{
	local policy

	for policy in /sys/devices/system/cpu/cpufreq/policy*; do
		[ -d "$policy" ] || continue
		[ "$(cat "$policy/scaling_min_freq")" = "$(cat "$policy/cpuinfo_min_freq")" ] ||
			return
	done
}

leak_checked()
{
	[ -w $KMEMLEAK ] && { echo scan > $KMEMLEAK; } 2> /dev/null && echo clear > $KMEMLEAK
}

uptime_s()
{
	cut -d . -f 1 /proc/uptime
}

# no_leaks SINCE: kmemleak reports no object of KVM; the last VM has ended SINCE.  A pointer
# that is in a register during the first scan is found by the second one.
no_leaks()
{
	local age

	age=$(($(uptime_s) - $1))
	[ $age -ge $KMEMLEAK_AGE ] || sleep $((KMEMLEAK_AGE - age))
	echo scan > $KMEMLEAK
	sleep 1
	echo scan > $KMEMLEAK
	! grep kvm $KMEMLEAK
}

mark
ktap_print_header
ktap_set_plan 10

# A module that depends on kvm_pv holds a reference to it.
[ ! -d /sys/module/kvm_pv_bpf ] || rmmod kvm_pv_bpf
[ -d $MODULE ] || insmod "$KO"
driver=
[ -d /sys/devices/system/cpu/cpufreq/policy0 ] ||
	{ insmod /lib/modules/pv/kvm_pv_cpufreq.ko && driver=kvm_pv_cpufreq; }
leaks=
leak_checked && leaks=yes

check "$HALF VMs are killed at random moments" half "$PV_SEED"
soon none_listed
soon unused
soon settled $BEFORE
check "$HALF more VMs are killed at random moments" half $((PV_SEED + 1))
check "pvhost lists no VM that was killed" soon none_listed
check "killed VMs hold no reference to kvm_pv" soon unused
since=$(uptime_s)
check "killed VMs leave no frequency constraint" unconstrained
rm -f $SUSPECTS
check "no slab cache grows by an object for each killed VM" leaks_nothing
if [ -n "$leaks" ]; then
	check "kmemleak reports no object of killed VMs" no_leaks "$since"
else
	ktap_test_skip "kmemleak reports no object of killed VMs: kmemleak is off or not built"
fi
check "rmmod of kvm_pv succeeds after killed VMs" rmmod kvm_pv
check "killed VMs cause no error in the host's log" clean
check "rmmod of the host's cpufreq driver succeeds" ${driver:+rmmod} ${driver:-true}
ktap_finished
