# SPDX-License-Identifier: GPL-2.0
#
# A malicious guest for a long time.  A description of the device is not needed.
#
#   PV_OPS, PV_SEED   operations of the guest, seed of its random numbers

host()
{
	. /rig/stress-guest.sh
	l2_kvm && pv_load kvm_pv || return
	# Memory that the guest can remove from itself
	L2_OPTS="-object memory-backend-ram,size=1M,id=fake,share=on -device ivshmem-plain,memdev=fake"
	l2_start stress-guest
	stress_guest l2_attach --telemetry events || return
	l2_session_end
}

guest()
{
	local rc

	# The host counts the hypercalls of the test module only.
	insmod /lib/modules/pv/pv_hypervisor.ko rescan_s=0 || return
	rig_sync stress
	rig_tests guest-stress
	rc=$?
	rig_sync stress-end
	return $rc
}
