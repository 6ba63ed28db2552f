#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# The JSON schemas of Documentation/schema accept the output of vcpuinfo on recorded machines, of
# pvhost doctor on recorded hosts, and output of pvhost and hypertrace in json/ that comes from test
# machines.  They reject each of these documents if a member is missing, unknown or of another
# type.  PV_INCLUDE is the folder include of this tree.

. ../lib.sh
. ../vcpuinfo/tree.sh

TREE=${PV_INCLUDE:-/nonexistent}/..
SCHEMAS=$TREE/Documentation/schema
JSON=$TREE/selftests/documentation/json

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# validate WORD...: see the program
validate()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$TREE/selftests/documentation/validate" "$@"
}

# accepts SCHEMA FILE...: a schema accepts documents
accepts()
{
	local schema=$SCHEMAS/$1.json

	shift
	validate "$schema" "$@"
}

# rejects SCHEMA FILE OPTIONAL: a schema rejects FILE with any defect but the absence of OPTIONAL
rejects()
{
	validate --each "$3" "$SCHEMAS/$1.json" "$2"
}

# output NAME WORD...: the output of vcpuinfo in a file; any exit status but that of an error
output()
{
	local name=$1 status=0

	shift
	vcpuinfo --json "$@" > "$tmp/$name.json" 2> /dev/null || status=$?
	[ $status -lt 3 ]
}

# prints OPTION...: the output of vcpuinfo on each recorded machine
prints()
{
	local dir name

	rm -f "$tmp"/*.json
	for dir in "$tmp"/machines/*; do
		name=${dir##*/}
		output "$name" --sysroot "$dir" "$@" || return
	done
	accepts vcpuinfo "$tmp"/*.json
}

# intervals SECTION: lines of an interval
intervals()
{
	rm -f "$tmp"/*.json
	output lines --sysroot "$tmp/machines/x86-kvm" "$1" --interval 20ms --count 2 &&
		[ "$(wc -l < "$tmp/lines.json")" = 2 ] && accepts vcpuinfo "$tmp/lines.json"
}

# A VM with exits on two vCPUs
record_exits()
{
	../exits/recording > "$tmp/machines/x86-kvm/exits" <<-END
	info 1 2 1000000 7 0
	vcpu 9000000000 40 3000000000 3 6000000
	stat 0x7b 300 16228200 300 9600000 14:10 15:200 16:85 18:5
	vcpu 9000000000 10 8000000000 0 0
	stat 0x81 500 7726500 0 0
	stat 0xffffffff 3 300 0 0
	END
}

exits_fit()
{
	output exits --sysroot "$tmp/machines/x86-kvm" exits "$@" && accepts vcpuinfo "$tmp/exits.json"
}

# doctor STATE: pvhost doctor --json of the recorded host in a file; a property has this state
doctor()
{
	local file=$tmp/doctor-$1.json status=0

	pvhost doctor --sysroot "$tmp/doctor/host" --json > "$file" || status=$?
	[ $status -le 3 ] && grep -q "\"state\": \"$1\"" "$file"
}

# doctor_fits: on a host that lacks nothing, without backends, and without files
doctor_fits()
{
	local root=$tmp/doctor/host

	doctor ok || return
	rm -r "$root/proc/sys/kernel/sched_util_clamp_min" "$root/sys/devices/system/cpu/cpufreq"
	doctor limited || return
	rm -r "$root/sys/class/misc/kvm_pv"
	doctor missing || return
	rm -r "$root/proc" "$root/sys/class"
	doctor unknown && accepts pvhost "$tmp"/doctor-*.json
}

ktap_print_header
[ -d "$SCHEMAS" ] || skip_all "no $SCHEMAS"
python3 -c 'import jsonschema' 2> /dev/null || skip_all "python3-jsonschema is not installed"
ktap_set_plan 20

tree_unpack "$tmp/machines" ../vcpuinfo/trees/*.tree
tree_unpack "$tmp/doctor" ../host/hosts/host.tree
tree_bytes "$tmp/machines"
for name in vcpuinfo pvhost hypertrace; do
	check "the schema of $name is valid" accepts $name
done

check "vcpuinfo --json fits its schema" prints
check "vcpuinfo --json --all fits its schema" prints --all
check "the schema of vcpuinfo rejects other documents" rejects vcpuinfo "$tmp/x86-kvm.json" \
	summary,hypervisor,hypercalls,vcpus,cpufreq,latency,interval_s
check "vcpuinfo --json summary hypervisor fits its schema" prints summary hypervisor
check "vcpuinfo --json cpufreq --interval fits its schema" intervals cpufreq
check "vcpuinfo --json vcpus --interval fits its schema" intervals vcpus
record_exits
check "vcpuinfo --json exits fits its schema" exits_fit
check "vcpuinfo --json exits --histogram --by vcpu fits its schema" exits_fit --histogram --by vcpu
check "the schema of vcpuinfo rejects other documents with exits" rejects vcpuinfo \
	"$tmp/exits.json" exits,histogram
check "vcpuinfo --json exits --interval fits its schema" intervals exits

for name in list stats; do
	check "pvhost $name --json fits its schema" accepts pvhost "$JSON/pvhost-$name.json"
done
check "the schema of pvhost rejects other documents" rejects pvhost "$JSON/pvhost-stats.json" none
check "pvhost doctor --json fits its schema" doctor_fits
check "the schema of pvhost rejects other documents of doctor" rejects pvhost \
	"$tmp/doctor-limited.json" uclamp,freq-qos
check "hypertrace exits --json fits its schema" accepts hypertrace "$JSON/hypertrace-exits.json"
check "the schema of hypertrace rejects other documents" rejects hypertrace \
	"$JSON/hypertrace-exits.json" none
ktap_finished
