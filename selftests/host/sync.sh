#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost sync attaches the running VMs that have a file, and brings caps up to date.
# sync-files.sh tests invalid files.
# needs: host check

. ./lib.sh

DIR=/tmp/pvhost-sync
OUT=/tmp/pvhost-sync.out
SOCKET=/tmp/pvhost-sync.socket
QEMU=/tmp/qemu-sync

stay=
qemu=

finish()
{
	[ -z "$stay" ] || kill "$stay" 2> /dev/null
	[ -z "$qemu" ] || kill -9 "$qemu" 2> /dev/null
	end_vmm
	rm -rf $DIR $OUT $SOCKET $QEMU
}

# conf NAME LINE...: the file of a VM
conf()
{
	local name=$1

	shift
	printf '%s\n' "$@" > "$DIR/$name.conf"
}

# syncs TEXT [ARG]...: sync succeeds, prints TEXT, and nothing else
syncs()
{
	local text=$1

	shift
	prints "$text" pvhost sync --config-dir $DIR "$@" || return
	[ "$OUTPUT" = "$text" ] && return
	ktap_print_msg "prints: $OUTPUT"
	return 1
}

# syncs_like PATTERN [ARG]...: sync succeeds, and prints one line that the pattern matches
syncs_like()
{
	local pattern=$1

	shift
	prints "" pvhost sync --config-dir $DIR "$@" || return
	echo "$OUTPUT" | grep -qx "$pattern" && [ "$(echo "$OUTPUT" | wc -l)" = 1 ] && return
	ktap_print_msg "prints: $OUTPUT"
	return 1
}

# lists TEXT: the list contains TEXT
lists()
{
	says "$1" "$(json list)"
}

# state: the list without ids; the order of VMs does not matter
state()
{
	json list | sed 's/[{}]/\n/g' | sed 's/^"id":[0-9]*,//; s/^,$//' | sort
}

# start_qemu NAME: a process that has the name of a QEMU, with a VM of this name
start_qemu()
{
	cp ./vmm $QEMU
	$QEMU -S -name "guest=$1,debug-threads=on" &
	qemu=$!
	soon comm_is $qemu qemu-sync
}

end_qemu()
{
	kill -9 "$qemu"
	wait "$qemu" 2> /dev/null
	qemu=
}

# twice: two commands at the same time, of which one attaches the VM
twice()
{
	local first

	pvhost sync --config-dir $DIR > $OUT &
	first=$!
	prints "" pvhost sync --config-dir $DIR || return
	wait $first || return
	OUTPUT="$OUTPUT
$(cat $OUT)"
	[ "$(echo "$OUTPUT" | grep -c '^vmm: attached')" = 1 ] &&
		[ "$(echo "$OUTPUT" | grep -c '^vmm: unchanged$')" = 1 ] && return
	ktap_print_msg "$OUTPUT"
	return 1
}

# fails TEXT: sync fails and prints TEXT, besides the lines of other VMs
fails()
{
	local status=0

	OUTPUT=$(pvhost sync --config-dir $DIR 2>&1) || status=$?
	[ $status = 1 ] && says "$1" "$OUTPUT"
}

# A file that is invalid does not prevent that another VM is attached.
one_fails()
{
	conf broken "tabel = 1"
	fails "pvhost: $DIR/broken.conf:1: unknown key" &&
		echo "$OUTPUT" | grep -q '^vmm: attached' && attached 1
}

reload_module()
{
	local before

	before=$(state)
	pvhost detach --all && unloads && insmod "$KO" || return
	[ "$(state)" = "$before" ] && return 1
	pvhost sync --config-dir $DIR > $OUT || return
	[ "$(grep -c ': attached' $OUT)" = 2 ] && [ "$(state)" = "$before" ] && return
	ktap_print_msg "$(cat $OUT): before" "$before" "after" "$(state)"
	return 1
}

# start_stay: pvhost sync --stay as a service, ready
start_stay()
{
	local rc=0

	waits_for "message: READY=1" $OUT ./notify $SOCKET \
		pvhost sync --stay --config-dir $DIR vmm || rc=$?
	stay=$PID
	return $rc
}

# stay_ends: it ends with exit status 0
stay_ends()
{
	local rc=0

	wait "$stay" || rc=$?
	stay=
	[ $rc = 0 ] && return
	ktap_print_msg "exit status $rc: $(cat $OUT)"
	return 1
}

reloads()
{
	conf vmm "table = 600000,1200000" "cap = 600000"
	kill -HUP "$stay" && appears "vmm: cap 600000 kHz, was none" $OUT "$stay" &&
		lists '"cap_khz":600000'
}

stay_detaches()
{
	kill "$stay" && stay_ends && attached 0
}

# The process of the service does not keep the module in use.
unloads_while_staying()
{
	pvhost detach --all && unloads && insmod "$KO"
}

ends_with_vm()
{
	local rc=0

	kill -9 "$vmm"
	stay_ends || rc=1
	vmm=
	return $rc
}

ktap_print_header
[ -c /dev/kvm ] || skip_all "no /dev/kvm"
[ -d /sys/module/kvm_pv ] || insmod "$KO"
ktap_set_plan 33

trap finish EXIT
rm -rf $DIR
mkdir -m 755 $DIR
start_vmm
soon comm_is "$vmm" vmm

check "sync without files prints nothing" syncs ""
conf vmm "table = 600000,1200000" "shared = none"
check "sync attaches a running VM that has a file" \
	syncs_like "vmm: attached, id [0-9]*, process $vmm, 2 CPUs, backend [a-z-]*"
check "sync attaches with the options of the file" lists '"shared":null,"vcpus":2'
check "sync leaves an attached VM as it is" syncs "vmm: unchanged"
check "sync of a named VM leaves it as it is" syncs "vmm: unchanged" vmm
conf vmm "table = 600000,1200000" "shared = none" "cap = 600000"
check "sync changes the cap" syncs "vmm: cap 600000 kHz, was none"
check "the cap of the file is in effect" lists '"cap_khz":600000'
conf vmm "table = 600000,1200000" "shared = none"
check "sync keeps the cap if the file has none" syncs "vmm: unchanged"
conf vmm "table = 600000,1200000" "shared = none" "cap = none"
check "sync removes the cap" syncs "vmm: cap none, was 600000 kHz"
conf vmm "table = 600000,1200000" "shared = none" "cap = 1200000"
check "sync takes a cap of the highest frequency for no cap" syncs "vmm: unchanged"
conf vmm "table = 600000,1200000" "cap = 5"
check "sync reports a cap that is not in the table" fails "5 kHz is not in the table"
conf vmm "table = 600000,900000"
check "sync reports another table" \
	fails "pvhost: vmm: attached with another table: run pvhost detach --id"
conf vmm "table = 600000,1200000" "vcpus = 1"
check "sync reports another number of vCPUs" fails "attached with another vcpus"
conf vmm "table = 600000,1200000" "expose-exits = yes"
check "sync reports another exposure" fails "another expose-tid, expose-frequency or expose-exits"

conf vmm "table = 600000,1200000" "telemetry = counters"
check "sync reports another level of telemetry" fails "attached with another telemetry"

conf vmm "table = 600000,1200000" "cap = 600000" "expose-tid = yes" "no-hypercalls = yes"
pvhost detach --all
check "sync attaches with a cap" syncs_like "vmm: attached, .*"
check "sync attaches with cap and flags of the file" \
	lists '"expose_tid":true,"expose_frequency":false,"expose_exits":false,"hypercalls":null'

conf one "table = 600000,1200000"
check "sync reports a VM that does not run" syncs "one: not running
vmm: unchanged"
check "sync of a named VM that does not run fails" \
	refuses "pvhost: one: no VM has this name: start it first" pvhost sync --config-dir $DIR one
check "sync of a named VM without file fails" \
	refuses "$DIR/two.conf: no such file: create it" pvhost sync --config-dir $DIR two
start_qemu one
check "sync finds a QEMU by guest= of -name" \
	syncs_like "one: attached, id [0-9]*, process $qemu, .*" one
check "sync restores VMs and caps after rmmod and insmod of kvm_pv" reload_module
end_qemu
rm $DIR/one.conf
check "the VM of a QEMU that is killed is detached" soon attached 1

pvhost detach --all
check "sync needs CAP_SYS_PTRACE" refuses "its program is unknown" \
	./confine CAP_SYS_ADMIN,CAP_DAC_READ_SEARCH pvhost sync --config-dir $DIR vmm
check "sync works with the capabilities of the units" prints "vmm: attached" \
	./confine CAP_SYS_ADMIN,CAP_SYS_PTRACE,CAP_DAC_READ_SEARCH pvhost sync --config-dir $DIR vmm
pvhost detach --all
check "two sync commands at the same time attach a VM once" twice
pvhost detach --all
check "sync attaches a VM next to an invalid file" one_fails
rm $DIR/broken.conf

pvhost detach --all
conf vmm "table = 600000,1200000"
check "sync --stay notifies the manager of services when the VM is attached" start_stay
check "sync --stay reads the file again on SIGHUP" reloads
check "sync --stay detaches the VM on SIGTERM" stay_detaches
SOCKET=@pvhost-sync
check "sync --stay notifies a socket in the abstract namespace" start_stay
check "the module is unloaded while sync --stay runs" unloads_while_staying
check "sync --stay ends with the VM" ends_with_vm
ktap_finished
