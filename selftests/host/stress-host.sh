#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The host's counts after the operations of a malicious guest, see stress-guest.sh.  The guest
# is still attached.
# needs: host-stress check each-kernel
#
# Environment:
#
#   L2_PID      process of the VM
#   L2_CONSOLE  file with the counts of the guest
#   L2_MARK     text in the host's log before the operations

. ../lib.sh

# shellcheck disable=SC2153
MARK=$L2_MARK

# by_guest NAME: prints a count of the guest
by_guest()
{
	tr -d '\r' < "$L2_CONSOLE" | sed -n "s/^# stress $1 //p" | tail -n 1
}

stats=$(pvhost stats --pid "$L2_PID" --json | tr -d ' \n')

# by_host NAME: prints a count of the host for the VM
by_host()
{
	printf '%s\n' "${stats%%\"cpus\":*}" | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

at_least()
{
	ktap_print_msg "$1, at least $2"
	[ "$1" -ge "$2" ]
}

both_listed()
{
	[ "$(pvhost list --json | grep -o '"pid"' | wc -l)" = 2 ]
}

ktap_print_header
ktap_set_plan 8

ops=$(by_guest ops)
ms=$(by_guest ms)
[ -n "$ops" ] || ktap_exit_fail_msg "$L2_CONSOLE has no counts of the guest"
ktap_print_msg "$ops operations in $ms ms, $((ops * 1000 / (ms + 1))) in a second"
check_is "the host counts all reads of the malicious guest" "$(by_host reads)" "$(by_guest reads)"
check_is "the host counts all requests of the malicious guest" "$(by_host register_writes)" \
	"$(by_guest requests)"
check_is "the host counts all hypercalls of the malicious guest" "$(by_host hypercalls)" \
	"$(by_guest calls)"
check_is "the host counts all rejected accesses of the malicious guest" "$(by_host refused)" \
	"$(by_guest refused)"
check "the host accepts requests from the shared pages of the malicious guest" \
	at_least "$(by_host deferred)" 1
check "the malicious guest has shared pages" [ -n "$(by_host shared)" ]
check "pvhost lists the malicious guest and the other VM" both_listed
check "the malicious guest causes no error in the host's log" clean
ktap_finished
