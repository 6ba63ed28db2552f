# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests of pvhost run, with the device of kvm_pv or with a device in BPF.
# The script that includes them defines
#
#   RUN_OPTIONS  options of pvhost run in all tests
#   RUN_USER     option with the user of QEMU, --as-root by default
#   detached     a command: the VM has no device

. ./lib.sh
. /rig/lib.sh
. /rig/host.sh

TABLE=600000,1200000
RUN_USER=--as-root
L2_RESULTS=/tmp/run-l2
# What pvhost and QEMU print
OUT=/tmp/run-out
# A guest boots within TRIES.
TRIES=600
how=
case $(l2_arch) in
x86_64)	QEMU=qemu-system-x86_64 MACHINE=q35 MEMORY=0x100000 ;;
arm64)	QEMU=qemu-system-aarch64 MACHINE=virt MEMORY=0x40000000 ;;
esac

# run OPTION... -- ARGUMENT...: pvhost run of a QEMU without guest and network; with how=exec
# the process of the shell becomes QEMU
run()
{
	local option options=''

	for option; do
		shift
		[ "$option" != -- ] || break
		options="$options $option"
	done
	# shellcheck disable=SC2086
	set -- pvhost run $RUN_USER $RUN_OPTIONS $options -- $QEMU -M $MACHINE -cpu host -m 64 -vga none \
		-net none -nographic "$@"
	$how "$@"
}

# start OPTION... -- ARGUMENT...: QEMU as process $pid, when its device is attached
start()
{
	how="exec" run "$@" > $OUT 2>&1 < /dev/null &
	pid=$!
	soon is_attached
}

is_attached()
{
	! detached
}

has()
{
	grep -qF -- "$1" $OUT && return 0
	ktap_print_msg "no \"$1\" in: $(cat $OUT)"
	return 1
}

no_files()
{
	! ls -d /tmp/pvhost.??????/ > /dev/null 2>&1
}

# A process in the background removes the files, and VMs end asynchronously.
nothing_left()
{
	soon no_files && soon detached
}

# rejects TEXT OPTION... -- ARGUMENT...: no guest runs, and nothing is left
rejects()
{
	local text=$1

	shift
	! run "$@" > $OUT 2>&1 < /dev/null && has "$text" && nothing_left
}

guest_boots()
{
	L2_RUN="pvhost run $RUN_USER $RUN_OPTIONS --" l2_start pvhost "${TABLE#*,}"
	l2_wait asked
}

guest_ends()
{
	l2_go asked
	l2_finish && nothing_left
}

run_cleanup()
{
	rm -rf /run/l2 $L2_RESULTS $OUT
}
