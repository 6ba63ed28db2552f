#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The requests of a guest are in force again soon after a snapshot was loaded, in the same QEMU or
# in another one, and after a live migration.  The guest then traces its exits as before.
# needs: reset check

. ./lib.sh

LOST="the host has another request, requests sent again"
ATTACHED="host side attached, requests sent again"
DETACHED="host side detached, using registers"
STATE=/run/state
SOCKET=/run/migrate
# For the temporary disk
export TMPDIR=/run

# A snapshot requires a disk.
boots_and_binds()
{
	truncate -s 1M /run/disk &&
		start /run/source -drive if=none,id=disk,file=/run/disk,format=raw,snapshot=on &&
		boots && attach && binds "$LOW"
}

# requests_are KHZ COUNT TEXT: in force again, and the driver has logged TEXT so often
requests_are()
{
	in_force "$1" && order "logged $2 $3"
}

# asks KHZ: the guest requests another frequency
asks()
{
	order "ask $1" && in_force "$1"
}

loads()
{
	hmp "loadvm low" && requests_are "$LOW" 1 "$LOST"
}

# The snapshot is older than the attach.
loads_after_attach()
{
	pvhost detach --pid "$L2_PID" && attach &&
		requests_are "$LOW" 1 "$ATTACHED" && asks "$MAX" &&
		hmp "loadvm low" && requests_are "$LOW" 1 "$ATTACHED"
}

# starts DIR URI: another QEMU waits for the guest, which has printed its token already
starts()
{
	local token=$L2_TOKEN

	SOURCE_PID=$L2_PID SOURCE_DIR=$L2_DIR SOURCE_RESULTS=$L2_RESULTS
	kill "$L2_TAIL"
	start "$1" -incoming "$2"
	L2_TOKEN=$token BOOTS=0
}

# at_source COMMAND...: a command for the QEMU that the guest leaves
at_source()
{
	local pid=$L2_PID dir=$L2_DIR results=$L2_RESULTS status=0

	L2_PID=$SOURCE_PID L2_DIR=$SOURCE_DIR L2_RESULTS=$SOURCE_RESULTS
	"$@" || status=$?
	L2_PID=$pid L2_DIR=$dir L2_RESULTS=$results
	return $status
}

has_migrated()
{
	qmp '"query-migrate"' && answer | grep -q '"completed"'
}

# migrates URI: the guest leaves its QEMU
migrates()
{
	qmp '"migrate"' "{ \"uri\": \"$1\" }" && within "$PATIENCE" has_migrated
}

# The guest has arrived.  What arrives at a serial line before that is lost.
runs()
{
	qmp '"query-status"' && answer | grep -q '"running": true'
}

# The other QEMU is attached before the guest arrives.
moves()
{
	starts /run/target unix:$SOCKET && attach &&
		at_source migrates unix:$SOCKET && within "$PATIENCE" runs && kill "$SOURCE_PID"
}

moves_by_file()
{
	migrates "exec:cat>$STATE" && starts /run/loaded "exec:cat<$STATE" &&
		within "$PATIENCE" runs && kill "$SOURCE_PID" && order "logged 1 $DETACHED"
}

attaches()
{
	attach && requests_are "$HIGH" 3 "$ATTACHED"
}

ktap_print_header
L2_MEMORY=192M
prepare || exit 1
ktap_set_plan 16

check "the guest boots and its requests are in force" boots_and_binds
check "QEMU saves a snapshot of the guest" hmp "savevm low"
check "requests after the snapshot are in force" asks "$MAX"
check "the requests of a loaded snapshot are in force again" loads
check "exits are traced after a snapshot was loaded" order traces
check "the requests of a snapshot that is older than the attach are in force again" \
	loads_after_attach
check "exits are traced after a snapshot that is older than the attach was loaded" order traces
check "the guest migrates to another QEMU that is attached" moves
check "the requests of a guest that has migrated are in force again" \
	requests_are "$LOW" 2 "$ATTACHED"
check "exits are traced after the migration" order traces
check "requests after the migration are in force" asks "$HIGH"
check "QEMU saves the guest to a file, and another QEMU loads it" moves_by_file
check "the requests of a guest that was loaded are in force after an attach" attaches
check "exits are traced after an attach" order traces
check "the guest ends without error after its migrations" guest_ends
check "kvm_pv unloads after the migrations" soon rmmod kvm_pv
ktap_finished
