# SPDX-License-Identifier: GPL-2.0
#
# A guest with a bursty load, see burst-guest.sh.  The host counts as well: what each
# phase begins with is kept.  RIG_ARG: seconds.

# As many steps as hardware has, more or less
TABLE=300000,600000,900000,1200000,1500000,1800000,2100000,2400000

l2_kvm && insmod /lib/modules/pv/kvm_pv.ko || exit
L2_OPTS=$(l2_describe "$RIG_SMP") || exit
l2_start burst-guest.sh "${RIG_ARG:-60}"
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --table $TABLE || exit
l2_go attach
for scheme in vcpufreq upstream; do
	for phase in before decisions ticks; do
		L2_WAIT=9000 l2_wait $scheme-$phase || exit
		pvhost stats --json > /results/$scheme-$phase.json || exit
		l2_go $scheme-$phase
	done
done
l2_finish || exit
l2_unload kvm_pv
