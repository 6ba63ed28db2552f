# SPDX-License-Identifier: GPL-2.0
#
# What 'make check' does on a host: its own tests, then a guest with theirs, first with
# nothing attached to it and then with everything.

. /rig/hostile.sh

TABLE=600000,1200000,1800000,2400000
failed=0

attach()
{
	pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --table $TABLE --expose-tid
}

anew()
{
	pvhost detach --pid "$L2_PID" && attach
}

# split: hypercalls of the guest, seen by both
split()
{
	local pid

	mkdir -p /run/split
	hypertrace split --json --pid "$L2_PID" /run/split/tags > /run/split/facts 2> /run/split/said &
	pid=$!
	until grep -q tracing /run/split/said; do
		kill -0 $pid 2>/dev/null || break
		sleep 0.2
	done
	l2_go tag
	l2_wait tagged || return
	tr -d '\r' < "$L2_DIR/console" | sed -n 's/^tagged //p' > /run/split/tags
	kill -INT $pid
	wait $pid || cat /run/split/said
	l2_go tagged
	rig_tests host-split
}

rig_step "host: tests that make their own VMs"
l2_kvm || exit
rig_tests host || failed=1
[ -d /sys/module/kvm_pv ] || insmod /lib/modules/pv/kvm_pv.ko || exit

rig_step "host: a guest with nothing attached"
# A window on memory that the guest may fill, for devices that a host must not offer
L2_OPTS="$(l2_describe "$RIG_SMP") \
	-object memory-backend-ram,size=1M,id=fake,share=on -device ivshmem-plain,memdev=fake" || exit
l2_start check-guest.sh
l2_wait attach || exit
rig_step "host: attaching"
attach || exit
l2_go attach
l2_wait tag || exit
split || failed=1
l2_wait anew || exit
rig_step "host: detaching and attaching again"
anew || exit
l2_go anew
l2_wait quiet || exit
pvhost stats --json > /results/pvhost.json || exit
rig_tests host-attached || failed=1
rig_step "host: once more, under the driver"
anew || exit
l2_go quiet
rig_step "host: a guest that means harm"
hostile anew || failed=1
l2_finish || failed=1

rig_step "host: unloading"
l2_unload kvm_pv || exit
exit $failed
