#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The hook for libvirt: what it has systemd do.
# needs: host

. ../lib.sh

HOOK=$PWD/libvirt-hook
BIN=/tmp/libvirt-bin
SAID=/tmp/libvirt-said
CONF=/etc/pvhost
path=$BIN:$PATH

# stub NAME COMMAND: in the place of a program of systemd's
stub()
{
	printf '#!/bin/sh\n%s\n' "$2" > "$BIN/$1"
	chmod +x "$BIN/$1"
}

# does WANTED DOMAIN OPERATION SUB-OPERATION: exactly that, and the hook succeeds
does()
{
	local wanted=$1 rc

	shift
	: > $SAID
	PATH=$path "$HOOK" "$@" - < /dev/null 2> /dev/null
	rc=$?
	[ $rc = 0 ] && [ "$(cat $SAID)" = "$wanted" ] && return 0
	ktap_print_msg "exit status $rc, '$(cat $SAID)'"
	return 1
}

ktap_print_header
ktap_set_plan 8

mkdir -p $BIN $CONF
: > $CONF/pv-one.conf
: > "$CONF/pv two.conf"
# shellcheck disable=SC2016
stub systemctl "echo \"\$*\" >> $SAID; exit 1"
# shellcheck disable=SC2016
stub systemd-escape 'echo "${1#--template=}" | sed "s/@/@$(echo "$3" | sed "s/ /-/")/"'

check "started" does "--no-block restart pvhost@pv-one.service" pv-one started begin
check "stopped" does "--no-block stop pvhost@pv-one.service" pv-one stopped end
check "a name with a space" does "--no-block restart pvhost@pv-two.service" "pv two" started begin
check "prepared" does "" pv-one prepare begin
check "reconnected" does "" pv-one reconnect begin
check "released" does "" pv-one release end
check "a domain that nobody configured" does "" pv-other started begin
path=/nonexistent
check "no systemd" does "" pv-one started begin

rm -r $BIN $SAID $CONF/pv-one.conf "$CONF/pv two.conf"
rmdir $CONF 2> /dev/null
ktap_finished
