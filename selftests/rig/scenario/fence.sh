# SPDX-License-Identifier: GPL-2.0
#
# The version fence of all modules, see 'rig boot --narrow'

host()
{
	rig_step "host: the fence of kvm_pv and kvm_pv_bpf"
	l2_kvm && rig_tests narrow-host || return
	l2_start fence
	l2_finish
}

guest()
{
	rig_step "guest: the fence of pv_hypervisor, pv_hypercall, vcpufreq and pv_exits"
	rig_tests narrow-guest
}
