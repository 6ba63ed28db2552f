#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost save and pvhost restore with a VM that does not run.  restore-files.sh tests the
# files that pvhost restore rejects without a VM.
# needs: host check

. ./lib.sh

TABLE=600000,1200000
DIR=/tmp/saved
GOOD=$DIR/good
BAD=$DIR/bad
case $(uname -m) in
x86_64)  MEMORY=0x100000 ;;
aarch64) MEMORY=0x40000000 ;;
esac

end()
{
	end_vmm
	rm -rf $DIR
}
trap end EXIT

saves()
{
	local state cpu

	cpu='"sel":0,"request":null,"vcpu_id":null,"record":false,"record_address":0'
	cpu="$cpu,\"record_vcpu_id\":null}"
	pvhost save --pid "$vmm" > $GOOD || return
	state=$(tr -d ' \n' < $GOOD)
	says '{"format":"pvhost-state","version":1,"base":' "$state" &&
		says ',"vcpus":2,"table":[600000,1200000],"backend":"record"' "$state" &&
		says '"margin_percent":null,"expose_tid":true,"cap_khz":600000' "$state" &&
		says "\"cap_generation\":1,\"cpus\":[{\"cpu\":0,\"domain\":7,$cpu" "$state" &&
		says "{\"cpu\":1,\"domain\":7,$cpu]}" "$state"
}

# An existing file is replaced as a whole.
saves_to_file()
{
	echo old > $DIR/file
	pvhost save --pid "$vmm" $DIR/file && cmp -s $DIR/file $GOOD &&
		pvhost save --pid "$vmm" /dev/null && [ -c /dev/null ]
}

keeps_file()
{
	echo old > $DIR/full
	refuses "no/file: No such file" pvhost save --pid "$vmm" $DIR/no/file &&
		refuses "no VM of process $$" pvhost save --pid $$ $DIR/full &&
		[ "$(cat $DIR/full)" = old ]
}

# The file system has one page, which the old file uses.
keeps_file_without_space()
{
	mkdir $DIR/small && mount -t tmpfs -o size=4k none $DIR/small || return
	echo old > $DIR/small/file
	refuses "No space left" pvhost save --pid "$vmm" $DIR/small/file &&
		[ "$(ls $DIR/small)" = file ] && [ "$(cat $DIR/small/file)" = old ]
	set -- $?
	umount $DIR/small
	return "$1"
}

# restores_all COMMAND...: after COMMAND the VM has the state of the good file
restores_all()
{
	pvhost detach --pid "$vmm" && "$@" && pvhost save --pid "$vmm" $DIR/again &&
		cmp $DIR/again $GOOD
}

from_file()
{
	pvhost restore --pid "$vmm" $GOOD > /dev/null
}

from_input()
{
	pvhost restore --pid "$vmm" < $GOOD > /dev/null
}

# A record of an existing vCPU at an address without memory
reports_dropped()
{
	sed -e '/"cpu": 0/,/}/s/"record": false/"record": true/' \
		-e '/"cpu": 0/,/}/s/"record_address": 0/"record_address": 1125899906842624/' \
		-e '/"cpu": 0/,/}/s/"record_vcpu_id": null/"record_vcpu_id": 1/' $GOOD > $BAD
	prints "records of 1 CPUs cannot be used" pvhost restore --pid "$vmm" $BAD &&
		says '"record":false,"record_writes":0,"dropped":1,"drop_reason":"memory"' \
			"$(json stats)" && pvhost detach --pid "$vmm"
}

# edited TEXT EDIT...: the good file is rejected after EDIT by sed, and no VM is attached
edited()
{
	local text=$1

	shift
	sed "$@" $GOOD > $BAD
	if cmp -s $GOOD $BAD; then
		ktap_print_msg "sed $* changes nothing"
		return 1
	fi
	refuses "$text" pvhost restore --pid "$vmm" $BAD && attached 0
}

ktap_print_header
[ -c /dev/kvm ] || skip_all "no /dev/kvm"
[ -d /sys/module/kvm_pv ] || insmod "$KO" || exit 1
mkdir -p $DIR
start_vmm
ktap_set_plan 14

pvhost attach --pid "$vmm" --table $TABLE --domains 7,7 --expose-tid > /dev/null &&
	pvhost cap --pid "$vmm" 600000 || exit 1
check "pvhost save rejects a process without an attached VM" refuses "no VM of process $$" \
	pvhost save --pid $$
check "pvhost save rejects an unknown id" refuses "no VM of id 4000000000" \
	pvhost save --id 4000000000
check "pvhost save prints all registers and options" saves
check "pvhost save replaces an existing file" saves_to_file
check "pvhost save that fails does not change the file" keeps_file
check "pvhost save that runs out of space leaves the old file only" keeps_file_without_space

check "pvhost restore rejects a VM that is attached" refuses "attached already: detach it first" \
	pvhost restore --pid "$vmm" $GOOD
check "pvhost restore from a file restores all" restores_all from_file
check "pvhost restore from standard input restores all" restores_all from_input
pvhost detach --pid "$vmm"
check "pvhost restore rejects a process without a VM" refuses "is no VMM" \
	pvhost restore --pid $$ --timeout 0 $GOOD
check "pvhost restore reports a record that cannot be used" reports_dropped
check "pvhost restore rejects a base in memory, and no VM is attached" \
	edited "is not the one that was saved" "s/\"base\": [0-9]*/\"base\": $((MEMORY))/"
check "pvhost restore rejects an unaligned base, and no VM is attached" \
	edited "base is no multiple of 4096" 's/"base": [0-9]*/"base": 4100/'
check "pvhost restore rejects two records of a vCPU, and no VM is attached" \
	edited "cpus[1].record_vcpu_id is 1, as that of cpus[0]" \
	-e 's/"record": false/"record": true/' -e 's/"record_vcpu_id": null/"record_vcpu_id": 1/'

ktap_finished
