# SPDX-License-Identifier: GPL-2.0
#
# 'make run': host and guest with all modules, what the guest sees, governors through sysfs,
# and the requests that reach the host.

POLICY=/sys/devices/system/cpu/cpufreq

host()
{
	uname -r > /results/release
	rig_step "host: Linux $(uname -r), loading kvm and kvm_pv"
	l2_kvm && pv_load kvm_pv || return

	rig_step "host: starting a guest with $RIG_SMP vCPUs"
	l2_start run

	rig_step "host: attaching to the QEMU process"
	l2_attach --backend auto --timeout 60 --expose-tid || return
	pvhost list | tee /results/pvhost-list.txt

	l2_wait quiet || return
	rig_step "host: statistics"
	{
		pvhost stats > /results/pvhost.txt && pvhost stats --json > /results/pvhost.json
	} || return
	l2_go quiet
	l2_finish || return

	rig_step "host: the guest has ended; unloading kvm_pv"
	l2_unload kvm_pv
}

# change FILE VALUE: write to sysfs, then print what it reads
change()
{
	echo "$2" > "$1" || return
	echo "${1#/sys/devices/system/cpu/cpufreq/}: $2 -> $(cat "$1")"
}

# change_all: governors and limits of all policies
change_all()
{
	local policy

	for policy in "$POLICY"/policy*; do
		echo "${policy##*/}: governors $(cat "$policy/scaling_available_governors")"
		change "$policy/scaling_governor" performance &&
			change "$policy/scaling_max_freq" 1800000 &&
			change "$policy/scaling_governor" userspace &&
			change "$policy/scaling_setspeed" 1200000 &&
			change "$policy/scaling_setspeed" 600000 &&
			change "$policy/scaling_max_freq" 2400000 &&
			change "$policy/scaling_governor" schedutil || return
	done
}

guest()
{
	local i=0 policy

	uname -r > /results/release
	rig_step "guest: Linux $(uname -r), loading pv_hypervisor, pv_hypercall, vcpufreq"
	pv_load pv_hypervisor pv_hypercall vcpufreq && rig_governors || return

	rig_step "guest: vcpuinfo --all"
	vcpuinfo --all > /results/vcpuinfo.txt || return

	rig_step "guest: governor and limits through sysfs"
	change_all > /results/sysfs.txt || return

	# A load for schedutil
	while [ $i -lt 20000 ]; do
		i=$((i + 1))
	done

	# This governor sends no further requests, so both sides can be compared.
	for policy in "$POLICY"/policy*; do
		change "$policy/scaling_governor" powersave >> /results/sysfs.txt || return
	done
	vcpuinfo --all --json > /results/vcpuinfo.json || return
	rig_sync quiet
}

# judge_scenario RESULTS: the driver is bound, and the host has received its requests
judge_scenario()
{
	local guest host

	guest=$(jq '.vcpufreq | select(.driver == "vcpufreq").requests' "$1/l2/vcpuinfo.json")
	host=$(jq '[.vms[].cpus[].requests] | add' "$1/pvhost.json")
	echo "# the guest has sent ${guest:-no} requests, the host has received ${host:-none}"
	[ "${guest:-0}" -gt 0 ]
	tap_result $? 'run: vcpufreq is bound and sends requests'
	[ -n "$guest" ] && [ "$guest" = "$host" ]
	tap_result $? 'run: the host receives all requests of the guest'
	tap_plan
}
