#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
# needs: direct full
#
# The hypervisor section on recorded machines: exit status, document and errors of each.
# The results do not depend on the machine that runs this.
#
# detect.sh --show CASE prints the results for one machine, detect.sh --golden DIR writes the
# results for all machines to DIR, as the files that the tests compare with.

. ../lib.sh
. ../vcpuinfo/tree.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# unpack FILE...: creates the recorded machines in $tmp/root/CASE
unpack()
{
	tree_unpack "$tmp/root" "$@"
	tree_bytes "$tmp/root"
}

# results CASE: exit status, facts of the document, errors; adds its keys to $tmp/keys
results()
{
	local rc=0

	vcpuinfo -J -s "$tmp/root/$1" hypervisor > "$tmp/json" 2> "$tmp/err" || rc=$?
	echo "exit status $rc"
	[ ! -s "$tmp/json" ] || awk -v keys="$tmp/keys" -f ../vcpuinfo/flat.awk "$tmp/json"
	[ ! -s "$tmp/err" ] || sed "s#$tmp/root/$1##" "$tmp/err"
}

# A dump with one leaf more than a CPU can have; it is too long for a case.
too_many_leaves()
{
	local i=0

	echo "CPU 0:"
	while [ $i -le 512 ]; do
		printf '   0x%08x 0x00: eax=0x0 ebx=0x0 ecx=0x0 edx=0x0\n' $i
		i=$((i + 1))
	done
}

# status_of WORD...: the exit status of vcpuinfo.
status_of()
{
	local rc=0

	vcpuinfo "$@" > /dev/null 2>&1 || rc=$?
	echo $rc
}

case $1 in
--show)
	unpack "cases/$2.tree"
	results "$2"
	exit
	;;
--golden)
	unpack cases/*.tree
	for file in cases/*.tree; do
		name=${file#cases/}
		results "${name%.tree}" > "$2/${name%.tree}.out"
	done
	LC_ALL=C sort -u "$tmp/keys" > "$2/keys"
	exit
	;;
esac

ktap_print_header
ktap_set_plan $(($(find cases -name '*.tree' | wc -l) + 19))

unpack cases/*.tree
for file in cases/*.tree; do
	name=${file#cases/}
	name=${name%.tree}
	results "$name" > "$tmp/out"
	same "detection of $name matches its golden output" "${file%.tree}.out"
done

LC_ALL=C sort -u "$tmp/keys" > "$tmp/out"
same "every document of the hypervisor section has the keys of cases/keys" cases/keys

mkdir "$tmp/many"
too_many_leaves > "$tmp/many/cpuid"
vcpuinfo -s "$tmp/many" hypervisor > "$tmp/out" 2> "$tmp/err"
check "detection rejects a CPUID dump with too many leaves for one CPU" \
	grep -q "/cpuid: line 514: too many leaves for one CPU" "$tmp/err"

# text CASE FIELD: of section hypervisor
text()
{
	vcpuinfo -s "$tmp/root/$1" -n -o "$2" hypervisor 2> /dev/null
}

check_is "vcpuinfo prints that the state of a technology is unknown" \
	"$(text kvm-sev confidential)" \
	"sev (cpuid:0x8000001f, state unknown), sev-es (cpuid:0x8000001f, state unknown)"
check_is "vcpuinfo prints a signature without the blank at its end" \
	"$(text bhyve signatures | cut -d ' ' -f 1-3)" "bhyve bhyve (cpuid:0x40000000)"

# Each form of the output on machines that are virtual, that are not, and that show neither
for form in hypervisor "hypervisor vcpus" vcpus --all --brief --quiet --json "--parse vcpus" summary; do
	# shellcheck disable=SC2086
	check_is "vcpuinfo $form exits with 0 on a VM, 1 on a real machine, 2 if neither is known" \
		"$(status_of -s "$tmp/root/kvm" $form) $(status_of -s "$tmp/root/bare-amd" $form) $(status_of -s "$tmp/root/arm64-board-real" $form)" \
		"0 1 2"
done
root=$tmp/root/bad-empty
check_is "vcpuinfo hypervisor exits with 3 if it rejects the CPUID dump" \
	"$(status_of -s "$root" hypervisor)" 3
check_is "vcpuinfo exits with 3 if it rejects the CPUID dump, for a section that needs none" \
	"$(status_of -s "$root" cpufreq)" 3
check_is "vcpuinfo --quiet exits with 3 if it rejects the CPUID dump" \
	"$(status_of -s "$root" --quiet)" 3
check_is "vcpuinfo exits with 3 if the sysroot does not exist" \
	"$(status_of -s "$tmp/none")" 3
check_is "vcpuinfo exits with 3 on an unknown option" "$(status_of --bogus)" 3
check_is "vcpuinfo exits with 3 on an unknown section" "$(status_of bogus)" 3

ktap_finished
