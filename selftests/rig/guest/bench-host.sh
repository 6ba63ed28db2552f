# SPDX-License-Identifier: GPL-2.0
#
# What 'make bench' does on the host: a guest that measures before kvm_pv is loaded, when
# it is, and when the guest is attached.  A device that does nothing is there all the time.

case $(l2_arch) in
x86_64)	floor=0xfef80000 ;;
arm64)	floor=0x0b880000 ;;
esac

l2_kvm || exit
L2_OPTS=$(l2_describe 1) || exit
l2_start bench-guest.sh
l2_wait bare || exit
/selftests/bench/vmfile "$L2_PID" insmod /lib/modules/pv/pv_floor.ko vm=3 base="$floor" || exit
l2_go bare
l2_wait load || exit
insmod /lib/modules/pv/kvm_pv.ko || exit
l2_go load
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus 1 --table 600000,1200000,1800000,2400000 || exit
l2_go attach
l2_finish || exit
# It holds the VM, which holds kvm_pv.
rmmod pv_floor && l2_unload kvm_pv
