#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost save and restore under a guest whose driver shares memory: put back into the same
# QEMU, and into another one, to which the guest migrates.
# needs: host

. ../lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000,1800000
MIN=600000 MID=1200000 MAX=1800000
STATE=/tmp/save-state
L2_RESULTS=/tmp/save-l2
# A guest boots in that.
TRIES=600
SOCKET=/tmp/save-migrate
HERE=/run/l2-here THERE=/run/l2-there

# boots OPTIONS: a guest with a monitor, as $L2_PID in $L2_DIR
boots()
{
	mkdir -p "$L2_DIR"
	L2_OPTS="$(l2_describe "$RIG_SMP")" || return
	rm -f "$L2_DIR/monitor.in" "$L2_DIR/monitor.out"
	mkfifo "$L2_DIR/monitor.in" "$L2_DIR/monitor.out"
	cat "$L2_DIR/monitor.out" >> "$L2_DIR/said" &
	L2_OPTS="$L2_OPTS -chardev pipe,id=monitor,path=$L2_DIR/monitor \
		-mon chardev=monitor,mode=readline $1"
	# Words are separated by commas in between.
	l2_start save-guest.sh "$MAX,$MID,$MIN"
}

# answers COMMAND TEXT: whether QEMU's monitor says that
answers()
{
	echo "$1" > "$L2_DIR/monitor.in"
	sleep 0.2
	grep -qF "$2" "$L2_DIR/said"
}

stops()
{
	: > "$L2_DIR/said"
	echo stop > "$L2_DIR/monitor.in"
	soon answers "info status" "VM status: paused"
}

# has COUNT TEXT: so many lines of the statistics; sums have one of their own
has()
{
	local is

	is=$(pvhost stats --pid "$L2_PID" --json | grep -c "$2")
	[ "$is" = "$1" ] && return 0
	ktap_print_msg "$is lines, not $1, have $2"
	return 1
}

guest_boots()
{
	L2_DIR=$HERE
	boots "" && pvhost attach --pid "$L2_PID" --timeout 60 --vcpus "$RIG_SMP" --table $TABLE \
			> /dev/null &&
		l2_wait saved && has "$RIG_SMP" '"record": true'
}

puts_back()
{
	pvhost save --pid "$L2_PID" $STATE && pvhost detach --pid "$L2_PID" &&
		pvhost restore --pid "$L2_PID" $STATE > /dev/null
}

# asked_once KHZ: the host knows what was asked for, and was not told
asked_once()
{
	has "$RIG_SMP" "\"request\": $1," && has $((RIG_SMP + 1)) '"requests": 0,' &&
		has $((RIG_SMP + 1)) '"lazy": 0,' && has "$RIG_SMP" '"record": true' &&
		has "$RIG_SMP" '"dropped": 0,'
}

# goes_on LAST NEXT: from one sync to the next
goes_on()
{
	echo cont > "$L2_DIR/monitor.in"
	l2_go "$1"
	l2_wait "$2"
}

# What the guest has left in memory
asked_lazily()
{
	has "$RIG_SMP" "\"request\": $MID," && has $((RIG_SMP + 1)) '"requests": 0,' &&
		has 0 '"lazy": 0,'
}

# The token that the guest will say is in its memory already.
migrates()
{
	local here=$L2_PID token=$L2_TOKEN

	rm -f $SOCKET
	kill "$L2_TAIL"
	L2_DIR=$THERE
	boots "-S -incoming unix:$SOCKET" || return
	L2_TOKEN=$token
	soon [ -S $SOCKET ] || return
	echo "migrate unix:$SOCKET" > $HERE/monitor.in
	soon answers "info migrate" "Migration status: completed" || return

	pvhost save --pid "$here" $STATE && kill "$here" || return
	wait "$here" 2> /dev/null
	pvhost restore --pid "$L2_PID" < $STATE > /dev/null
}

guest_ends()
{
	l2_go last
	l2_finish
}

unloads()
{
	rmmod kvm_pv 2> /dev/null
}

ktap_print_header
[ -c /dev/kvm ] || {
	ktap_skip_all "no /dev/kvm"
	exit "$KSFT_SKIP"
}
[ -d /sys/module/kvm_pv ] || insmod /lib/modules/pv/kvm_pv.ko || exit 1
ktap_set_plan 14

check "a guest boots and shares memory" guest_boots
check "it stops" stops
check "its host is saved, detached and put back" puts_back
check "the host has all that was asked for" asked_once $MAX
check "the guest goes on and has lost nothing" goes_on saved moved
check "it has asked in memory only" asked_lazily
check "it stops once more" stops
check "it migrates to another QEMU, and its host with it" migrates
check "that has all that was asked for" asked_once $MID
check "the guest goes on there and has lost nothing" goes_on moved last
check "the host has heard the last of it" has "$RIG_SMP" "\"request\": $MIN,"
check "and had no register written" has $((RIG_SMP + 1)) '"requests": 0,'
check "it ends" guest_ends
check "rmmod" soon unloads

rm -rf $L2_RESULTS $STATE $SOCKET $HERE $THERE
ktap_finished
