# SPDX-License-Identifier: GPL-2.0
#
# VMs that are killed.
#
#   PV_VMS, PV_QEMU, PV_SEED   number of VMs, of QEMU processes, seed of the random numbers

host()
{
	l2_kvm && rig_tests stress-kill
}
