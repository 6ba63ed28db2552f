#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
# needs: direct full
#
# vcpuinfo and its options on recorded machines.  The results do not depend on the machine that
# runs this, except for the section hypercalls: the calls of KVM depend on the architecture, and
# each architecture has one machine with a golden output of them.
#
# vcpuinfo-sysroot.sh --golden DIR writes the files to DIR that the tests compare with.

. ../ktap_helpers.sh
. ./tree.sh
. ./refuses.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}
SECTIONS="hypervisor vcpus vcpufreq freq latency"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# facts SYSROOT SECTION...: the facts of the document; adds its keys to $tmp/keys
facts()
{
	local root="$1"

	shift
	$VCPUINFO -J -s "$root" "$@" 2> "$tmp/err" | awk -v keys="$tmp/keys" -f flat.awk
}

# prints NAME TEXT OPTION...: vcpuinfo prints TEXT and nothing else
prints()
{
	local name="$1"

	printf '%s\n' "$2" > "$tmp/expected"
	shift 2
	$VCPUINFO "$@" > "$tmp/out" 2> "$tmp/err" || echo "exit status $?" >> "$tmp/out"
	same "$name" "$tmp/expected"
}

tree_unpack "$tmp" trees/*.tree

if [ "$1" = --golden ]; then
	for file in trees/*.tree; do
		name=${file##*/}
		name=${name%.tree}
		# shellcheck disable=SC2086
		facts "$tmp/$name" $SECTIONS > "$2/$name.out"
		[ ! -e "trees/$name-$(uname -m).out" ] ||
			facts "$tmp/$name" hypercalls > "$2/$name-$(uname -m).out"
	done
	LC_ALL=C sort -u "$tmp/keys" > "$2/keys"
	exit
fi

ktap_print_header
ktap_set_plan 34

for file in trees/*.tree; do
	name=${file##*/}
	name=${name%.tree}
	# shellcheck disable=SC2086
	facts "$tmp/$name" $SECTIONS > "$tmp/out"
	same "vcpuinfo of $name matches its golden output" "${file%.tree}.out"

	expected=${file%.tree}-$(uname -m).out
	[ -e "$expected" ] || continue
	facts "$tmp/$name" hypercalls > "$tmp/out"
	same "the hypercalls of $name match their golden output" "$expected"
done

LC_ALL=C sort -u "$tmp/keys" > "$tmp/out"
same "every document of vcpuinfo has the keys of trees/keys" trees/keys

x86=$tmp/x86-kvm
prints "vcpuinfo -p prints the vcpus section, with unknown values empty" \
	"# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# CPU,ONLINE,VCPU_ID,EXITS,HOST_TID,CUR_KHZ,MIN_KHZ,MAX_KHZ,GOVERNOR
0,yes,,,,1200000,600000,2400000,schedutil
1,yes,,,,2400000,600000,2400000,performance" -p -s "$x86"
prints "vcpuinfo -p -o prints the requested columns in the requested order" \
	"# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# GOVERNOR,CPU,CPU
schedutil,0,0
performance,1,1" -p -o GOVERNOR,cpu,Cpu -s "$x86" vcpus
prints "vcpuinfo -p escapes commas in values" \
	"# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# GOVERNOR
one\\x2ctwo three
" -p -o governor -s "$tmp/hostile"
prints "vcpuinfo -o prints the requested columns as a table" "CPU CUR_KHZ GOVERNOR
  0 1200000 schedutil
  1 2400000 performance" -o cpu,cur_khz,governor -s "$x86"
prints "vcpuinfo -o prints a dash for an unknown value" "CPU CUR_KHZ EXITS
  0       -     -
  1       -     -
  2       -     -
  3       -     -" -o cpu,cur_khz,exits -s "$tmp/arm64-kvm"
prints "vcpuinfo -J -o prints the requested columns as JSON" '{
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
      "text": "exits, host_tid: not available, because --sysroot reads files only"
    }
  ]
}' -J -o cpu,governor -s "$x86"
prints "vcpuinfo breaks long lists between words" "driver:    vcpufreq
device:    PRP0001:00
source:    acpi
requests:  1234
governors: conservative, ondemand, userspace, powersave, performance,
           schedutil" -s "$x86" vcpufreq
prints "vcpuinfo prints a single section without a title" "driver:    virtual-cpufreq
device:    -
source:    -
requests:  -
governors: performance, schedutil" -s "$tmp/arm64-kvm" vcpufreq

prints "vcpuinfo freq prints one line per policy" \
"POLICY CPUS GOVERNOR    CUR_KHZ MIN_KHZ MAX_KHZ HW_MAX_KHZ RECORDS REQUESTS EXITS ELIDED LAZY
     0 0    schedutil   1200000  600000 2400000    2400000 yes         4800  1034   2966  800
     1 1    performance 2400000  600000 2400000    3000000 no           200   200      0    0" \
	-s "$x86" freq
prints "vcpuinfo -p freq leaves the counters of another driver empty" \
	"# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# POLICY,CPUS,GOVERNOR,CUR_KHZ,MIN_KHZ,MAX_KHZ,HW_MAX_KHZ,RECORDS,REQUESTS,EXITS,ELIDED,LAZY
0,0-3,schedutil,,0,1024,,,,,," -s "$tmp/arm64-kvm" -p freq
grep -o 'freq: .* this one is .*' "$tmp/err" > "$tmp/out"
echo "freq: records, requests: known of the driver vcpufreq alone; this one is virtual-cpufreq" \
	> "$tmp/expected"
same "vcpuinfo freq notes that another driver has no counters" "$tmp/expected"
prints "vcpuinfo freq prints a dash if the machine has no cpufreq files" \
	"-" -s "$tmp/arm64-xen" freq
mkdir -p "$tmp/idle/sys/devices/system/cpu/cpufreq"
prints "vcpuinfo freq prints none if no cpufreq driver is bound" "none" -s "$tmp/idle" freq

$VCPUINFO -s "$x86" 2> "$tmp/err" | grep -E '^[A-Z]+$' | tr '\n' ' ' > "$tmp/out"
echo "HYPERVISOR HYPERCALLS VCPUS VCPUFREQ FREQ " | tr -d '\n' > "$tmp/expected"
same "vcpuinfo without a section prints all sections but latency" "$tmp/expected"
$VCPUINFO -a -s "$x86" 2> "$tmp/err" | grep -E '^[A-Z]+$' | tr '\n' ' ' > "$tmp/out"
echo "HYPERVISOR HYPERCALLS VCPUS VCPUFREQ FREQ LATENCY " | tr -d '\n' > "$tmp/expected"
same "vcpuinfo --all prints all sections" "$tmp/expected"

grep -c . "$tmp/err" > "$tmp/out"
echo 2 > "$tmp/expected"
same "vcpuinfo prints notes to stderr" "$tmp/expected"

refuses "vcpuinfo rejects an unknown section" \
	"unknown section: cpus; sections: hypervisor hypercalls" cpus
refuses "vcpuinfo -o rejects an unknown column" \
	"unknown column: tid; columns of vcpus: cpu online" -o cpu,tid
refuses "vcpuinfo -o rejects an empty column" "unknown column: (empty)" -o cpu,,online
refuses "vcpuinfo -o rejects an empty list of columns" "unknown column: (empty)" -o ""
refuses "vcpuinfo -o rejects a column of another section" \
	"columns of latency: call cpu unit" -o online latency
refuses "vcpuinfo -p rejects two sections" "apply to one section" -p vcpus hypercalls
refuses "vcpuinfo -o rejects --all" "apply to one section" -a -o cpu
refuses "vcpuinfo -p rejects a section that is not a table" "vcpufreq is none" -p vcpufreq
refuses "vcpuinfo rejects -J together with -p" "mutually exclusive" -J -p
refuses "vcpuinfo -s rejects a directory that does not exist" \
	"No such file or directory" -s "$tmp/none"
refuses "vcpuinfo rejects an unknown option" "Try 'vcpuinfo --help'" --bogus

ktap_finished
