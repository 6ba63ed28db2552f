#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The hook for libvirt under a running libvirtd and systemd: libvirtd starts, saves, restores and
# ends domains, which run QEMU on KVM with firmware only.  The machine needs the parts "systemd" and
# "libvirt" of the image.
# needs: libvirtd full

. ./lib.sh
. ./systemd-lib.sh

LIBVIRT=/etc/libvirt
HOOK=$LIBVIRT/hooks/qemu.d/pvhost
SAVED=$DIR/saved
TABLE='table = 600000,900000,1200000'
UNIT='pvhost@pv\x2done.service'

# configure: libvirtd as root, without the services that it can use
configure()
{
	mkdir -p ${HOOK%/*} /var/lib/libvirt /var/cache/libvirt
	cp libvirt-hook $HOOK
	chmod 755 $HOOK
	# As on Debian: pvhost looks for domains in /run, and the driver asks for its default user.
	[ -e /var/run ] || ln -s /run /var/run
	grep -q libvirt-qemu /etc/passwd || {
		echo 'libvirt-qemu:x:64055:64055::/:/bin/false' >> /etc/passwd
		echo 'libvirt-qemu:x:64055:' >> /etc/group
	}
	printf '%s\n' 'auth_unix_rw = "none"' 'host_uuid_source = "machine-id"' > $LIBVIRT/libvirtd.conf
	printf '%s\n' 'user = "root"' 'group = "root"' 'security_driver = "none"' \
		'stdio_handler = "file"' 'namespaces = []' 'cgroup_controllers = []' \
		'dynamic_ownership = 0' 'remember_owner = 0' > $LIBVIRT/qemu.conf
	[ -s /etc/machine-id ] || tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id
	unit libvirtd.service '[Unit]' Description=libvirtd '[Service]' "Environment=PATH=$PATH" \
		KillMode=process 'ExecStart=/usr/sbin/libvirtd' "StandardOutput=file:$DIR/libvirtd.log" \
		StandardError=inherit
}

# domain NAME: print the XML of a domain
domain()
{
	cat <<-XML
		<domain type='kvm'>
		  <name>$1</name>
		  <memory unit='MiB'>64</memory>
		  <vcpu>2</vcpu>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <cpu mode='host-passthrough'/>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    <controller type='usb' model='none'/>
		    <memballoon model='none'/>
		  </devices>
		</domain>
	XML
}

virsh()
{
	LC_ALL=C command virsh -q -c qemu:///system "$@"
}

# answers: the first command, for which libvirtd asks QEMU what it supports
answers()
{
	systemctl start libvirtd.service && soon virsh list > /dev/null 2>&1 && return
	tail -n 30 "$DIR/libvirtd.log" | sed 's/^/# /'
	return 1
}

# defines NAME
defines()
{
	domain "$1" > "$DIR/$1.xml" && virsh define "$DIR/$1.xml"
}

runs()
{
	[ "$(virsh domstate "$1")" = running ]
}

# attached_as NAME: a VM of this name is attached, and it is the QEMU of the domain
attached_as()
{
	attached 1 && json list | grep -q "\"pid\":$(cat "/run/libvirt/qemu/$1.pid"),"
}

starts()
{
	virsh start "$1" && runs "$1"
}

# keeps: libvirtd that starts again finds the domain, and the unit stays
keeps()
{
	local pid

	pid=$(systemctl show -P MainPID "$UNIT")
	[ "$pid" != 0 ] && systemctl restart libvirtd.service && answers && runs pv-one &&
		[ "$(systemctl show -P MainPID "$UNIT")" = "$pid" ] && attached_as pv-one
}

saves()
{
	virsh save pv-one "$SAVED" && soon attached 0 && soon state "$UNIT" inactive
}

restores()
{
	virsh restore "$SAVED" && runs pv-one && soon attached_as pv-one
}

destroys()
{
	virsh destroy "$1" && soon attached 0
}

# attaches_by_domain: without the unit
attaches_by_domain()
{
	pvhost attach --libvirt pv-two --table 600000,1200000 && attached_as pv-two
}

# starts_without_unit NAME: a file that pvhost refuses does not keep libvirtd from the start
starts_without_unit()
{
	conf "$1" 'table = 2,1' && starts "$1" && soon state 'pvhost@pv\x2dtwo.service' failed && attached 0
}

inside()
{
	ktap_print_header
	ktap_set_plan 12
	TRIES=100
	configure
	check "libvirtd answers" answers
	check "libvirtd defines a domain with a file of pvhost" defines pv-one
	check "libvirtd defines a domain without one" defines pv-two
	conf pv-one "$TABLE"
	check "libvirtd starts the domain" starts pv-one
	check "the hook attaches a domain that starts" soon attached_as pv-one
	check "a restart of libvirtd keeps the VM attached" keeps
	check "a domain that is saved is detached" saves
	check "the hook attaches a domain that is restored" restores
	check "a domain that is destroyed is detached" destroys pv-one
	check "a domain with an invalid file starts" starts_without_unit pv-two
	check "pvhost attach --libvirt attaches a domain" attaches_by_domain
	check "pvhost detaches a VM whose domain is destroyed" destroys pv-two
	ktap_finished
}

case ${1-} in
inside)
	inside ;;
*)
	[ -x /usr/sbin/libvirtd ] || skip_all "no libvirtd"
	rm -rf $LIBVIRT
	outside libvirtd.sh ;;
esac
