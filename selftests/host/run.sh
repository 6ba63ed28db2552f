#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost run: an unmodified QEMU with the command line of its user is attached before its guest
# runs.  pvhost-options.sh tests the command lines that it rejects without a host.
# needs: host full

. ./run-lib.sh

RUN_OPTIONS="--table $TABLE"
BIN=/tmp/run-bin
CONFIG=/tmp/run-config
FIRMWARE=/usr/share/qemu-efi-aarch64/QEMU_EFI.fd

detached()
{
	[ ! -d /sys/module/kvm_pv ] || attached 0
}

# The PATH has all programs but iasl.
without_iasl()
{
	mkdir -p $BIN
	ln -sf /usr/bin/pvhost "/usr/bin/$QEMU" $BIN/
	(
		PATH=$BIN
		! run --describe -- -accel kvm
	) > "$OUT" 2>&1 < /dev/null && has "install the package acpica-tools" && nothing_left
}

# configured MACHINE TEXT: the command line does not show the machine, but QEMU does
configured()
{
	printf '[machine]\n  type = "%s"\n' "$1" > $CONFIG
	rejects "$2" --describe -- -accel kvm -readconfig $CONFIG
}

# words: the number of words that pvhost run adds to the command line of QEMU
words()
{
	local all

	start -- -accel kvm
	all=$(tr '\0' '\n' < /proc/"$pid"/cmdline | wc -l)
	kill "$pid"
	wait "$pid"
	# The command line of run() with -accel kvm has 14 words.
	echo $((all - 14))
}

# answers TEXT: QEMU's monitor reports a guest status with TEXT
answers()
{
	echo "info status"
	sleep 0.2
	grep -qF "$1" "$OUT"
}

# types TEXT: prints what a user types to the console of QEMU, which is its monitor by
# default.  pvhost lets the guest run some time after it attaches the VM, so the status is
# requested until it has TEXT.
types()
{
	soon attached 1
	printf '\001c'
	soon answers "$1"
	echo quit
	soon attached 0
}

# status TEXT ARGUMENT...: the guest has that status
status()
{
	local text="VM status: $1"

	shift
	types "$text" | run -- "$@" > "$OUT" 2>&1 && has "$text" && nothing_left
}

# runs ARGUMENT...
runs()
{
	status running -accel kvm "$@"
}

# runs_described [ARGUMENT]...
# shellcheck disable=SC2120
runs_described()
{
	RUN_OPTIONS="$RUN_OPTIONS --describe"
	runs "$@"
	RUN_OPTIONS=${RUN_OPTIONS% --describe}
}

# QEMU has no privilege of the user who starts it, and gets none by executing a program.
is_user()
{
	local status result=0

	chmod 666 /dev/kvm
	RUN_USER="--user nobody"
	start -- -accel kvm
	RUN_USER=--as-root
	status=$(tr '\t' ' ' < "/proc/$pid/status")
	says "Uid: 65534 65534 65534 65534" "$status" &&
		says "Gid: 65534 65534 65534 65534" "$status" &&
		says "CapPrm: 0000000000000000" "$status" &&
		says "NoNewPrivs: 1" "$status" || result=$?
	kill "$pid"
	wait "$pid"
	[ $result = 0 ] && nothing_left
}

described_for_user()
{
	local result=0

	RUN_USER="--user nobody"
	# shellcheck disable=SC2119
	runs_described || result=$?
	RUN_USER=--as-root
	return $result
}

stays_stopped()
{
	status "paused (prelaunch)" -enable-kvm -S
}

counts_cpus()
{
	local vcpus

	start -- -accel kvm -smp 1,maxcpus=3 -S
	vcpus=$(pvhost list --json | grep '"vcpus"' | tr -dc 0-9)
	kill "$pid"
	wait "$pid"
	[ "$vcpus" = 3 ] || ktap_print_msg "$vcpus CPUs"
	[ "$vcpus" = 3 ] && nothing_left
}

# ends SIGNAL STATUS: the process is QEMU, and SIGNAL ends it with that exit status
ends()
{
	local rc program

	start -- -accel kvm
	program=$(readlink /proc/"$pid"/exe)
	kill "-$1" "$pid"
	wait "$pid"
	rc=$?
	ktap_print_msg "$program, exit status $rc"
	[ "$program" = "/usr/bin/$QEMU" ] && [ $rc = "$2" ] && nothing_left
}

# All CPUs have sent a request.
all_cpus_have_requests()
{
	local text="\"requests\": 0,"

	pvhost stats --pid "$L2_PID" --json > "$OUT" &&
		[ "$(grep -c '"cpu"' "$OUT")" = "$RIG_SMP" ] && ! grep -qF "$text" "$OUT"
}

ktap_print_header
[ ! -d /sys/module/kvm_pv ] || unloads || skip_all "kvm_pv is in use"
ktap_set_plan 21

check "pvhost run without the module names modprobe" rejects "modprobe kvm_pv" -- -accel kvm
insmod "$KO"
case $(l2_arch) in
x86_64)
	check "pvhost run starts microvm" runs -M microvm
	check "pvhost run --describe rejects a machine without ACPI on x86" \
		rejects "without ACPI" --describe -- -accel kvm -M acpi=off
	check "pvhost run --describe rejects microvm of a configuration file" configured microvm \
		"machine microvm: "
	check "pvhost run --describe without iasl names its package" without_iasl ;;
arm64)
	check "pvhost run starts a machine with firmware and ACPI" runs -bios "$FIRMWARE"
	check "pvhost run --describe rejects firmware with ACPI on arm64" \
		rejects "add -M acpi=off" --describe -- -accel kvm -bios "/usr/bin/$QEMU"
	check "pvhost run --describe rejects -dtb on arm64" rejects "leave out -dtb" --describe -- \
		-accel kvm -dtb some.dtb
	check "pvhost run --describe starts a machine without ACPI on arm64" \
		runs_described -M acpi=off ;;
esac
# -readconfig with its file, and -S
check_is "pvhost run adds a monitor and -S to the command line" "$(words)" 3
check "pvhost run --describe starts the guest" runs_described
check "pvhost run --user starts QEMU without privileges" is_user
check "pvhost run --user --describe starts the guest" described_for_user
check "pvhost run leaves nothing when QEMU fails" rejects "nonesuch" -- \
	-accel kvm -device nonesuch
check "pvhost run starts no guest with a base in memory" rejects "choose another --base" \
	--base "$MEMORY" -- -accel kvm
check "no VM is attached after rejected arguments" attached 0

check "pvhost run starts the guest and keeps QEMU's default monitor" runs
check "pvhost run keeps a guest of -S stopped" stays_stopped
check "pvhost run serves the CPUs that may be plugged" counts_cpus
check "SIGTERM to pvhost run ends QEMU" ends TERM 0
check "SIGKILL to pvhost run ends QEMU" ends KILL 137
check "a guest of pvhost run boots and its driver binds" guest_boots
check "all CPUs of the guest have sent requests" all_cpus_have_requests
check "the guest of pvhost run ends without error" guest_ends
check "rmmod of kvm_pv succeeds after the last VM" unloads

run_cleanup
rm -rf $BIN $CONFIG
ktap_finished
