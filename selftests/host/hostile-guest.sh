#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# This guest does to its host what it can; no driver is bound to the device.  The counts
# are printed for the host, which compares them with its own.
# needs: guest-hostile
#
# Told by the environment:
#
#   PV_OPS   operations (50000)
#   PV_SEED  of the random numbers (1)

. ../lib.sh

PV_OPS=${PV_OPS:-50000}
PV_SEED=${PV_SEED:-1}
COUNTS=/sys/kernel/debug/kvm_pv_hostile/counts
case $(uname -m) in
x86_64)  BASE=0xfef00000 ;;
aarch64) BASE=0x0b800000 ;;
esac

count()
{
	sed -n "s/^$1 //p" $COUNTS
}

# The time-out is that of the test.
through()
{
	while [ "$(count running)" -gt 0 ]; do
		sleep 1
	done
}

done_all()
{
	[ "$(count ops)" -ge "$PV_OPS" ]
}

mark
ktap_print_header
ktap_set_plan 5

check "the module" insmod /lib/modules/pv/kvm_pv_hostile.ko base="$BASE" ops="$PV_OPS" \
	seed="$PV_SEED"
[ -f $COUNTS ] || ktap_exit_fail_msg "nothing can be done"
through
check "$PV_OPS operations of seed $PV_SEED" done_all
while read -r name value; do
	ktap_print_msg "hostile $name $value"
done < $COUNTS
check_is "answers that break a rule" "$(count wrong)" 0
check "unloading it" rmmod kvm_pv_hostile
check "the log is clean" clean
ktap_finished
