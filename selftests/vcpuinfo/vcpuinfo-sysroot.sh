#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: any
#
# vcpuinfo on recorded machines, and its options: nothing of this machine may show.

. ../ktap_helpers.sh
. ./tree.sh
. ./refuses.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}
SECTIONS="hypervisor vcpus vcpufreq freq latency"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# same NAME EXPECTED: the output at $tmp/out, which is shown where it differs
same()
{
	if diff "$2" "$tmp/out" > "$tmp/diff" 2>&1; then
		ktap_test_pass "$1"
	else
		sed 's/^/# /' "$tmp/diff"
		ktap_test_fail "$1"
	fi
}

# prints NAME TEXT OPTION...: vcpuinfo prints just that
prints()
{
	local name="$1"

	printf '%s\n' "$2" > "$tmp/expected"
	shift 2
	$VCPUINFO "$@" > "$tmp/out" 2> "$tmp/err" || echo "exit status $?" >> "$tmp/out"
	same "$name" "$tmp/expected"
}

ktap_print_header
ktap_set_plan 34

# The calls of KVM differ from one architecture to the next, all else does not.
for file in trees/*.tree; do
	name=${file##*/}
	name=${name%.tree}
	mkdir "$tmp/$name"
	tree_unpack "$file" "$tmp/$name"

	# shellcheck disable=SC2086
	$VCPUINFO -J -s "$tmp/$name" $SECTIONS > "$tmp/out" 2> "$tmp/err"
	same "$name: sections" "${file%.tree}.json"

	for expected in "${file%.tree}"-*.json; do
		case $expected in
		*-"$(uname -m)".json)
			$VCPUINFO -J -s "$tmp/$name" hypercalls > "$tmp/out" 2> "$tmp/err"
			same "$name: hypercalls" "$expected"
			;;
		*-\*.json)
			;;
		*)
			ktap_test_skip "$name: hypercalls of another architecture"
			;;
		esac
	done
done

x86=$tmp/x86-kvm
prints "-p: vcpus" "# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# CPU,ONLINE,VCPU_ID,EXITS,HOST_TID,CUR_KHZ,MIN_KHZ,MAX_KHZ,GOVERNOR
0,yes,,,,1200000,600000,2400000,schedutil
1,yes,,,,2400000,600000,2400000,performance" -p -s "$x86"
prints "-p -o: columns as asked" "# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# GOVERNOR,CPU,CPU
schedutil,0,0
performance,1,1" -p -o GOVERNOR,cpu,Cpu -s "$x86" vcpus
prints "-p: commas are escaped" "# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# GOVERNOR
one\\x2ctwo three
" -p -o governor -s "$tmp/hostile"
prints "-o: table" "CPU CUR_KHZ GOVERNOR
  0 1200000 schedutil
  1 2400000 performance" -o cpu,cur_khz,governor -s "$x86"
prints "-o: unknown is a dash" "CPU CUR_KHZ EXITS
  0       -     -
  1       -     -
  2       -     -
  3       -     -" -o cpu,cur_khz,exits -s "$tmp/arm64-kvm"
prints "-J -o" '{
  "vcpus": [
    {
      "cpu": 0,
      "governor": "schedutil"
    },
    {
      "cpu": 1,
      "governor": "performance"
    }
  ],
  "notes": [
    {
      "section": "vcpus",
      "text": "exits, host_tid: not asked, since --sysroot reads files only"
    }
  ]
}' -J -o cpu,governor -s "$x86"
prints "long lists are broken between words" "driver:    vcpufreq
device:    PRP0001:00
source:    acpi
requests:  1234
governors: conservative, ondemand, userspace, powersave, performance,
           schedutil" -s "$x86" vcpufreq
prints "one section has no title" "driver:    virtual-cpufreq
device:    -
source:    -
requests:  -
governors: performance, schedutil" -s "$tmp/arm64-kvm" vcpufreq

prints "freq" \
"POLICY CPUS GOVERNOR    CUR_KHZ MIN_KHZ MAX_KHZ HW_MAX_KHZ RECORDS REQUESTS EXITS ELIDED LAZY
     0 0    schedutil   1200000  600000 2400000    2400000 yes         4800  1034   2966  800
     1 1    performance 2400000  600000 2400000    3000000 no           200   200      0    0" \
	-s "$x86" freq
prints "freq -p: another driver" "# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# POLICY,CPUS,GOVERNOR,CUR_KHZ,MIN_KHZ,MAX_KHZ,HW_MAX_KHZ,RECORDS,REQUESTS,EXITS,ELIDED,LAZY
0,0-3,schedutil,,0,1024,,,,,," -s "$tmp/arm64-kvm" -p freq
grep -o 'freq: .* this one is .*' "$tmp/err" > "$tmp/out"
echo "freq: records, requests: known of the driver vcpufreq alone; this one is virtual-cpufreq" \
	> "$tmp/expected"
same "freq: and the reason is said" "$tmp/expected"
prints "freq: no cpufreq is not known" "-" -s "$tmp/arm64-xen" freq
mkdir -p "$tmp/idle/sys/devices/system/cpu/cpufreq"
prints "freq: no driver is none" "none" -s "$tmp/idle" freq

$VCPUINFO -s "$x86" 2> "$tmp/err" | grep -E '^[A-Z]+$' | tr '\n' ' ' > "$tmp/out"
echo "HYPERVISOR HYPERCALLS VCPUS VCPUFREQ FREQ " | tr -d '\n' > "$tmp/expected"
same "no section: all but latency" "$tmp/expected"
$VCPUINFO -a -s "$x86" 2> "$tmp/err" | grep -E '^[A-Z]+$' | tr '\n' ' ' > "$tmp/out"
echo "HYPERVISOR HYPERCALLS VCPUS VCPUFREQ FREQ LATENCY " | tr -d '\n' > "$tmp/expected"
same "--all: all" "$tmp/expected"

grep -c . "$tmp/err" > "$tmp/out"
echo 2 > "$tmp/expected"
same "notes go to stderr" "$tmp/expected"

refuses "unknown section" "unknown section: cpus; sections: hypervisor hypercalls" cpus
refuses "unknown column" "unknown column: tid; columns of vcpus: cpu online" -o cpu,tid
refuses "empty column" "unknown column: (empty)" -o cpu,,online
refuses "no columns" "unknown column: (empty)" -o ""
refuses "column of another section" "columns of latency: call cpu unit" -o online latency
refuses "-p of two sections" "apply to one section" -p vcpus hypercalls
refuses "-o with --all" "apply to one section" -a -o cpu
refuses "-p of what is no table" "vcpufreq is none" -p vcpufreq
refuses "-J and -p" "mutually exclusive" -J -p
refuses "no such sysroot" "No such file or directory" -s "$tmp/none"
refuses "unknown option" "Try 'vcpuinfo --help'" --bogus

ktap_finished
