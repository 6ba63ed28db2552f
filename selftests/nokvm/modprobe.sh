#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Without KVM: modprobe of pv_hypercall, which needs pv_hypervisor, says that there is
# no such device.
#
# needs: direct check each-kernel

. ../ktap_helpers.sh

index=/lib/modules/$(uname -r)

check()
{
	if [ "$1" = 0 ]; then
		ktap_test_pass "$2"
	else
		ktap_test_fail "$2"
	fi
}

ktap_print_header

mkdir -p "$index"
if ! mount -t tmpfs pv "$index"; then
	ktap_skip_all "cannot mount over $index"
	exit "$KSFT_SKIP"
fi
cp /lib/modules/pv/pv_hypervisor.ko /lib/modules/pv/pv_hypercall.ko "$index/"
printf 'pv_hypervisor.ko:\npv_hypercall.ko: pv_hypervisor.ko\n' > "$index/modules.dep"

ktap_set_plan 3
if message=$(modprobe pv_hypercall 2>&1); then
	check 1 "modprobe fails"
else
	check 0 "modprobe fails"
fi
ktap_print_msg "$message"
case $message in
*"No such device"*) check 0 "modprobe names the reason" ;;
*) check 1 "modprobe names the reason" ;;
esac
[ ! -e /dev/pv_hypercall ]
check $? "no device appears"

umount "$index"
ktap_finished
