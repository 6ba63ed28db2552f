#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost doctor, and the choice of --backend auto, on recorded hosts.
# needs: native unit

. ../lib.sh
. ../vcpuinfo/tree.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
ROOT=$tmp/host

NO_UCLAMP="the kernel lacks CONFIG_UCLAMP_TASK"

# host: the recorded host, without changes of an earlier test
host()
{
	rm -rf "$ROOT"
	tree_unpack "$tmp" hosts/host.tree
}

# without FILE...: the host does not have these files
without()
{
	local file

	for file; do
		rm -r "$ROOT/${file:?}" || return
	done
}

# has FILE TEXT: the file of the host has this line
has()
{
	mkdir -p "$(dirname "$ROOT/$1")" && echo "$2" > "$ROOT/$1"
}

# doctor [OPTION]...: pvhost doctor of the host
doctor()
{
	pvhost doctor --sysroot "$ROOT" "$@"
}

# member KEY FILE: a string or null of the JSON object
member()
{
	sed -n "s/,\$//; s/^ *\"$1\": //p" "$2" | tr -d '"'
}

# finding CHECK [OPTION]...: its state and its value, or null
finding()
{
	local name=$1

	shift
	doctor --json "$@" > "$tmp/json"
	sed -n "/\"check\": \"$name\"/,/}/p" "$tmp/json" > "$tmp/finding"
	echo "$(member state "$tmp/finding") $(member value "$tmp/finding")"
}

# is NAME CHECK EXPECTED [OPTION]...: passes if the finding is as expected, and has a consequence,
# and an action unless it is ok
is()
{
	local name=$1 check=$2 expected=$3 found action

	shift 3
	found=$(finding "$check" "$@")
	action=$(member action "$tmp/finding")
	[ "$(member consequence "$tmp/finding")" != null ] || found="$found, without a consequence"
	case $found,$action in
	"ok "*,null)	;;
	"ok "*)		found="$found, with an action" ;;
	*,null)		found="$found, without an action" ;;
	esac
	check_is "$name" "$found" "$expected"
}

# status EXPECTED: exit status of pvhost doctor
status()
{
	local rc=0

	doctor > /dev/null || rc=$?
	[ $rc = "$1" ] || ktap_print_msg "exit status $rc"
	[ $rc = "$1" ]
}

# chooses EXPECTED [OPTION]...: the lines about backends after the table, separated by '|'
chooses()
{
	local expected=$1

	shift
	OUTPUT=$(doctor "$@" | sed -n '/^backend/p' | tr '\n' '|')
	[ "$OUTPUT" = "$expected|" ] || ktap_print_msg "$OUTPUT"
	[ "$OUTPUT" = "$expected|" ]
}

fits()
{
	[ "$(doctor "$@" | awk 'length > max { max = length } END { print max }')" -le 100 ]
}

# A process with a name that no other one has
rejects_name()
{
	local name=pvdoctor$$ pid result=0

	cp "$(command -v sleep)" "$tmp/$name"
	"$tmp/$name" 60 &
	pid=$!
	soon grep -q $name /proc/$pid/comm
	refuses "accepts a process id, not" doctor --name $name || result=$?
	kill $pid
	return $result
}

valid_json()
{
	doctor --json --pid 200 | jq -e '(.findings | length) == 16 and .backend == "uclamp" and
		(.unavailable | length) == 0 and
		all(.findings[]; .check and .state and .consequence)' > /dev/null
}

ktap_print_header
ktap_set_plan 53

host
check "pvhost doctor succeeds on a host that lacks nothing" status 0
is "doctor reports the release of the kernel" kernel "ok 6.12.57+deb13-amd64"
is "doctor reports the module of KVM" kvm "ok kvm_amd"
is "doctor reports kprobes" kprobes "ok null"
is "doctor reports the version of kvm_pv" kvm_pv "ok 0.2.0"
is "doctor reports privileges" privileges "ok null"
is "doctor reports no lockdown" lockdown "ok none"
is "doctor reports that signatures are not required" signatures "ok not required"
is "doctor reports ftrace" ftrace "ok null"
is "doctor ignores live patches of other functions" livepatch "ok null"
is "doctor reports uclamp" uclamp "ok null"
is "doctor reports the cpufreq driver" cpufreq "ok acpi-cpufreq, 2 policies"
is "doctor reports schedutil" schedutil "ok null"
is "doctor does not know the threads of a VM that is not selected" vcpu-threads "unknown null"
is "doctor reports pinned vCPU threads" vcpu-threads "ok null" --pid 100
is "doctor reports vCPU threads that are not pinned" vcpu-threads \
	"limited thread 201 may run on CPUs of more than one cpufreq policy" --pid 200
is "doctor checks all threads if none has the name of a vCPU thread" vcpu-threads "ok null" \
	--pid 300
is "doctor does not know the threads of a process that does not exist" vcpu-threads \
	"unknown the threads of process 400 are unknown" --pid 400
is "doctor reports BTF" btf "ok null"
is "doctor reports struct_ops" struct_ops "ok 6.12.57+deb13-amd64"
is "doctor reports kvm_pv_bpf" kvm_pv_bpf "ok null"
check "backend auto is uclamp if the kernel has it" chooses "backend auto: uclamp"
check_with jq "doctor --json prints all findings" valid_json
check "the table of doctor fits 100 columns" fits --pid 200

without proc/sys/kernel/sched_util_clamp_min
is "doctor reports a kernel without uclamp" uclamp "limited null"
check "pvhost doctor succeeds without an optional property" status 0
check "backend auto is none without a cap if the vCPU threads are pinned" chooses \
	"backend auto: none|backend uclamp is not available: $NO_UCLAMP|backend freq-qos is not available: it requires --cap" \
	--pid 100
check "backend auto is none if a vCPU thread is not pinned" chooses \
	"backend auto: none|backend uclamp is not available: $NO_UCLAMP|backend freq-qos is not available: thread 201 may run on CPUs of more than one cpufreq policy" \
	--pid 200
check "backend auto is none without a VM" chooses \
	"backend auto: none|backend uclamp is not available: $NO_UCLAMP|backend freq-qos is not available: it requires --cap, and vCPU threads that are pinned"
without sys/devices/system/cpu/cpufreq
is "doctor reports a host without cpufreq" cpufreq "limited null"
check "backend auto is none on a host without uclamp and cpufreq" chooses \
	"backend auto: none|backend uclamp is not available: $NO_UCLAMP|backend freq-qos is not available: the host has no cpufreq driver"
without proc/sys sys/devices
is "doctor does not know uclamp without the files of sysctl" uclamp "unknown null"
is "doctor does not know cpufreq without the files of CPUs" cpufreq "unknown null"
is "doctor does not know a kernel without a release" kernel "unknown null"
check "the exit status is 3 if a required property is unknown" status 3

host
without sys/class/misc/kvm_pv
has sys/devices/system/cpu/cpufreq/policy2/scaling_governor powersave
has proc/sys/kernel/osrelease 5.10.0
has sys/kernel/security/lockdown "none [integrity] confidentiality"
has sys/module/module/parameters/sig_enforce Y
has proc/sys/kernel/ftrace_enabled 0
has sys/kernel/livepatch/fix/kvm/kvm_emulate_hypercall,1/enabled 1
check "the exit status is 2 if a required property is missing" status 2
is "doctor reports that kvm_pv is not loaded" kvm_pv "missing 0.2.0"
is "doctor reports a governor other than schedutil" schedutil "limited powersave"
is "doctor reports a kernel that kvm_pv does not support" kernel "missing 5.10.0"
is "doctor reports lockdown" lockdown "limited integrity"
is "doctor reports that signatures are required" signatures "limited required"
is "doctor reports that ftrace is disabled" ftrace "limited kernel.ftrace_enabled=0"
is "doctor reports a live patch of KVM's handler" livepatch "limited fix"
is "doctor does not know kprobes without the configuration of the kernel" kprobes "unknown null"

host
without boot sys/class/misc/kvm_pv
check "a missing property takes precedence over an unknown one in the exit status" status 2
host
printf 'Name:\tpvhost\nCapEff:\t0000000000080000\n' > "$ROOT/proc/self/status"
is "doctor reports a missing capability" privileges "missing no CAP_SYS_ADMIN"
host
has proc/self/uid_map "0 1000 1"
is "doctor reports a user namespace" privileges "missing in a user namespace"
host
without boot
is "doctor knows kprobes without a configuration if kvm_pv is loaded" kprobes "ok null"
host
gzip -c "$ROOT/boot/config-6.12.57+deb13-amd64" > "$ROOT/proc/config.gz"
without boot sys/class/misc/kvm_pv
is "doctor reads /proc/config.gz" kprobes "ok null"
has proc/config.gz CONFIG_KPROBES_ON_FTRACE=y
is "doctor compares complete names of options" kprobes "missing null"

check "doctor rejects --name with --sysroot" rejects_name
check "doctor rejects a directory that does not exist" refuses "No such file or directory" \
	pvhost doctor --sysroot "$tmp/none"
check "doctor rejects a VM that does not run" refuses 'no VM is named "fly"' pvhost doctor fly

ktap_finished
