#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The hook for libvirt: the commands that it gives to systemd.
# needs: host check

. ../lib.sh

HOOK=$PWD/libvirt-hook
BIN=/tmp/libvirt-bin
CALLS=/tmp/libvirt-calls
CONF=/etc/pvhost
path=$BIN:$PATH

# stub NAME COMMAND: replaces a program of systemd
stub()
{
	printf '#!/bin/sh\n%s\n' "$2" > "$BIN/$1"
	chmod +x "$BIN/$1"
}

# gives EXPECTED DOMAIN OPERATION SUB-OPERATION: systemctl gets exactly the arguments EXPECTED,
# and the hook succeeds
gives()
{
	local expected=$1 rc

	shift
	: > $CALLS
	PATH=$path "$HOOK" "$@" - < /dev/null 2> /dev/null
	rc=$?
	[ $rc = 0 ] && [ "$(cat $CALLS)" = "$expected" ] && return 0
	ktap_print_msg "exit status $rc, '$(cat $CALLS)'"
	return 1
}

# keeps_xml DOMAIN OPERATION SUB-OPERATION: the hook gets XML, and prints nothing
keeps_xml()
{
	: > $CALLS
	OUTPUT=$(echo "<domain/>" | PATH=$path "$HOOK" "$@" - 2>&1) && [ -z "$OUTPUT" ] &&
		[ ! -s $CALLS ] && return 0
	ktap_print_msg "'$OUTPUT', '$(cat $CALLS)'"
	return 1
}

# gives_all EXPECTED OPERATION...: systemctl gets EXPECTED once for all of these operations
gives_all()
{
	local expected=$1 operation

	shift
	: > $CALLS
	for operation; do
		PATH=$path "$HOOK" pv-one "$operation" begin - < /dev/null > /dev/null 2>&1 || return
	done
	[ "$(cat $CALLS)" = "$expected" ] && return 0
	ktap_print_msg "'$(cat $CALLS)'"
	return 1
}

ktap_print_header
ktap_set_plan 12

mkdir -p $BIN $CONF
: > $CONF/pv-one.conf
: > "$CONF/pv two.conf"
# shellcheck disable=SC2016
stub systemctl "echo \"\$*\" >> $CALLS; exit 1"
# shellcheck disable=SC2016
stub systemd-escape 'echo "${1#--template=}" | sed "s/@/@$(echo "$3" | sed "s/ /-/")/"'

check "the libvirt hook starts the unit of a domain that has started" \
	gives "--no-block restart pvhost@pv-one.service" pv-one started begin
check "the libvirt hook stops the unit of a domain that has stopped" \
	gives "--no-block stop pvhost@pv-one.service" pv-one stopped end
check "the libvirt hook escapes a domain name with a space" \
	gives "--no-block restart pvhost@pv-two.service" "pv two" started begin
# What libvirt calls on the destination of a migration, and for a domain that it restores
check "the libvirt hook ignores operation prepare" gives "" pv-one prepare begin
check "the libvirt hook ignores operation start" gives "" pv-one start begin
check "the libvirt hook does not change the XML of a domain that migrates to this host" \
	keeps_xml pv-one migrate begin
check "the libvirt hook does not change the XML of a domain that is restored" \
	keeps_xml pv-one restore begin
check "the libvirt hook starts the unit once for a domain that migrates to this host" \
	gives_all "--no-block restart pvhost@pv-one.service" migrate prepare start started
check "the libvirt hook ignores operation reconnect" gives "" pv-one reconnect begin
check "the libvirt hook ignores operation release" gives "" pv-one release end
check "the libvirt hook ignores a domain without configuration" gives "" pv-other started begin
path=/nonexistent
check "the libvirt hook succeeds without systemd" gives "" pv-one started begin

rm -r $BIN $CALLS $CONF/pv-one.conf "$CONF/pv two.conf"
rmdir $CONF 2> /dev/null
ktap_finished
