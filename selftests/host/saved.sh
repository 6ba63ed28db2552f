#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What pvhost save writes, and what pvhost restore says to what it did not write.
# needs: host

. ./lib.sh

KO=${KVM_PV_KO:-/lib/modules/pv/kvm_pv.ko}
TABLE=600000,1200000
DIR=/tmp/saved
GOOD=$DIR/good
BAD=$DIR/bad
vmm=

end()
{
	[ -z "$vmm" ] || kill -9 "$vmm"
	wait 2> /dev/null
	rm -rf $DIR
}
trap end EXIT

# Without spaces and line ends
squeezed()
{
	tr -d ' \n' < "$1"
}

attached()
{
	[ "$(pvhost list --json | grep -c '"pid"')" = "$1" ]
}

saves()
{
	local is cpu

	cpu='"sel":0,"request":null,"vcpu_id":null,"record":false,"record_address":0'
	cpu="$cpu,\"record_vcpu_id\":null}"
	pvhost save --pid "$vmm" > $GOOD || return
	is=$(squeezed $GOOD)
	says '{"format":"pvhost-state","version":1,"base":' "$is" &&
		says ',"vcpus":2,"table":[600000,1200000],"backend":"record"' "$is" &&
		says '"margin_percent":null,"expose_tid":true,"cap_khz":600000' "$is" &&
		says "\"cap_generation\":1,\"cpus\":[{\"cpu\":0,\"domain\":7,$cpu" "$is" &&
		says "{\"cpu\":1,\"domain\":7,$cpu]}" "$is"
}

# A file that is there is replaced as a whole, or not at all.
saves_to_file()
{
	echo old > $DIR/file
	pvhost save --pid "$vmm" $DIR/file && cmp -s $DIR/file $GOOD &&
		pvhost save --pid "$vmm" /dev/null && [ -c /dev/null ]
}

keeps_file()
{
	echo old > $DIR/full
	refuses "no/file: No such file" save --pid "$vmm" $DIR/no/file &&
		refuses "no VM of process $$" save --pid $$ $DIR/full && [ "$(cat $DIR/full)" = old ]
}

# A page for the old one, and none for the new one
leaves_nothing()
{
	mkdir $DIR/small && mount -t tmpfs -o size=4k none $DIR/small || return
	echo old > $DIR/small/file
	refuses "No space left" save --pid "$vmm" $DIR/small/file &&
		[ "$(ls $DIR/small)" = file ] && [ "$(cat $DIR/small/file)" = old ]
	set -- $?
	umount $DIR/small
	return "$1"
}

comes_back()
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

# A record of a vCPU that is there, in no memory; and one of a vCPU that is not
tells_dropped()
{
	sed -e '/"cpu": 0/,/}/s/"record": false/"record": true/' \
		-e '/"cpu": 0/,/}/s/"record_address": 0/"record_address": 1125899906842624/' \
		-e '/"cpu": 0/,/}/s/"record_vcpu_id": null/"record_vcpu_id": 1/' $GOOD > $BAD
	prints "records of 1 CPUs cannot be used" restore --pid "$vmm" $BAD &&
		says '"record":false,"record_writes":0,"dropped":1,"drop_reason":"memory"' \
			"$(pvhost stats --json | tr -d ' \n')" &&
		pvhost detach --pid "$vmm"
}

# bad TEXT EDIT...: refused as edited by sed, and nothing is attached
bad()
{
	local text=$1

	shift
	sed "$@" $GOOD > $BAD
	if cmp -s $GOOD $BAD; then
		ktap_print_msg "sed $* changes nothing"
		return 1
	fi
	refuses "$text" restore --pid "$vmm" $BAD && attached 0
}

# garbage TEXT WORD...: refused, and nothing is attached
garbage()
{
	local text=$1

	shift
	printf '%b' "$*" > $BAD
	refuses "$text" restore --pid "$vmm" $BAD && attached 0
}

# The end, cut off at any byte
cut_short()
{
	local size=0 end

	end=$(wc -c < $GOOD)
	while [ $size -lt $((end - 2)) ]; do
		head -c $size $GOOD > $BAD
		! pvhost restore --pid "$vmm" $BAD 2> $DIR/said || return
		grep -q "$BAD: " $DIR/said || {
			ktap_print_msg "$size bytes: $(cat $DIR/said)"
			return 1
		}
		size=$((size + 61))
	done
	attached 0
}

too_long()
{
	head -c 17000000 /dev/zero | tr '\0' ' ' > $BAD
	refuses "more than 16 MiB" restore --pid "$vmm" $BAD
}

ktap_print_header
[ -c /dev/kvm ] || {
	ktap_skip_all "no /dev/kvm"
	exit "$KSFT_SKIP"
}
[ -d /sys/module/kvm_pv ] || insmod "$KO" || exit 1
mkdir -p $DIR
./vmm &
vmm=$!
ktap_set_plan 52

pvhost attach --pid $vmm --table $TABLE --domains 7,7 --expose-tid > /dev/null &&
	pvhost cap --pid $vmm 600000 || exit 1
check "save: no VM said" refuses "one of --pid, --name, --libvirt and --id" save
check "save: two VMs said" refuses "one of --pid, --name, --libvirt and --id" save --pid 1 --id 1
check "save: another process" refuses "no VM of process $$" save --pid $$
check "save: unknown id" refuses "no VM of id 4000000000" save --id 4000000000
check "save: too many words" refuses "what is" save --pid $vmm $DIR/a $DIR/b
check "save" saves
check "save: to a file" saves_to_file
check "save: what fails leaves a file alone" keeps_file
check "save: and nothing beside it" leaves_nothing

check "restore: no VM said" refuses "one of --pid, --name and --libvirt" restore $GOOD
check "restore: too many words" refuses "what is" restore --pid $vmm $GOOD $GOOD
check "restore: no such file" refuses "$DIR/no: No such file" restore --pid $vmm $DIR/no
check "restore: a VM that is attached" refuses "attached already: detach it first" \
	restore --pid $vmm $GOOD
check "restore: all comes back" comes_back from_file
check "restore: from standard input" comes_back from_input
pvhost detach --pid $vmm
check "restore: no VMM" refuses "is no VMM" restore --pid $$ --timeout 0 $GOOD
check "restore: a record that is lost" tells_dropped
check "restore: margin of record" refuses "is for --backend uclamp" \
	restore --pid $vmm --margin 25 $GOOD
check "restore: unknown backend" refuses "it is record, uclamp or freq-qos" \
	restore --pid $vmm --backend fly $GOOD

check "nothing" garbage "ends too soon" ''
check "no JSON" garbage "no JSON" hello
check "zeros" garbage "no JSON" '\0\0\0\0'
check "a number" garbage "no state of a VM" '5 '
check "a list" garbage "no state of a VM" '[]'
check "an empty object" garbage "format is missing" '{}'
check "two objects" garbage "no JSON" "$(cat $GOOD)" '{}'
check "a list of lists" garbage "no JSON" "$(head -c 1000 /dev/zero | tr '\0' '[')"
check "cut short" cut_short
check "too long" too_long
check "another format" bad "format is not \"pvhost-state\"" s/pvhost-state/state/
check "a newer version" bad "saved by a newer pvhost" 's/"version": 1/"version": 2/'
check "a version in words" bad "version is no whole number" 's/"version": 1/"version": "1"/'
check "no base" bad "base is missing" '/"base"/d'
check "unaligned base" bad "base is no multiple of 4096" 's/"base": [0-9]*/"base": 4100/'
check "base that wraps" bad "base is no whole number" \
	's/"base": [0-9]*/"base": 18446744073709547520/'
check "base beyond 64 bits" bad "base is no whole number" 's/"base": [0-9]*/"base": 99999999999999999999/'
check "base below 0" bad "base is no whole number" 's/"base": [0-9]*/"base": -4096/'
check "base in memory" bad "is not the one that was saved" \
	"s/\"base\": [0-9]*/\"base\": $(($(uname -m | grep -q x86 && echo 0x100000 || echo 0x40000000)))/"
check "CPUs that are not there" bad "vcpus is no whole number from 2 to 2" 's/"vcpus": 2/"vcpus": 3/'
check "no CPUs" bad "cpus has 0 entries" '/"cpus"/s/\[/[]}/;/"cpus"/q'
check "a CPU that is none" bad "cpus[0]. is no object" \
	-e 's/"cpus": *\[/&5,/' -e 's/"vcpus": 2/"vcpus": 3/'
check "CPUs in disorder" bad "cpus[1].cpu is no whole number from 1 to 1" 's/"cpu": 1/"cpu": 0/'
check "table that descends" bad "table[1] is 500000 after 600000" 's/ 1200000/ 500000/'
check "table with a fraction" bad "table[0] is no whole number" '/table/,/\]/s/ 600000/ 6e5/'
check "unknown backend" bad "backend is \"fly\"" 's/"record",/"fly",/'
check "cap beyond the table" bad "cap_khz is no whole number from 600000 to 1200000" \
	's/"cap_khz": [0-9]*/"cap_khz": 1200001/'
check "sel beyond 32 bits" bad "cpus[0].sel is no whole number" 's/"sel": 0/"sel": 4294967296/'
check "request of 0" bad "cpus[0].request is no whole number from 1" \
	's/"request": null/"request": 0/'
check "two requests of a domain" bad "cpus[1].request is not that of cpus[0]" \
	'/"cpu": 0/,/}/s/"request": null/"request": 5/'
check "a record that is unaligned" bad "cpus[0].record_address is no multiple of 128" \
	-e 's/"record": false/"record": true/' -e 's/"record_address": 0/"record_address": 64/'
check "a record of nobody" bad "cpus[0].record_vcpu_id is null, and the record is on" \
	's/"record": false/"record": true/'
check "two records of a vCPU" bad "cpus[1].record_vcpu_id is 1, as that of cpus[0]" \
	-e 's/"record": false/"record": true/' -e 's/"record_vcpu_id": null/"record_vcpu_id": 1/'

kill -9 $vmm
wait 2> /dev/null
vmm=
ktap_finished
