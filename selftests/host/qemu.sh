#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# An unmodified QEMU with a real guest is killed while it is attached.
# needs: host check

. ./lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000
ROUNDS=2

dead()
{
	! kill -0 "$1" 2> /dev/null
}

rmmod_refused()
{
	! rmmod kvm_pv 2> /dev/null
}

TROUBLE="$TROUBLE|refcount|leak"
mark
ktap_print_header
ktap_set_plan $((ROUNDS * 6 + 2))

insmod "$KO"
# The first guest is killed in its firmware, the second one while Linux boots.
round=1
while [ $round -le $ROUNDS ]; do
	name="QEMU $round of $ROUNDS"
	l2_start none
	pid=$L2_PID
	check "$name: pvhost attach succeeds" pvhost attach --pid "$pid" --timeout 60 \
		--vcpus 2 --table $TABLE
	check "$name: pvhost list shows the VM" attached 1
	check "$name: rmmod of kvm_pv fails while it is attached" rmmod_refused
	sleep $((round * 2 - 2))
	check "$name: SIGKILL is sent" kill -9 "$pid"
	wait "$pid" 2> /dev/null
	check "$name: pvhost list does not show the VM after its end" soon attached 0
	check "$name: the process ends" dead "$pid"
	kill "$L2_TAIL"
	exec 8>&-
	round=$((round + 1))
done
check "rmmod of kvm_pv succeeds after the last QEMU" unloads
check "QEMU that is killed causes no error in the host's log" clean
rm -rf /run/l2

ktap_finished
