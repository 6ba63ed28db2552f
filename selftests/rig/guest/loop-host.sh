# SPDX-License-Identifier: GPL-2.0
#
# A host whose governor hears what its guest's governor wants: a guest with a bursty load,
# requests that are clamps of its vCPU's thread, and schedutil on a cpufreq driver that has
# no hardware.  The host's half of the record that selftests/rig/loop plots, as a trace
# with marks.  RIG_ARG: seconds.

TRACING=/sys/kernel/tracing
TABLE=300000,600000,900000,1200000,1500000,1800000,2100000,2400000

# Fails when nothing is traced any more.
mark()
{
	echo "$*" > $TRACING/trace_marker
} 2> /dev/null

# vcpu: the thread of the VM's vCPU
vcpu()
{
	grep -l KVM "/proc/$L2_PID"/task/*/comm | sed -n 's#.*/task/\(.*\)/comm#\1#p'
}

# clamps TID: what it has, again and again; without a new process, whose load counts too
clamps()
{
	local name value _

	mkfifo /run/never
	exec 7<> /run/never
	while [ -d "/proc/$1" ]; do
		while read -r name _ value; do
			[ "$name" != uclamp.min ] || mark "clamp $value" || return
		done < "/proc/$1/sched"
		# Of busybox, and no process
		# shellcheck disable=SC3045
		read -r -t 0.02 _ <&7
	done
}

# KVM first: a driver that is there when it is loaded tells it how fast the TSC is, where
# that is not invariant.
l2_kvm && insmod /lib/modules/pv/kvm_pv.ko || exit
insmod /lib/modules/pv/kvm_pv_cpufreq.ko khz=$TABLE || exit
for policy in /sys/devices/system/cpu/cpufreq/policy*; do
	echo schedutil > "$policy/scaling_governor" || exit
done
L2_OPTS=$(l2_describe "$RIG_SMP") || exit
# Threads of vCPUs are named.
L2_OPTS="$L2_OPTS -name debug-threads=on"
l2_start loop-guest.sh "${RIG_ARG:-10}"
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --backend uclamp --table host || exit
echo 16384 > $TRACING/buffer_size_kb
echo kvm_pv:apply > $TRACING/set_event
echo power:cpu_frequency >> $TRACING/set_event
l2_go attach
l2_wait load || exit
grep -q '^uclamp.min' "/proc/$(vcpu)/sched" || {
	echo "the kernel shows no uclamp.min: is it one with CONFIG_UCLAMP_TASK?"
	exit 1
}
clamps "$(vcpu)" &
pvhost stats --json > /results/before.json || exit
mark load
l2_go load
L2_WAIT=9000 l2_wait end || exit
mark end
echo 0 > $TRACING/tracing_on
pvhost stats --json > /results/after.json || exit
pvhost stats
l2_go end
l2_finish || exit
cat $TRACING/trace > /results/host
l2_unload kvm_pv && rmmod kvm_pv_cpufreq
