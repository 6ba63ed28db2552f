# SPDX-License-Identifier: GPL-2.0
#
# The guest of a VM that 'pvhost run' starts: its driver finds the device immediately.
# RIG_ARG: the highest frequency in kHz.

guest()
{
	local cpu

	pv_load pv_hypervisor vcpufreq && rig_governors || return
	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		[ "$(cat "$cpu/cpufreq/scaling_driver")" = vcpufreq ] || return 1
		[ "$(cat "$cpu/cpufreq/cpuinfo_max_freq")" = "$RIG_ARG" ] || return 1
		# The driver sends an increase immediately.
		echo powersave > "$cpu/cpufreq/scaling_governor" || return
		echo performance > "$cpu/cpufreq/scaling_governor" || return
	done
	rig_sync asked
}
