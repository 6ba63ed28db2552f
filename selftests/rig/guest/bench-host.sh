# SPDX-License-Identifier: GPL-2.0
#
# What 'make bench' does on the host: a guest that measures before kvm_pv is loaded, when
# it is, and when the guest is attached.

l2_kvm || exit
l2_start bench-guest.sh
l2_wait load || exit
insmod /lib/modules/pv/kvm_pv.ko || exit
l2_go load
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus 1 --table 600000,1200000,1800000,2400000 || exit
l2_go attach
l2_finish || exit
rmmod kvm_pv
