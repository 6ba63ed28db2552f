# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for tests under a running systemd, which is the first process of a PID namespace and has
# the units of pvhost and no others.  A test runs in one of its services, as "TEST inside".  The
# machine needs the part "systemd" of the image.

DIR=/run/pv-systemd
UNITS=$DIR/units
OUT=$DIR/out
CONF=/etc/pvhost
# On the file system of the folder, which then changes once
NEW=/etc/pvhost-new

# unit NAME LINE...
unit()
{
	local name=$1

	shift
	printf '%s\n' "$@" > "$UNITS/$name"
}

# install TEST: the units of pvhost, and those that all units require
install()
{
	local target

	for target in sysinit basic shutdown paths timers; do
		unit $target.target '[Unit]' "Description=$target"
	done
	unit test.service '[Unit]' SuccessAction=exit-force FailureAction=exit-force '[Service]' \
		Type=oneshot "WorkingDirectory=$PWD" "ExecStart=/bin/sh $PWD/$1 inside" \
		"Environment=PATH=$PATH" "StandardOutput=file:$OUT" StandardError=inherit
	cp units/* $UNITS/
	mkdir -p /usr/sbin /var/tmp $CONF/bpf
	chmod 755 $CONF $CONF/bpf
	ln -sf "$(command -v pvhost)" /usr/sbin/pvhost
	grep -q cgroup2 /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
}

# run: systemd ends when test.service ends
# shellcheck disable=SC2016
run()
{
	unshare -m -p -f sh -c 'mount -t proc proc /proc && exec env -i container=test PATH="$PATH" \
		SYSTEMD_UNIT_PATH="$0" SYSTEMD_LOG_TARGET=console \
		/lib/systemd/systemd --system --show-status=no --unit=test.service' $UNITS \
		< /dev/null > $DIR/log 2>&1
}

# outside TEST: run a test under systemd and print its output
outside()
{
	[ -x /lib/systemd/systemd ] || skip_all "no systemd"
	[ -c /dev/kvm ] || skip_all "no /dev/kvm"
	rm -rf $DIR
	mkdir -p $UNITS
	install "$1"
	run
	cat $OUT
	grep -q '^# Totals' $OUT || sed 's/^/# /' $DIR/log
	rm -rf $CONF
	grep -q '^# Totals.* fail:0 ' $OUT
}

# conf NAME LINE...: the file of a VM
conf()
{
	local name=$1

	shift
	printf '%s\n' "$@" > $NEW && mv $NEW "$CONF/$name.conf"
}

# state UNIT STATE
state()
{
	[ "$(systemctl show -P ActiveState "$1")" = "$2" ]
}
