# SPDX-License-Identifier: GPL-2.0
#
# A guest whose kernel has no CONFIG_CPU_FREQ, as Debian's cloud flavour of arm64: it has the
# modules that need none, next to a device that no driver uses.

host()
{
	l2_session no-cpufreq && l2_wait quiet || return
	pvhost stats --json > /results/pvhost.json || return
	l2_go quiet
	l2_session_end
}

guest()
{
	uname -r > /results/release
	rig_step "guest: waiting for the host"
	rig_sync attach
	rig_step "guest: Linux $(uname -r), loading pv_hypervisor, pv_hypercall"
	ls /lib/modules/pv > /results/modules
	pv_load pv_hypervisor pv_hypercall || return
	vcpuinfo --all | tee /results/vcpuinfo.txt
	vcpuinfo --all --json > /results/vcpuinfo.json || return
	rig_sync quiet
	rmmod pv_hypercall && rmmod pv_hypervisor
}

# judge_scenario RESULTS: hypercalls work, and no request was sent
judge_scenario()
{
	local guest=$1/l2/vcpuinfo.json

	! grep '^vcpufreq' "$1/l2/modules"
	tap_result $? 'no-cpufreq: vcpufreq is not built for this kernel'
	jq -e '.hypervisor.vendor == "KVM"' "$guest" > /dev/null
	tap_result $? 'no-cpufreq: pv_hypervisor detects KVM'
	jq -e '[.hypercalls[] | select(.name | startswith("PV_HC_")) | .supported] | length == 4 and all' \
		"$guest" > /dev/null
	tap_result $? 'no-cpufreq: the host answers the hypercalls of pvguest'
	jq -e '.cpufreq.driver == null' "$guest" > /dev/null
	tap_result $? 'no-cpufreq: vcpuinfo reports no driver'
	jq -e '[.vms[].cpus[].register_writes] | add == 0' "$1/pvhost.json" > /dev/null
	tap_result $? 'no-cpufreq: the host receives no request'
	tap_plan
}
