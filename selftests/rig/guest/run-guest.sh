# SPDX-License-Identifier: GPL-2.0
#
# What 'make run' does in the guest.

POLICY=/sys/devices/system/cpu/cpufreq

# change FILE VALUE: through sysfs, and what it then reads
change()
{
	echo "$2" > "$1" || return
	echo "${1#/sys/devices/system/cpu/cpufreq/}: $2 -> $(cat "$1")"
}

rig_step "guest: Linux $(uname -r), loading pv_hypervisor, pv_hypercall, vcpufreq"
pv_load pv_hypervisor pv_hypercall vcpufreq && rig_governors || exit

rig_step "guest: vcpuinfo --all"
vcpuinfo --all > /results/vcpuinfo.txt || exit

rig_step "guest: governor and limits through sysfs"
{
	for policy in "$POLICY"/policy*; do
		echo "${policy##*/}: governors $(cat "$policy/scaling_available_governors")"
		change "$policy/scaling_governor" performance || exit
		change "$policy/scaling_max_freq" 1800000 || exit
		change "$policy/scaling_governor" userspace || exit
		change "$policy/scaling_setspeed" 1200000 || exit
		change "$policy/scaling_setspeed" 600000 || exit
		change "$policy/scaling_max_freq" 2400000 || exit
		change "$policy/scaling_governor" schedutil || exit
	done
} > /results/sysfs.txt || exit

# Some work, so that schedutil has something to ask for
i=0
while [ $i -lt 20000 ]; do
	i=$((i + 1))
done

# A governor that asks for nothing more: guest and host can be compared
for policy in "$POLICY"/policy*; do
	change "$policy/scaling_governor" powersave >> /results/sysfs.txt || exit
done
vcpuinfo --all --json > /results/vcpuinfo.json || exit
rig_sync quiet
