# SPDX-License-Identifier: GPL-2.0
#
# A guest that means harm, for long.  RIG_ARG: words for it, see hostile-guest.sh.

. /rig/hostile.sh

attach()
{
	pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --table 600000,1200000,1800000,2400000
}

l2_kvm && insmod /lib/modules/pv/kvm_pv.ko || exit
# Memory that the guest can take away from itself
L2_OPTS="-object memory-backend-ram,size=1M,id=fake,share=on -device ivshmem-plain,memdev=fake"
l2_start hostile-guest.sh "$(echo "$RIG_ARG" | tr ' ' ,)"
hostile attach || exit
l2_finish || exit
l2_unload kvm_pv
