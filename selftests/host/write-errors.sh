#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Each command of vcpuinfo, pvhost and hypertrace that prints to a full device fails, and reports
# it in one line.  pvhost.sh has the commands that need kvm_pv.
# needs: native unit

. ../lib.sh
. ../vcpuinfo/tree.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

VM='{ "vms": [ { "id": 1, "cpus": [ { "cpu": 0, "requests": 1 } ] } ] }'

# full NAME COMMAND...: passes if COMMAND prints, and fails when its output is /dev/full
full()
{
	local name=$1 rc=0

	shift
	"$@" > "$tmp/out" 2> /dev/null < /dev/null
	[ -s "$tmp/out" ] || {
		ktap_print_msg "$* prints nothing"
		ktap_test_fail "$name"
		return
	}

	"$@" > /dev/full 2> "$tmp/err" < /dev/null || rc=$?
	if [ $rc -ge 1 ] && [ $rc -le 3 ] &&
	   [ "$(grep -cE "^$1: write error: No space left on device\$" "$tmp/err")" = 1 ] &&
	   [ "$(grep -c error "$tmp/err")" = 1 ]; then
		ktap_test_pass "$name"
	else
		ktap_print_msg "exit status $rc: $(cat "$tmp/err")"
		ktap_test_fail "$name"
	fi
}

# reports PROGRAM WORDS...: for each string of options
reports()
{
	local program=$1 words

	shift
	for words; do
		# shellcheck disable=SC2086
		full "$program $words reports a write error" $program $words
	done
}

# It would not end otherwise.
watch_ends()
{
	local rc=0

	timeout 20 vcpuinfo --sysroot "$tmp/x86-kvm" cpufreq --interval 1 > /dev/full 2> "$tmp/err" || rc=$?
	[ $rc = 3 ] && says "vcpuinfo: write error" "$(cat "$tmp/err")"
}

# closed: standard output is closed
closed()
{
	local rc=0

	pvhost describe --vcpus 2 > /dev/null 2> "$tmp/err" >&- || rc=$?
	[ $rc = 1 ] && says "write error: Bad file descriptor" "$(cat "$tmp/err")"
}

# The exit status of a lost output differs from that of each result.
question()
{
	local rc=0

	vcpuinfo --sysroot "$tmp/x86-kvm" hypervisor > /dev/full 2> /dev/null || rc=$?
	[ $rc = 3 ] || ktap_print_msg "exit status $rc"
	[ $rc = 3 ]
}

tree_unpack "$tmp" ../vcpuinfo/trees/x86-kvm.tree ../host/hosts/host.tree
echo "$VM" > "$tmp/stats.json"
mkdir -m 755 "$tmp/conf"
echo "cap = 600000" > "$tmp/conf/one.conf"
cd "$tmp" || exit 1

ktap_print_header
ktap_set_plan 47

reports pvhost --help --version "attach --help" "sync --help" "run --help" "detach --help" "list --help" \
	"stats --help" "cap --help" "describe --help" "doctor --help" \
	"describe --vcpus 2 --format dts" "describe --vcpus 2 --format asl" \
	"doctor --sysroot host" "doctor --sysroot host --json" \
	"sync --check --config-dir conf" \
	"stats --input stats.json" "stats --input stats.json --output id,cpu" \
	"stats --input stats.json --json" "stats --input stats.json --prometheus" \
	"stats --input stats.json --openmetrics"
reports "pvhost describe --arch arm64" "$PV_OBJECTS/pl031.bpf.o"
reports hypertrace --help --version "calls --help" "exits --help" "split --help"
reports vcpuinfo --help --version "call --help" "--sysroot x86-kvm" "--sysroot x86-kvm --all" \
	"--sysroot x86-kvm --json" "--sysroot x86-kvm --parse" "--sysroot x86-kvm --parse cpufreq" \
	"--sysroot x86-kvm --output cpu" "--sysroot x86-kvm --json --output cpu" \
	"--sysroot x86-kvm hypervisor" "--sysroot x86-kvm hypercalls" "--sysroot x86-kvm vcpus" \
	"--sysroot x86-kvm cpufreq" "--sysroot x86-kvm --brief" "--sysroot x86-kvm latency" \
	"--sysroot x86-kvm latency --json"
check "vcpuinfo --interval ends at a write error" watch_ends
check "vcpuinfo reports a write error before the result of a detection" question
check "a program whose standard output is closed fails" closed

ktap_finished
