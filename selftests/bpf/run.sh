#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost run --bpf: the guest of an unmodified QEMU finds a device in BPF.
# needs: host-bpf full

cd ../host || exit
. ./run-lib.sh

OBJECT=/usr/lib/pvguest/vcpufreq.bpf.o

# The links of struct_ops hold the devices, and the devices hold the module.
detached()
{
	[ "$(cat /sys/module/kvm_pv_bpf/refcnt)" = 0 ]
}

# killed: QEMU is killed, and the process that holds the device removes the device
killed()
{
	start -- -accel kvm -S && soon no_files && kill -9 "$pid" || return
	wait "$pid"
	soon detached
}

# notifies: the manager of services gets a message when the device is attached, and pvhost ends
# with the VM
notifies()
{
	local rc=0

	start_vmm
	waits_for "message: READY=1" "$OUT" ./notify @pvhost-bpf \
		pvhost attach --bpf $OBJECT --pid "$vmm" --table "$TABLE" || rc=$?
	kill -9 "$vmm"
	wait "$PID" || rc=$?
	end_vmm 2> /dev/null
	return $rc
}

ktap_print_header
[ -f /lib/modules/pv/kvm_pv_bpf.ko ] || skip_all 'this kernel has no kvm_pv_bpf.ko'
for module in kvm_pv kvm_pv_bpf; do
	[ -d /sys/module/$module ] || insmod /lib/modules/pv/$module.ko
done
ktap_set_plan 10

check "pvhost run --bpf names an object that does not exist" rejects "No such file" \
	--bpf /nonesuch.bpf.o -- -accel kvm
check "pvhost run --bpf rejects --backend" rejects "a device in BPF accepts only" \
	--bpf $OBJECT --backend uclamp -- -accel kvm
check "pvhost run --bpf rejects a base in memory" rejects "is memory or a device of the VM" \
	--bpf $OBJECT --table "$TABLE" --base "$MEMORY" -- -accel kvm
check "pvhost attach --bpf notifies the manager of services and ends with the VM" notifies
RUN_OPTIONS="--bpf $OBJECT --table $TABLE"
check "a guest of pvhost run --bpf boots and its driver binds" guest_boots
check "the device in BPF holds its module while the guest runs" is_attached
check "pvhost run --bpf has removed its files while the guest runs" no_files
check "the device in BPF ends with the guest" guest_ends
check "the device in BPF ends when QEMU is killed" killed
check "pvhost run --bpf has removed its files when QEMU is killed" no_files

run_cleanup
ktap_finished
