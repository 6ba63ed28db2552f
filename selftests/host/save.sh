#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost save and restore of a guest with a driver that shares memory: in the same QEMU, and in
# another QEMU, to which the guest migrates.
# needs: host full

. ./lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000,1800000
MIN=600000 MID=1200000 MAX=1800000
STATE=/tmp/save-state
L2_RESULTS=/tmp/save-l2
# A guest boots within TRIES.
TRIES=600
SOCKET=/tmp/save-migrate
SOURCE=/run/l2-source TARGET=/run/l2-target

# boots OPTIONS: starts a guest with a monitor, as $L2_PID in $L2_DIR
boots()
{
	mkdir -p "$L2_DIR"
	L2_OPTS="$(l2_describe "$RIG_SMP")" || return
	rm -f "$L2_DIR/monitor.in" "$L2_DIR/monitor.out"
	mkfifo "$L2_DIR/monitor.in" "$L2_DIR/monitor.out"
	cat "$L2_DIR/monitor.out" >> "$L2_DIR/monitor.log" &
	L2_OPTS="$L2_OPTS -chardev pipe,id=monitor,path=$L2_DIR/monitor \
		-mon chardev=monitor,mode=readline $1"
	# The rig separates words by commas.
	l2_start save "$MAX,$MID,$MIN"
}

# answers COMMAND TEXT: QEMU's monitor prints TEXT
answers()
{
	echo "$1" > "$L2_DIR/monitor.in"
	sleep 0.2
	grep -qF "$2" "$L2_DIR/monitor.log"
}

stops()
{
	: > "$L2_DIR/monitor.log"
	echo stop > "$L2_DIR/monitor.in"
	soon answers "info status" "VM status: paused"
}

# has COUNT TEXT: COUNT lines of the statistics contain TEXT; sums have a line of their own
has()
{
	local count

	count=$(pvhost stats --pid "$L2_PID" --json | grep -c "$2")
	[ "$count" = "$1" ] && return 0
	ktap_print_msg "$count lines, not $1, have $2"
	return 1
}

guest_boots()
{
	L2_DIR=$SOURCE
	boots "" && pvhost attach --pid "$L2_PID" --timeout 60 --vcpus "$RIG_SMP" --table $TABLE \
			> /dev/null &&
		l2_wait saved && has "$RIG_SMP" '"record": true'
}

restores_in_place()
{
	pvhost save --pid "$L2_PID" $STATE && pvhost detach --pid "$L2_PID" &&
		pvhost restore --pid "$L2_PID" $STATE > /dev/null
}

# restored KHZ: the host has all requests, and has received none since
restored()
{
	has "$RIG_SMP" "\"request\": $1," && has $((RIG_SMP + 1)) '"requests": 0,' &&
		has $((RIG_SMP + 1)) '"lazy": 0,' && has "$RIG_SMP" '"record": true' &&
		has "$RIG_SMP" '"dropped": 0,'
}

# continues LAST NEXT: the guest runs from one sync to the next
continues()
{
	echo cont > "$L2_DIR/monitor.in"
	l2_go "$1"
	l2_wait "$2"
}

# All requests arrived through shared memory.
requested_in_memory()
{
	has "$RIG_SMP" "\"request\": $MID," && has $((RIG_SMP + 1)) '"requests": 0,' &&
		has 0 '"lazy": 0,'
}

# The memory of the guest contains its token already.
migrates()
{
	local source=$L2_PID token=$L2_TOKEN

	rm -f $SOCKET
	kill "$L2_TAIL"
	L2_DIR=$TARGET
	boots "-S -incoming unix:$SOCKET" || return
	L2_TOKEN=$token
	soon [ -S $SOCKET ] || return
	echo "migrate unix:$SOCKET" > $SOURCE/monitor.in
	soon answers "info migrate" "Migration status: completed" || return

	pvhost save --pid "$source" $STATE && kill "$source" || return
	wait "$source" 2> /dev/null
	pvhost restore --pid "$L2_PID" < $STATE > /dev/null
}

guest_ends()
{
	l2_go last
	l2_finish
}

ktap_print_header
[ -c /dev/kvm ] || skip_all "no /dev/kvm"
[ -d /sys/module/kvm_pv ] || insmod "$KO" || exit 1
ktap_set_plan 14

check "a guest boots and shares memory" guest_boots
check "QEMU stops the guest" stops
check "pvhost save, detach and restore succeed while the guest is stopped" restores_in_place
check "pvhost restore restores all requests" restored $MAX
check "the guest continues after pvhost restore without a change" continues saved moved
check "requests after pvhost restore arrive through shared memory" requested_in_memory
check "QEMU stops the guest before its migration" stops
check "the guest migrates to another QEMU, and pvhost restore attaches it" migrates
check "pvhost restore restores all requests after a migration" restored $MID
check "the guest continues after its migration without a change" continues moved last
check "requests after the migration reach the new host" has "$RIG_SMP" "\"request\": $MIN,"
check "the guest writes no register after the migration" \
	has $((RIG_SMP + 1)) '"requests": 0,'
check "the guest ends without error after its migration" guest_ends
check "rmmod of kvm_pv succeeds after a migration" unloads

rm -rf $L2_RESULTS $STATE $SOCKET $SOURCE $TARGET
ktap_finished
