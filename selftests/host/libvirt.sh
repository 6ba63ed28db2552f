#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The hook for libvirt: the commands that it gives to systemd.  No libvirtd runs, see libvirtd.sh: the
# hook gets the arguments and the XML that libvirt passes.
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

# xml: prints the XML of a domain as libvirt passes it
xml()
{
	cat <<-'XML'
		<domain type='kvm' id='1'>
		  <name>pv-one</name>
		  <uuid>8c9f1c0e-5a0b-4a0e-9d4e-0d8c5f3f2b11</uuid>
		  <memory unit='KiB'>1048576</memory>
		  <vcpu placement='static'>2</vcpu>
		  <os>
		    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
		  </os>
		</domain>
	XML
}

# gives EXPECTED DOMAIN OPERATION SUB-OPERATION: systemctl gets exactly the arguments EXPECTED,
# and the hook succeeds
gives()
{
	local expected=$1 rc

	shift
	: > $CALLS
	xml | PATH=$path "$HOOK" "$@" - 2> /dev/null
	rc=$?
	[ $rc = 0 ] && [ "$(cat $CALLS)" = "$expected" ] && return 0
	ktap_print_msg "exit status $rc, '$(cat $CALLS)'"
	return 1
}

# keeps_xml DOMAIN OPERATION SUB-OPERATION: the hook gets XML, and prints nothing
keeps_xml()
{
	: > $CALLS
	OUTPUT=$(xml | PATH=$path "$HOOK" "$@" - 2>&1) && [ -z "$OUTPUT" ] &&
		[ ! -s $CALLS ] && return 0
	ktap_print_msg "'$OUTPUT', '$(cat $CALLS)'"
	return 1
}

# gives_all EXPECTED OPERATION/SUB-OPERATION...: systemctl gets EXPECTED for all of these operations
gives_all()
{
	local expected=$1 operation

	shift
	: > $CALLS
	for operation; do
		xml | PATH=$path "$HOOK" pv-one "${operation%/*}" "${operation#*/}" - > /dev/null 2>&1 ||
			return
	done
	[ "$(cat $CALLS)" = "$expected" ] && return 0
	ktap_print_msg "'$(cat $CALLS)'"
	return 1
}

ktap_print_header
ktap_set_plan 17

mkdir -p $BIN $CONF/bpf
: > $CONF/pv-one.conf
: > $CONF/bpf/pv-bpf.conf
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
check "the libvirt hook starts the unit once for a domain that starts" gives_all \
	"--no-block restart pvhost@pv-one.service" prepare/begin start/begin started/begin
check "the libvirt hook starts the unit once for a domain that migrates to this host" gives_all \
	"--no-block restart pvhost@pv-one.service" migrate/begin prepare/begin start/begin started/begin
check "the libvirt hook starts the unit once for a domain that is restored" gives_all \
	"--no-block restart pvhost@pv-one.service" restore/begin prepare/begin start/begin started/begin
check "the libvirt hook stops the unit once for a domain that migrates away" gives_all \
	"--no-block stop pvhost@pv-one.service" stopped/end release/end
check "the libvirt hook starts the unit of a domain that runs when libvirtd is restarted" \
	gives "--no-block start pvhost@pv-one.service" pv-one reconnect begin
check "the libvirt hook starts the unit of a device in BPF" \
	gives "--no-block restart pvhost-bpf@pv-bpf.service" pv-bpf started begin
check "the libvirt hook stops the unit of a device in BPF" \
	gives "--no-block stop pvhost-bpf@pv-bpf.service" pv-bpf stopped end
check "the libvirt hook ignores operation release" gives "" pv-one release end
check "the libvirt hook ignores a domain without configuration" gives "" pv-other started begin
path=/nonexistent
check "the libvirt hook succeeds without systemd" gives "" pv-one started begin

rm -r $BIN $CALLS $CONF/pv-one.conf "$CONF/pv two.conf" $CONF/bpf/pv-bpf.conf
rmdir $CONF/bpf $CONF 2> /dev/null
ktap_finished
