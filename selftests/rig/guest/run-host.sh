# SPDX-License-Identifier: GPL-2.0
#
# What 'make run' does on the host.

TABLE=600000,1200000,1800000,2400000

rig_step "host: Linux $(uname -r), loading kvm and kvm_pv"
l2_kvm && insmod /lib/modules/pv/kvm_pv.ko || exit

rig_step "host: describing the device to a guest of $RIG_SMP vCPUs"
L2_OPTS=$(l2_describe "$RIG_SMP") || exit
l2_start run-guest.sh

rig_step "host: attaching to the QEMU process"
pvhost attach --pid "$L2_PID" --timeout 60 --vcpus "$RIG_SMP" --table $TABLE --expose-tid || exit
pvhost list | tee /results/pvhost-list.txt

l2_wait quiet || exit
rig_step "host: statistics"
{
	pvhost stats > /results/pvhost.txt && pvhost stats --json > /results/pvhost.json
} || exit
l2_go quiet
l2_finish || exit

rig_step "host: the guest has ended; unloading kvm_pv"
l2_unload kvm_pv
