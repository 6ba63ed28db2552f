#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# As reset.sh, for kexec and for a crash kernel with one CPU, which is not the first vCPU.
# needs: reset check

. ./lib.sh

# A BAR has a size that is a power of 2.
KERNEL_ROOM=64M

boots_and_binds()
{
	cp /rig/vmlinuz /run/kernel && truncate -s $KERNEL_ROOM /run/kernel || return
	start /run/kexec -object \
		"memory-backend-file,id=kernel,mem-path=/run/kernel,size=$KERNEL_ROOM,share=on" \
		-device ivshmem-plain,memdev=kernel &&
		boots && attach && binds "$HIGH"
}

get_kernel()
{
	order "kernel $(wc -c < /rig/vmlinuz)"
}

kexecs()
{
	get_kernel && order load_next && sent kexec_next
}

crashes()
{
	get_kernel && order load_crash && sent panic_crashes
}

runs_on_last_vcpu()
{
	order "cpus 0" && [ "$(stats_of 0 vcpu_id)" = $((RIG_SMP - 1)) ]
}

ktap_print_header
L2_MEMORY=768M
prepare '*copy-bar' 'lib/*-linux-*' 'lib64*' 'lib/ld-*' \
	'*libsmartcols*' '*libjson-c*' || exit 1
echo "$(l2_append) crashkernel=192M retain_initrd" > /rig/l2-append
ktap_set_plan 10

check "the guest boots and its requests are in force" boots_and_binds
survives kexec "$LOW" "$RIG_SMP" kexecs
survives "crash kernel" "$MAX" 1 crashes
check "the crash kernel runs on the last vCPU only" runs_on_last_vcpu
check "the guest ends without error after a crash" guest_ends
check "kvm_pv unloads after a crash" soon rmmod kvm_pv
ktap_finished
