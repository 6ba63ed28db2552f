# SPDX-License-Identifier: GPL-2.0
#
# A guest of a big and a little CPU (arm64: ACPI tells no capacity).

L2_CPUS='1024:500 512:125'
l2_kvm && insmod /lib/modules/pv/kvm_pv.ko || exit
L2_OPTS=$(l2_describe 2) || exit
L2_SMP=2 l2_start eas-guest.sh
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus 2 --table 600000,1200000,1800000,2400000 || exit
l2_go attach
l2_finish || exit
l2_unload kvm_pv
