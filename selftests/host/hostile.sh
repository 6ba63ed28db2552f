#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A guest has done to this host what it can, see hostile-guest.sh: what the host has
# counted of that.  The guest is still attached.
# needs: host-hostile
#
# Told by the environment:
#
#   L2_PID      process of the VM
#   L2_CONSOLE  where its counts are
#   L2_MARK     what the log had before

. ../lib.sh

# shellcheck disable=SC2153
MARK=$L2_MARK

# done_by_guest NAME: a count of the guest's
done_by_guest()
{
	tr -d '\r' < "$L2_CONSOLE" | sed -n "s/^# hostile $1 //p" | tail -n 1
}

stats=$(pvhost stats --pid "$L2_PID" --json | tr -d ' \n')

# counted NAME: a count of the host's, of the whole VM
counted()
{
	printf '%s\n' "${stats%%\"cpus\":*}" | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

# counted_cpus NAME: likewise, where only its CPUs have it
counted_cpus()
{
	printf '%s\n' "$stats" | grep -o "\"$1\":[0-9]*" | awk -F : '{ sum += $2 } END { print sum + 0 }'
}

at_least()
{
	ktap_print_msg "$1, at least $2"
	[ "$1" -ge "$2" ]
}

others_listed()
{
	[ "$(pvhost list --json | grep -o '"pid"' | wc -l)" = 2 ]
}

ktap_print_header
ktap_set_plan 9

ops=$(done_by_guest ops)
ms=$(done_by_guest ms)
[ -n "$ops" ] || ktap_exit_fail_msg "$L2_CONSOLE has no counts of the guest"
ktap_print_msg "$ops operations in $ms ms, $((ops * 1000 / (ms + 1))) in a second"
check_is "reads" "$(counted reads)" "$(done_by_guest reads)"
check_is "requests" "$(counted requests)" "$(done_by_guest requests)"
check_is "hypercalls" "$(counted hypercalls)" "$(done_by_guest calls)"
check "refused" at_least "$(counted refused)" "$(done_by_guest refused)"
check "requests from memory" at_least "$(counted lazy)" 1
check "writes to memory" at_least "$(counted_cpus record_writes)" 1
check "records that were dropped" at_least "$(counted_cpus dropped)" 1
check "both VMs are listed" others_listed
check "the log is clean" clean
ktap_finished
