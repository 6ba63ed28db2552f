#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost run: an unmodified QEMU with its user's command line, attached before its guest
# runs.
# needs: host

. ../lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000
L2_RESULTS=/tmp/run-l2
SAID=/tmp/run-said
BIN=/tmp/run-bin
how=
case $(l2_arch) in
x86_64)	QEMU=qemu-system-x86_64 OTHER=qemu-system-aarch64 MACHINE=q35 MEMORY=0x100000 ;;
arm64)	QEMU=qemu-system-aarch64 OTHER=qemu-system-x86_64 MACHINE=virt MEMORY=0x40000000 ;;
esac

# run OPTION... -- ARGUMENT...: pvhost run of a QEMU that has neither guest nor network;
# how=exec: in the place of the shell
run()
{
	local option options=''

	for option; do
		shift
		[ "$option" != -- ] || break
		options="$options $option"
	done
	# shellcheck disable=SC2086
	set -- pvhost run --table $TABLE $options -- $QEMU -M $MACHINE -cpu host -m 64 -vga none \
		-net none -nographic "$@"
	$how "$@"
}

has()
{
	grep -qF "$1" $SAID && return 0
	ktap_print_msg "no \"$1\" in: $(cat $SAID)"
	return 1
}

attached()
{
	[ "$(pvhost list --json | grep -c '"pid"')" = "$1" ]
}

TRIES=200

no_files()
{
	! ls -d /tmp/pvhost.??????/ > /dev/null 2>&1
}

# Files are removed by a process that nobody waits for, and so end VMs.
nothing_left()
{
	soon no_files && { [ ! -d /sys/module/kvm_pv ] || soon attached 0; }
}

# refuses TEXT OPTION... -- ARGUMENT...
refuses()
{
	local text=$1

	shift
	! run "$@" > $SAID 2>&1 < /dev/null && has "$text" && nothing_left
}

refuses_program()
{
	local text=$1

	shift
	! pvhost run --table $TABLE -- "$@" > $SAID 2>&1 < /dev/null && has "$text"
}

# All that is needed but iasl
without_iasl()
{
	mkdir -p $BIN
	ln -sf /usr/bin/pvhost "/usr/bin/$QEMU" $BIN/
	(
		PATH=$BIN
		! run -- -accel kvm
	) > $SAID 2>&1 < /dev/null && has "install the package acpica-tools" && nothing_left
}

# answers TEXT: what QEMU says of the guest's status has that in it
answers()
{
	echo "info status"
	sleep 0.2
	grep -qF "$1" $SAID
}

# types TEXT: into the console, that is the monitor that QEMU has by default.  pvhost lets
# the guest run some time after it is attached, so it is asked until the answer has the text.
types()
{
	soon attached 1
	sleep 1
	printf '\001c'
	sleep 0.5
	soon answers "$1"
	echo quit
	sleep 1
}

# status TEXT ARGUMENT...: that of the guest
status()
{
	local text="VM status: $1"

	shift
	types "$text" | run -- "$@" > $SAID 2>&1 && has "$text" && nothing_left
}

# runs ARGUMENT...
runs()
{
	status running -accel kvm "$@"
}

stays_stopped()
{
	status "paused (prelaunch)" -enable-kvm -S
}

# start ARGUMENT...: as process $pid
start()
{
	how="exec" run -- -accel kvm "$@" > $SAID 2>&1 < /dev/null &
	pid=$!
	soon attached 1
}

counts_cpus()
{
	local vcpus

	start -smp 1,maxcpus=3 -S
	vcpus=$(pvhost list --json | grep '"vcpus"' | tr -dc 0-9)
	kill $pid
	wait $pid
	[ "$vcpus" = 3 ] || ktap_print_msg "$vcpus CPUs"
	[ "$vcpus" = 3 ] && nothing_left
}

# ends SIGNAL STATUS: the process is QEMU
ends()
{
	local rc program

	start
	program=$(readlink /proc/$pid/exe)
	kill "-$1" $pid
	wait $pid
	rc=$?
	ktap_print_msg "$program, exit status $rc"
	[ "$program" = "/usr/bin/$QEMU" ] && [ $rc = "$2" ] && nothing_left
}

guest_boots()
{
	L2_RUN="pvhost run --table $TABLE --" l2_start pvhost-guest.sh "${TABLE#*,}"
	l2_wait asked
}

guest_asked()
{
	local text="\"requests\": 0,"

	pvhost stats --pid "$L2_PID" --json > $SAID &&
		[ "$(grep -c '"cpu"' $SAID)" = "$RIG_SMP" ] && ! grep -qF "$text" $SAID
}

guest_ends()
{
	l2_go asked
	l2_finish && nothing_left
}

rmmod_works()
{
	soon rmmod kvm_pv 2> /dev/null
}

ktap_print_header
[ ! -d /sys/module/kvm_pv ] || rmmod_works || {
	ktap_skip_all "kvm_pv is in use"
	exit "$KSFT_SKIP"
}
ktap_set_plan 26

check "no module" refuses "modprobe kvm_pv" -- -accel kvm
insmod /lib/modules/pv/kvm_pv.ko
check "nothing to run" refuses_program "how QEMU is started"
check "no such program" refuses_program "there is no qemu-fly" qemu-fly -accel kvm
check "QEMU for another architecture" refuses_program "there is no $OTHER" "$OTHER" -accel kvm
check "no KVM" refuses "add -accel kvm" -- -m 64
check "KVM in the kernel's command line only" refuses "add -accel kvm" -- -append -enable-kvm
check "-smp in letters" refuses "is no number" -- -accel kvm -smp two
check "-smp of 0" refuses "is no number" -- -accel kvm -smp cpus=0
check "domains of other CPUs" refuses "2 domains for 6 CPUs" --domains 0,1 -- \
	-M accel=kvm -smp sockets=3,cores=2
check "domains of CPUs of the machine" refuses "2 domains for 8 CPUs" --domains 0,1 -- \
	-smp 3 -M accel=kvm,smp.maxcpus=8
check "-daemonize" refuses "in the background" -- -accel kvm -daemonize
check "-preconfig" refuses "pvhost attach" -- -accel kvm --preconfig
case $(l2_arch) in
x86_64)
	check "no ACPI" refuses "without ACPI" -- -accel kvm -M acpi=off
	check "no iasl" without_iasl ;;
arm64)
	check "a device tree" refuses "leave out -dtb" -- -accel kvm -dtb some.dtb
	check "no ACPI" runs -M acpi=off ;;
esac
check "QEMU that fails" refuses "nonesuch" -- -accel kvm -device nonesuch
check "base in memory: no guest runs" refuses "choose another --base" --base "$MEMORY" -- -accel kvm
check "nothing of that is attached" attached 0

check "the guest runs, and QEMU has its default monitor" runs
check "the guest of -S does not" stays_stopped
check "CPUs that may be plugged" counts_cpus
check "SIGTERM is QEMU's" ends TERM 0
check "SIGKILL is QEMU's" ends KILL 137
check "a guest boots and finds the device" guest_boots
check "all its CPUs have asked" guest_asked
check "it ends" guest_ends
check "rmmod" rmmod_works

rm -rf /run/l2 $L2_RESULTS $SAID $BIN
ktap_finished
