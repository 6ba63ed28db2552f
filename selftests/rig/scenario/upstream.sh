# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own driver of the device next to ours in a guest, see 'rig boot --upstream'.  arm64
# only: that driver looks for the device in the device tree.

POLICY=/sys/devices/system/cpu/cpufreq

# stats NAME: what the host has received
stats()
{
	pvhost stats --json > "/results/$1.json"
}

host()
{
	l2_session upstream || return
	rig_step "host: the requests of the kernel's driver"
	l2_wait before && stats before && l2_go before &&
		l2_wait after && stats after && l2_go after &&
		l2_session_end
}

guest()
{
	local failed=0 policy governor

	rig_step "guest: waiting for the host"
	rig_sync attach
	rig_governors && pv_load pv_hypervisor pv_hypercall || return
	rig_step "guest: both drivers, in both orders"
	rig_tests guest-upstream || failed=1

	rig_step "guest: the kernel's driver alone"
	insmod /lib/modules/upstream/virtual-cpufreq.ko || return
	rig_sync before
	for policy in "$POLICY"/policy*; do
		for governor in powersave performance powersave; do
			echo $governor > "$policy/scaling_governor" || failed=1
		done
	done
	rig_sync after
	rmmod virtual-cpufreq || failed=1
	return $failed
}

# judge_scenario RESULTS: the host has received requests of the kernel's driver
judge_scenario()
{
	local before after

	before=$(jq '[.vms[].cpus[].register_writes] | add' "$1/before.json")
	after=$(jq '[.vms[].cpus[].register_writes] | add' "$1/after.json")
	echo "# requests: ${before:-none} before and ${after:-none} after the changes of the governor"
	[ "${after:-0}" -ge $((${before:-0} + 4)) ]
	tap_result $? "upstream: the host receives the requests of the kernel's driver"
	tap_plan
}
