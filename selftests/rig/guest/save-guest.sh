# SPDX-License-Identifier: GPL-2.0
#
# A guest whose host is saved and put back, twice: it must find nothing changed.
# RIG_ARG: what it asks for before, in between by memory, and last by register.

LOST='the host had let go of the records'

# asks KHZ: what is asked for by all CPUs, who need not have been told
asks()
{
	local cpu

	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		echo "$1" > "$cpu/cpufreq/scaling_setspeed" || return
	done
}

# given KHZ: within some 20 s
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

# kept: longer than the driver takes to look at the records of all CPUs
kept()
{
	sleep $((2 * RIG_SMP + 2))
	! dmesg | grep "$LOST"
}

# shellcheck disable=SC2086
set -- $RIG_ARG
pv_load pv_hypervisor vcpufreq && rig_governors || exit
for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
	echo userspace > "$cpu/cpufreq/scaling_governor" || exit
done
# A rise, of which the host hears at once
asks "$3" && given "$3" && asks "$1" && given "$1" || exit
rig_sync saved

rig_step "guest: put back"
given "$1" && kept || exit
asks "$2" && given "$2" || exit
rig_sync moved

rig_step "guest: on another host"
given "$2" && kept || exit
asks "$3" && given "$3" && kept || exit
rig_sync last
