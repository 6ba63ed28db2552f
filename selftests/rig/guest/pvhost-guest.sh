# SPDX-License-Identifier: GPL-2.0
#
# A guest that 'pvhost run' has started: its driver finds the device at once.

pv_load pv_hypervisor vcpufreq && rig_governors || exit
for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
	[ "$(cat "$cpu/cpufreq/scaling_driver")" = vcpufreq ] || exit 1
	[ "$(cat "$cpu/cpufreq/cpuinfo_max_freq")" = "$RIG_ARG" ] || exit 1
	# A rise is a request that the host hears of at once.
	echo powersave > "$cpu/cpufreq/scaling_governor" || exit
	echo performance > "$cpu/cpufreq/scaling_governor" || exit
done
rig_sync asked
