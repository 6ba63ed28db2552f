# SPDX-License-Identifier: GPL-2.0
#
# A guest with a big and a little CPU.  arm64 only: ACPI describes no capacity.

host()
{
	L2_CPUS='1024:500 512:125'
	L2_SMP=2 l2_session eas && l2_session_end
}

guest()
{
	export PV_CAPACITY='1024 512'
	rig_step "guest: waiting for the host"
	rig_sync attach
	pv_load vcpufreq || return
	rig_tests eas
}
