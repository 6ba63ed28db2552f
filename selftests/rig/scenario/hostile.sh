# SPDX-License-Identifier: GPL-2.0
#
# A malicious guest for a long time.  A description of the device is not needed.
#
#   PV_OPS, PV_SEED   operations of the guest, seed of its random numbers

host()
{
	. /rig/hostile.sh
	l2_kvm && pv_load kvm_pv || return
	# Memory that the guest can remove from itself
	L2_OPTS="-object memory-backend-ram,size=1M,id=fake,share=on -device ivshmem-plain,memdev=fake"
	l2_start hostile
	hostile l2_attach || return
	l2_session_end
}

guest()
{
	local rc

	pv_load pv_hypervisor || return
	rig_sync hostile
	rig_tests guest-hostile
	rc=$?
	rig_sync hostile-end
	return $rc
}
