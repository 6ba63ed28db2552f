#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Many VMs are killed at random moments: nothing is left of any of them.
# needs: host
# needs: killed
#
# Told by the environment:
#
#   PV_VMS   how many, in two halves of which the second is looked at closely (100)
#   PV_QEMU  how many of QEMU's besides (0)
#   PV_SEED  of the random numbers (1)

. ../lib.sh
. /rig/lib.sh
. /rig/host.sh

PV_VMS=${PV_VMS:-100}
PV_QEMU=${PV_QEMU:-0}
PV_SEED=${PV_SEED:-1}
HALF=$((PV_VMS / 2))
KMEMLEAK=/sys/kernel/debug/kmemleak
MODULE=/sys/module/kvm_pv
# What is freed by RCU may take long.
TRIES=30 PAUSE=1

# slabs FILE: objects in use of each cache, and objects of a slab, into a file that may have
# some already: the least counts.  All of a slab that a CPU allocates from is in use, for
# all that the kernel knows, so the CPUs have to let go of theirs first.
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

# Less than an object for each VM.  Each CPU has taken a new slab since.  What a kernel that
# tracks objects keeps for that, and does not use, says nothing of what it tracks.
grown_little()
{
	slabs /run/slabs.after
	awk -v vms="$((HALF + PV_QEMU / 2))" -v cpus="$(nproc)" '
	FILENAME == ARGV[1] { before[$1] = $2; next }
	$1 == "debug_objects_cache" { next }
	$2 - before[$1] >= vms + cpus * $3 { print "# " $1 " has grown by " $2 - before[$1]; grown = 1 }
	END { exit grown }' /run/slabs.before /run/slabs.after > /run/slabs.grown
}

# tenths SEED BELOW: a time in seconds, of random tenths below that
tenths()
{
	awk -v seed="$1" -v below="$2" 'BEGIN { srand(seed); printf "%.1f\n", rand() * below / 10 }'
}

# qemu SEED: a VM of QEMU's that is killed, in its firmware or when Linux boots, or
# before it is attached, or while
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

# half SEED
half()
{
	local i=0

	./mortal $HALF "$1" || return
	while [ $i -lt $((PV_QEMU / 2)) ]; do
		qemu $(($1 + i)) || return
		i=$((i + 1))
	done
}

listed_none()
{
	! pvhost list --json | grep -q '"id"'
}

unused()
{
	[ "$(cat $MODULE/refcnt)" = 0 ]
}

# Every policy may be as slow as it can be.
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

# What is younger than some seconds is not reported, what is in a register may be.
no_leaks()
{
	sleep 6
	echo scan > $KMEMLEAK
	sleep 6
	echo scan > $KMEMLEAK
	! grep kvm $KMEMLEAK
}

mark
ktap_print_header
ktap_set_plan 10

[ -d $MODULE ] || insmod /lib/modules/pv/kvm_pv.ko
driver=
[ -d /sys/devices/system/cpu/cpufreq/policy0 ] ||
	{ insmod /lib/modules/pv/kvm_pv_cpufreq.ko && driver=kvm_pv_cpufreq; }
leaks=
leak_checked && leaks=yes

check "$HALF VMs killed" half "$PV_SEED"
sleep 8
repeat 3 slabs /run/slabs.before
check "and $HALF more" half $((PV_SEED + 1))
check "no VM is listed" soon listed_none
check "nobody uses the module" soon unused
check "no constraint is left" unconstrained
check "no cache has grown by an object for each VM" soon grown_little
while read -r line; do
	echo "$line"
done < /run/slabs.grown
if [ -n "$leaks" ]; then
	check "no leaks" no_leaks
else
	ktap_test_skip "no leaks: this kernel has no kmemleak, or it is off"
fi
check "rmmod" rmmod kvm_pv
check "the log is clean" clean
check "the host's cpufreq driver can go" ${driver:+rmmod} ${driver:-true}
ktap_finished
