# SPDX-License-Identifier: GPL-2.0
#
# The guest of a VM that is saved and restored twice: it must notice no change.
# RIG_ARG: its requests in kHz: before, in between through memory, and last through a
# register.

LOST='the host had let go of the records'

# asks KHZ: request a frequency on all CPUs; the host need not be notified
asks()
{
	local cpu

	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		echo "$1" > "$cpu/cpufreq/scaling_setspeed" || return
	done
}

# given KHZ: all CPUs run at this frequency within 20 s
given()
{
	local cpu tenths=0

	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		until [ "$(cat "$cpu/cpufreq/cpuinfo_cur_freq")" = "$1" ]; do
			tenths=$((tenths + 1))
			[ $tenths -lt 200 ] || {
				echo "${cpu##*/} has $(cat "$cpu/cpufreq/cpuinfo_cur_freq")"
				return 1
			}
			sleep 0.1
		done
	done
}

# kept: the driver has checked the records of all CPUs and found no loss
kept()
{
	sleep $((2 * RIG_SMP + 2))
	! dmesg | grep "$LOST"
}

guest()
{
	local cpu

	# shellcheck disable=SC2086
	set -- $RIG_ARG
	pv_load pv_hypervisor vcpufreq && rig_governors || return
	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		echo userspace > "$cpu/cpufreq/scaling_governor" || return
	done
	# An increase, which the host receives immediately
	asks "$3" && given "$3" && asks "$1" && given "$1" || return
	rig_sync saved

	rig_step "guest: restored"
	given "$1" && kept || return
	asks "$2" && given "$2" || return
	rig_sync moved

	rig_step "guest: on another host"
	given "$2" && kept || return
	asks "$3" && given "$3" && kept || return
	rig_sync last
}
