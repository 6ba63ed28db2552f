#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# This guest is malicious: a test module sends random accesses and hypercalls to the host.  No
# driver is bound to the device.  The script prints the module's counts; stress-host.sh
# compares them with those of the host.
# needs: guest-stress check each-kernel
#
# Environment:
#
#   PV_OPS   number of operations (5000)
#   PV_SEED  seed of the random numbers (1)

. ../lib.sh

PV_OPS=${PV_OPS:-5000}
PV_SEED=${PV_SEED:-1}
COUNTS=/sys/kernel/debug/kvm_pv_stress/counts
case $(uname -m) in
x86_64)  BASE=0xfef00000 SHARED=0x4000000000 ;;
aarch64) BASE=0x0b800000 SHARED=0x0b000000 ;;
esac

count()
{
	sed -n "s/^$1 //p" $COUNTS
}

# ends: the operations end before the time-out of the whole test
ends()
{
	while [ "$(count running)" -gt 0 ]; do
		sleep 0.2
	done
}

all_done()
{
	[ "$(count ops)" -ge "$PV_OPS" ]
}

mark
ktap_print_header
ktap_set_plan 5

check "the module of the malicious guest loads" insmod /lib/modules/pv/kvm_pv_stress.ko \
	base="$BASE" shared="$SHARED" ops="$PV_OPS" seed="$PV_SEED"
[ -f $COUNTS ] || ktap_exit_fail_msg "$COUNTS does not exist"
ends
check "the malicious guest does $PV_OPS operations with seed $PV_SEED" all_done
while read -r name value; do
	ktap_print_msg "stress $name $value"
done < $COUNTS
check_is "no result violates a rule of the interface" "$(count wrong)" 0
check "the module of the malicious guest unloads" rmmod kvm_pv_stress
check "the log of the malicious guest has no error" clean
ktap_finished
