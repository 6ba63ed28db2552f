# SPDX-License-Identifier: GPL-2.0
#
# A guest that runs tests for which 'make check' has a machine of their own.
# RIG_ARG: words for the guest, see kselftest-guest.sh.

# Hundreds of shells at once
L2_MEMORY=1G
l2_kvm && insmod /lib/modules/pv/kvm_pv.ko || exit
L2_OPTS=$(l2_describe "$RIG_SMP") || exit
l2_start kselftest-guest.sh "$(echo "$RIG_ARG" | tr ' ' ,)"
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --table 600000,1200000,1800000,2400000 || exit
l2_go attach
l2_finish || exit
l2_unload kvm_pv
