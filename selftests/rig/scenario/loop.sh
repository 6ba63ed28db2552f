# SPDX-License-Identifier: GPL-2.0
#
# The closed loop: a bursty load in the guest, its governor's requests as clamps of the vCPU
# thread, and schedutil in the host on a cpufreq driver without hardware.  Both halves leave
# a trace with marks for selftests/rig/loop.  The kernel of the host needs CONFIG_UCLAMP_TASK.
#
#   PV_SECONDS   seconds of load

TRACING=/sys/kernel/tracing
TABLE=300000,600000,900000,1200000,1500000,1800000,2100000,2400000
POLICY=/sys/devices/system/cpu/cpufreq/policy0

# mark TEXT: fails after tracing was switched off
mark()
{
	echo "$*" > $TRACING/trace_marker
} 2> /dev/null

# vcpu: thread id of the vCPU
vcpu()
{
	grep -l KVM "/proc/$L2_PID"/task/*/comm | sed -n 's#.*/task/\(.*\)/comm#\1#p'
}

# clamps TID: record the clamp of a thread
clamps()
{
	local name value _

	rig_never
	while [ -d "/proc/$1" ]; do
		while read -r name _ value; do
			[ "$name" != uclamp.min ] || mark "clamp $value" || return
		done < "/proc/$1/sched"
		rig_pause
	done
}

host()
{
	local policy

	l2_kvm && pv_load kvm_pv || return
	L2_OPTS=$(l2_describe "$RIG_SMP") || return
	# QEMU names the threads of vCPUs.
	L2_OPTS="$L2_OPTS -name debug-threads=on"
	l2_start loop
	l2_wait attach || return
	# KVM is loaded: a cpufreq driver that is present before reports the speed of the TSC, if that
	# is not invariant.  The guest has booted: its firmware wakes QEMU for each byte, and schedutil
	# works on each wakeup.
	insmod /lib/modules/pv/kvm_pv_cpufreq.ko khz=$TABLE || return
	for policy in /sys/devices/system/cpu/cpufreq/policy*; do
		echo schedutil > "$policy/scaling_governor" || return
	done
	pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --backend uclamp --table host \
		--expose-frequency || return
	echo 16384 > $TRACING/buffer_size_kb
	echo kvm_pv:apply > $TRACING/set_event
	echo power:cpu_frequency >> $TRACING/set_event
	l2_go attach
	l2_wait load || return
	grep -q '^uclamp.min' "/proc/$(vcpu)/sched" || {
		echo "the kernel lacks CONFIG_UCLAMP_TASK: choose KERNEL=newest"
		return 1
	}
	clamps "$(vcpu)" &
	pvhost stats --json > /results/before.json || return
	mark load
	l2_go load
	L2_WAIT=9000 l2_wait end || return
	mark end
	echo 0 > $TRACING/tracing_on
	pvhost stats --json > /results/after.json || return
	pvhost stats
	l2_go end
	l2_finish || return
	cat $TRACING/trace > /results/host
	echo "$PV_SECONDS" > /results/seconds
	l2_unload kvm_pv && rmmod kvm_pv_cpufreq
}

# speeds: record the frequency that the guest gets
speeds()
{
	local value

	rig_never
	while read -r value < $POLICY/cpuinfo_cur_freq; do
		mark "speed $value" || return
		rig_pause
	done
}

guest()
{
	local speeds

	rig_sync attach
	pv_load pv_hypervisor vcpufreq || return
	echo schedutil > $POLICY/scaling_governor || return
	echo 8192 > $TRACING/buffer_size_kb
	echo power:cpu_frequency > $TRACING/set_event
	speeds &
	speeds=$!
	rig_sync load
	mark load
	/selftests/cpufreq/burst "$PV_SECONDS" || return
	mark end
	echo 0 > $TRACING/tracing_on
	rig_sync end
	kill $speeds
	cat $TRACING/trace > /results/loop
	rmmod vcpufreq && rmmod pv_hypervisor
}

# judge_scenario RESULTS ARCH KERNEL: plot the curves and check that each follows the one before
judge_scenario()
{
	"$RIG/loop" "$1" "$BUILD/loop/$2-$3"
}
