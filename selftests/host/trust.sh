#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Selection by name ignores processes that another user could have started to be selected, and a
# device in BPF must be in a file that no other user can change.
# needs: native unit

. ../lib.sh

OTHER=65534
NAME=pvtrust$$

tmp=$(mktemp -d) || exit 1
chmod 755 "$tmp"
pids=
trap 'kill $pids 2> /dev/null; rm -rf "$tmp"' EXIT

# program PROGRAM FILE [MODE]: a copy of a program of the system
program()
{
	rm -f "$tmp/$2"
	cp "$(command -v "$1")" "$tmp/$2" && chmod "${3:-755}" "$tmp/$2"
}

# Argument of sh: waits for input from the file that follows
# shellcheck disable=SC2016
WAIT='read -r line < "$0"; :'

# start COMM COMMAND...: starts a process, which is $pid, and waits until it has the name
start()
{
	local comm=$1

	shift
	"$@" > /dev/null 2>&1 < /dev/null &
	pid=$!
	pids="$pids $pid"
	soon comm_is $pid "$comm"
}

end()
{
	# shellcheck disable=SC2086
	kill $pids
	# shellcheck disable=SC2086
	wait $pids 2> /dev/null
	pids=
}

# start_other COMM COMMAND...: as start, for another user
start_other()
{
	local comm=$1

	shift
	start "$comm" setpriv --reuid $OTHER --regid $OTHER --clear-groups "$@"
}

# selects NAME PID: doctor reports about the threads of this process, as it does by --pid
selects()
{
	local rc=0

	pvhost doctor --json --pid "$2" > "$tmp/pid.json"
	pvhost doctor --json --name "$1" > "$tmp/name.json" 2> "$tmp/err" || rc=$?
	[ $rc != 1 ] && cmp "$tmp/pid.json" "$tmp/name.json" && return
	ktap_print_msg "exit status $rc: $(cat "$tmp/err")"
	return 1
}

# ignores TEXT NAME: no process of this name is selected
ignores()
{
	refuses "$1" pvhost doctor --name "$2"
}

# check_root NAME COMMAND...: skips if this user cannot start processes of another one
check_root()
{
	if [ "$(id -u)" = 0 ]; then
		check_with setpriv "$@"
	else
		ktap_test_skip "$1: only root can run processes of another user"
	fi
}

# alone MODE: a process of another user, the program with MODE
alone()
{
	local result=0

	program sleep "$NAME" "$1"
	start_other "$NAME" "$tmp/$NAME" 60
	ignores "process $pid is named \"$NAME\", but it belongs to user $OTHER: use --pid $pid" \
		"$NAME" || result=$?
	end
	return $result
}

beside()
{
	local mine result=0

	program sleep "$NAME"
	start "$NAME" "$tmp/$NAME" 60
	mine=$pid
	start_other "$NAME" "$tmp/$NAME" 60
	selects "$NAME" "$mine" || result=$?
	end
	return $result
}

# An owner of the program can replace what the process does.
program_of_other()
{
	local result=0

	program sleep "$NAME"
	chown $OTHER "$tmp/$NAME"
	start "$NAME" "$tmp/$NAME" 60
	ignores "other users can change its program" "$NAME" || result=$?
	end
	return $result
}

writable_program()
{
	local result=0

	program sleep "$NAME" 757
	start "$NAME" "$tmp/$NAME" 60
	ignores "other users can change its program" "$NAME" || result=$?
	end
	return $result
}

by_process()
{
	local result=0

	program sleep "$NAME"
	start "$NAME" "$tmp/$NAME" 60
	selects "$NAME" "$pid" || result=$?
	end
	return $result
}

# qemu NAME OPTION VALUE: a program with the name of QEMU and this option has that name
qemu()
{
	local name=$1 result=0

	shift
	program sh qemu-pvtrust
	start qemu-pvtrust "$tmp/qemu-pvtrust" -c "$WAIT" "$tmp/fifo" "$@"
	selects "$name" "$pid" || result=$?
	end
	return $result
}

# The command line and the name of the process are those of a QEMU, the program is not.
not_qemu()
{
	local result=0

	ln -sf "$(command -v sh)" "$tmp/qemu-link"
	start qemu-link "$tmp/qemu-link" -c "$WAIT" "$tmp/fifo" -name "$NAME"
	ignores "no VM is named \"$NAME\"" "$NAME" || result=$?
	end
	return $result
}

# bpf TEXT FILE: attach --bpf rejects the file
bpf()
{
	refuses "$1" pvhost attach --pid $$ --bpf "$2"
}

bpf_of_other()
{
	chown $OTHER "$tmp/device.bpf.o" && bpf "other users can change this file" "$tmp/device.bpf.o"
}

describes()
{
	pvhost describe --arch arm64 "$tmp/device.bpf.o" > /dev/null
}

# Nothing writes to it, so who reads from it waits.
mkfifo "$tmp/fifo"

ktap_print_header
ktap_set_plan 15

check "--name selects a process by its name" by_process
check "--name selects a QEMU by -name" qemu "$NAME" -name "$NAME"
check "--name selects a QEMU by guest= of -name" qemu "$NAME" -name "debug-threads=on,guest=$NAME"
check "--name selects a QEMU by a name with a comma" qemu "$NAME,b" -name "$NAME,,b,process=x"
check "--name uses the last -name of a QEMU" qemu "$NAME" -name other$$ -name "$NAME"
check "--name ignores -name of a program that only has the command line of a QEMU" not_qemu
check "--name ignores a process if other users can write to its program" writable_program
check_root "--name ignores a process if another user owns its program" program_of_other
check_root "--name ignores a process of another user" alone 755
check_root "--name ignores a process of another user that is not dumpable" alone 711
check_root "a process of another user does not prevent the selection of a VM" beside

cp "$PV_OBJECTS/pl031.bpf.o" "$tmp/device.bpf.o"
chmod 666 "$tmp/device.bpf.o"
check "attach --bpf rejects a file that other users can write to" \
	bpf "other users can change this file" "$tmp/device.bpf.o"
check "describe accepts a file that other users can write to" describes
chmod 644 "$tmp/device.bpf.o"
if [ -e /sys/kernel/btf/kvm_pv_bpf ]; then
	ktap_test_skip "attach --bpf accepts a file that only this user can write to: kvm_pv_bpf is loaded"
else
	check "attach --bpf accepts a file that only this user can write to" \
		bpf "kvm_pv_bpf" "$tmp/device.bpf.o"
fi
check_root "attach --bpf rejects a file of another user" bpf_of_other

ktap_finished
