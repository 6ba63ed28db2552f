# SPDX-License-Identifier: GPL-2.0
#
# The guest of loop-host.sh: what its governor asks for and what it is told that it gets,
# as a trace with marks.  RIG_ARG: seconds.

TRACING=/sys/kernel/tracing
POLICY=/sys/devices/system/cpu/cpufreq/policy0

# Fails when nothing is traced any more.
mark()
{
	echo "$*" > $TRACING/trace_marker
} 2> /dev/null

# speeds: what it gets, again and again; see clamps() of loop-host.sh
speeds()
{
	local value _

	mkfifo /run/never
	exec 7<> /run/never
	while read -r value < $POLICY/cpuinfo_cur_freq; do
		mark "speed $value" || return
		# Of busybox, and no process
		# shellcheck disable=SC3045
		read -r -t 0.02 _ <&7
	done
}

rig_sync attach
pv_load pv_hypervisor vcpufreq || exit
echo schedutil > $POLICY/scaling_governor || exit
echo 8192 > $TRACING/buffer_size_kb
echo power:cpu_frequency > $TRACING/set_event
speeds &
rig_sync load
mark load
/selftests/cpufreq/burst "$RIG_ARG" || exit
mark end
echo 0 > $TRACING/tracing_on
rig_sync end
kill $!
cat $TRACING/trace > /results/loop
rmmod vcpufreq && rmmod pv_hypervisor
