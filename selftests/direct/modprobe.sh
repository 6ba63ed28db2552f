#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Without KVM modprobe of pv_hypercall, which depends on pv_hypervisor, fails with ENODEV
# needs: direct check each-kernel

. ../lib.sh

index=/lib/modules/$(uname -r)

# fails COMMAND...: the output goes to $message
fails()
{
	! message=$("$@" 2>&1)
}

# has TEXT STRING
has()
{
	case $2 in
	*"$1"*)	return 0 ;;
	*)	return 1 ;;
	esac
}

ktap_print_header
mkdir -p "$index"
if ! mount -t tmpfs pv "$index"; then
	ktap_skip_all "cannot mount over $index"
	exit "$KSFT_SKIP"
fi
trap 'umount "$index"' EXIT
cp /lib/modules/pv/pv_hypervisor.ko /lib/modules/pv/pv_hypercall.ko "$index/"
printf 'pv_hypervisor.ko:\npv_hypercall.ko: pv_hypervisor.ko\n' > "$index/modules.dep"

ktap_set_plan 3
check 'modprobe pv_hypercall fails without KVM' fails modprobe pv_hypercall
ktap_print_msg "$message"
check 'modprobe pv_hypercall reports "No such device"' has 'No such device' "$message"
check '/dev/pv_hypercall does not exist after modprobe failed' [ ! -e /dev/pv_hypercall ]
ktap_finished
