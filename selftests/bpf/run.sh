#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost run --bpf: an unmodified QEMU whose guest finds a device in BPF
# needs: host-bpf

. ../lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000
OBJECT=/usr/lib/pvguest/vcpufreq.bpf.o
L2_RESULTS=/tmp/run-l2
SAID=/tmp/run-said
TRIES=600
case $(l2_arch) in
x86_64)	QEMU=qemu-system-x86_64 MACHINE=q35 MEMORY=0x100000 ;;
arm64)	QEMU=qemu-system-aarch64 MACHINE=virt MEMORY=0x40000000 ;;
esac

# Links of struct_ops are what keeps devices, and the module.
held()
{
	[ "$(cat /sys/module/kvm_pv_bpf/refcnt)" != 0 ]
}

free()
{
	! held
}

no_files()
{
	! ls -d /tmp/pvhost.??????/ > /dev/null 2>&1
}

# refuses TEXT OPTION...: no guest runs, and nothing stays behind
refuses()
{
	local text=$1

	shift
	! timeout 60 pvhost run "$@" -- "$QEMU" -M "$MACHINE" -accel kvm -cpu host -m 64 -net none \
		-vga none -nographic > $SAID 2>&1 < /dev/null || return
	grep -q -- "$text" $SAID && soon no_files && soon free && return
	sed 's/^/# /' $SAID
	return 1
}

guest_boots()
{
	L2_RUN="pvhost run --bpf $OBJECT --table $TABLE --" l2_start pvhost-guest.sh "${TABLE#*,}"
	l2_wait asked
}

guest_ends()
{
	l2_go asked
	l2_finish && soon free
}

# QEMU is killed: who holds the device sees it.
killed()
{
	pvhost run --bpf $OBJECT --table $TABLE -- "$QEMU" -M "$MACHINE" -accel kvm -cpu host -m 64 \
		-net none -vga none -nographic -S > $SAID 2>&1 < /dev/null &
	soon held && soon no_files && kill -9 $! || return
	wait $!
	soon free
}

ktap_print_header
[ -f /lib/modules/pv/kvm_pv_bpf.ko ] || {
	ktap_skip_all 'this kernel has no kvm_pv_bpf.ko'
	exit "$KSFT_SKIP"
}
for module in kvm_pv kvm_pv_bpf; do
	[ -d /sys/module/$module ] || insmod /lib/modules/pv/$module.ko
done
ktap_set_plan 9

check "no such file" refuses "No such file" --bpf /nonesuch.bpf.o
check "an option of the device in C" refuses "not for --bpf" --bpf $OBJECT --backend uclamp
check "base in memory" refuses "is memory or a device of the VM" --bpf $OBJECT --table $TABLE \
	--base "$MEMORY"
check "a guest boots and finds the device" guest_boots
check "it is held" held
check "there are no files any more" no_files
check "it ends, and the device with it" guest_ends
check "QEMU is killed, and the device is gone" killed
check "once more: files neither" no_files

rm -rf /run/l2 $L2_RESULTS $SAID
ktap_finished
