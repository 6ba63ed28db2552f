#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# An unmodified QEMU that runs a real guest is killed while it is attached.
# needs: host

. ../lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000
ROUNDS=2

attached()
{
	pvhost list --json | grep -q '"pid"'
}

# A VM dies when the last thread of its VMM has gone.
gone()
{
	! attached
}

dead()
{
	! kill -0 "$1" 2> /dev/null
}

in_use()
{
	! rmmod kvm_pv 2> /dev/null
}

# All that the kernel has said since it booted
MARK='Linux version'
TROUBLE="$TROUBLE|refcount|leak"
ktap_print_header
ktap_set_plan $((ROUNDS * 6 + 2))

insmod /lib/modules/pv/kvm_pv.ko
# Half of the guests die in firmware, half while Linux boots.
round=1
while [ $round -le $ROUNDS ]; do
	l2_start none.sh
	pid=$L2_PID
	check "round $round: attach" pvhost attach --pid "$pid" --timeout 60 \
		--vcpus 2 --table $TABLE
	check "round $round: listed" attached
	check "round $round: rmmod while attached is refused" in_use
	sleep $((round * 2 - 2))
	check "round $round: kill -9" kill -9 "$pid"
	wait "$pid" 2> /dev/null
	check "round $round: attached no more" soon gone
	check "round $round: the process has gone" dead "$pid"
	kill "$L2_TAIL"
	exec 8>&-
	round=$((round + 1))
done
check "rmmod" soon rmmod kvm_pv 2> /dev/null
check "the log is clean" clean
rm -rf /run/l2

ktap_finished
