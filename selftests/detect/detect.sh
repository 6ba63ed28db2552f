#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: any
#
# The hypervisor section on recorded machines, one test each: exit status, document
# and errors.  None of it may depend on the machine that this runs on.

. ../lib.sh
. ../vcpuinfo/tree.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# write_bytes FILE: lines of "OFFSET TEXT", TEXT with escapes as for printf's %b, in FILE
write_bytes()
{
	local offset text

	while read -r offset text; do
		printf '%b' "$text" |
			dd of="${1%.bytes}" bs=1 seek="$offset" conv=notrunc 2> /dev/null
	done < "$1"
	rm "$1"
}

# unpack CASE: the machine, in $tmp/root
unpack()
{
	local bytes

	rm -rf "$tmp/root"
	mkdir "$tmp/root"
	tree_unpack "cases/$1.tree" "$tmp/root"
	find "$tmp/root" -name '*.bytes' > "$tmp/bytes"
	while read -r bytes; do
		write_bytes "$bytes"
	done < "$tmp/bytes"
}

# show: what vcpuinfo says of $tmp/root
show()
{
	local rc=0

	vcpuinfo -J -s "$tmp/root" hypervisor > "$tmp/json" 2> "$tmp/err" || rc=$?
	echo "exit status $rc"
	cat "$tmp/json"
	sed "s#$tmp/root##" "$tmp/err"
}

# is_expected NAME FILE: what vcpuinfo says is in FILE
is_expected()
{
	show > "$tmp/out"
	if diff "$2" "$tmp/out" > "$tmp/diff" 2>&1; then
		ktap_test_pass "$1"
	else
		sed 's/^/# /' "$tmp/diff"
		ktap_test_fail "$1"
	fi
}

# One leaf more than a CPU can have, which is too long for a file of its own.
too_many_leaves()
{
	local i=0

	echo "CPU 0:"
	while [ $i -le 512 ]; do
		printf '   0x%08x 0x00: eax=0x0 ebx=0x0 ecx=0x0 edx=0x0\n' $i
		i=$((i + 1))
	done
}

# "vcpuinfo hypervisor" asks a question: no error may look like an answer.
status_of()
{
	local rc=0

	vcpuinfo "$@" > /dev/null 2>&1 || rc=$?
	echo $rc
}

if [ "$1" = --show ]; then
	unpack "$2"
	show
	exit
fi

ktap_print_header
ktap_set_plan $(($(find cases -name '*.tree' | wc -l) + 10))

for file in cases/*.tree; do
	name=${file#cases/}
	name=${name%.tree}
	unpack "$name"
	is_expected "$name" "${file%.tree}.out"
done

rm -rf "$tmp/root"
mkdir "$tmp/root"
too_many_leaves > "$tmp/root/cpuid"
vcpuinfo -s "$tmp/root" hypervisor > "$tmp/out" 2> "$tmp/err"
check "more leaves than there is room for" \
	grep -q "/cpuid: line 514: too many leaves for one CPU" "$tmp/err"

unpack bare-amd
check_is "not virtual, one section" "$(status_of -s "$tmp/root" hypervisor)" 1
check_is "not virtual, two sections" "$(status_of -s "$tmp/root" hypervisor vcpufreq)" 0
check_is "not virtual, --all" "$(status_of -s "$tmp/root" --all hypervisor)" 0
unpack bad-empty
check_is "refused, one section" "$(status_of -s "$tmp/root" hypervisor)" 2
check_is "refused, another section" "$(status_of -s "$tmp/root" vcpufreq)" 1
check_is "no such directory" "$(status_of -s "$tmp/none" hypervisor)" 2
check_is "wrong usage" "$(status_of hypervisor --bogus)" 2
check_is "wrong usage, no table" "$(status_of -p hypervisor)" 2
check_is "wrong usage, another section" "$(status_of vcpufreq --bogus)" 1

ktap_finished
