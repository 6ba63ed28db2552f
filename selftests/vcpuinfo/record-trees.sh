#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# Recordings of recorded machines have the same facts, and tree-pack packs them for tree.sh.

. ../lib.sh
. ./tree.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}
SECTIONS="summary hypervisor hypercalls vcpus cpufreq"
CASES="arm64-dt-nul arm64-fadt-firecracker arm64-fadt-short arm64-module azure bhyve
	hyperv-azure-snp hyperv-vmbus intel-noise kvm-hyperv kvm-many kvm-max-leaf-0 kvm-no-bit
	kvm-off-hyperv-fw-cfg kvm-sev-module kvm-snp-device no-bit-smbios-dmi uml virtualbox-kvm
	xen-dom0-on-tcg"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# unpack DIR FILE...: the machine of each FILE, in DIR
unpack()
{
	tree_unpack "$@"
	tree_bytes "$1"
}

# facts DIR
facts()
{
	# shellcheck disable=SC2086
	$VCPUINFO -J -s "$1" $SECTIONS 2>&1
}

# same_facts DIR DIR
same_facts()
{
	facts "$1" > "$tmp/a"
	facts "$2" > "$tmp/b"
	diff "$tmp/a" "$tmp/b" > "$tmp/diff" && grep -q '"notes"' "$tmp/a" && return
	sed 's/^/# /' "$tmp/diff"
	return 1
}

# recorded NAME: records a machine, and compares the facts
recorded()
{
	$VCPUINFO -s "$tmp/in/$1" --record "$tmp/out/$1" 2> "$tmp/err" || return
	same_facts "$tmp/in/$1" "$tmp/out/$1"
}

# A Xen PV domain: CPUID shows KVM below Xen, and Xen shows itself by its prefix.
make_xen_pv()
{
	mkdir -p "$tmp/in/xen-pv-prefix/sys/hypervisor"
	echo xen > "$tmp/in/xen-pv-prefix/sys/hypervisor/type"
	cp "$tmp/in/kvm-max-leaf-0/cpuid" "$tmp/in/xen-pv-prefix/cpuid"
	cat > "$tmp/in/xen-pv-prefix/cpuid-xen" << END
CPU 0:
   0x00000001 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x80000000 edx=0x00000000
   0x40000000 0x00: eax=0x40000002 ebx=0x566e6558 ecx=0x65584d4d edx=0x4d4d566e
   0x40000001 0x00: eax=0x00040011 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
END
}

# value KEY: of the document in $tmp/b
value()
{
	sed -n "s/^    \"$1\": \"*\\([^\",]*\\).*/\\1/p" "$tmp/b"
}

xen_below()
{
	$VCPUINFO -J -s "$tmp/out/xen-pv-prefix" hypervisor > "$tmp/b" &&
		[ "$(value vendor)/$(value source)/$(value parent_hypervisor)" = Xen/cpuid:0x40000000/KVM ] &&
		grep -q '"source": "raw-cpuid:0x40000000"' "$tmp/b"
}

# A dump that Xen's prefix cannot have printed is rejected like /cpuid.
xen_invalid()
{
	local rc=0

	echo "0x00000001 0x00: eax=" > "$tmp/in/xen-pv-prefix/cpuid-xen"
	facts "$tmp/in/xen-pv-prefix" > "$tmp/err" || rc=$?
	[ $rc = 3 ] && grep -q '/cpuid-xen: line 1: ' "$tmp/err"
}

# Files with bytes that are not text, with empty lines, without contents, and without an end
make_packed()
{
	local dir=$tmp/packed/machine

	mkdir -p "$tmp/packed"
	cp -r "$tmp/out/arm64-fadt-firecracker" "$dir" || return
	mkdir -p "$dir/proc" "$dir/sys/hypervisor/pv" "$dir/sys/devices/system/cpu/cpufreq"
	printf 'processor\t: 0\n\n\nprocessor\t: 1\\033 %%s\n' > "$dir/proc/cpuinfo"
	: > "$dir/sys/hypervisor/pv/features"
	printf 'no end' > "$dir/sys/hypervisor/pv/vendor"
	printf 'a\n==> b <==\n' > "$dir/sys/hypervisor/pv/signatures"
	ln -s pv/vendor "$dir/sys/hypervisor/link"
}

packed()
{
	./tree-pack "$tmp/packed/machine" "A machine" > "$tmp/machine.tree" || return
	unpack "$tmp/unpacked" "$tmp/machine.tree"
	rm "$tmp/unpacked/machine/sys/devices/system/cpu/cpufreq/.empty"
	mv "$tmp/packed/machine/NOTES" "$tmp/notes"
	diff -r --no-dereference "$tmp/packed/machine" "$tmp/unpacked/machine"
}

comments()
{
	[ "$(sed -n '1,/^$/p' "$tmp/machine.tree")" = "# SPDX-License-Identifier: GPL-2.0
# A machine
$(sed 's/^/# /' "$tmp/notes")" ]
}

# pack_fails STATUS TEXT WORD...
pack_fails()
{
	local status=$1 text="$2" rc=0

	shift 2
	./tree-pack "$@" > "$tmp/out.tree" 2> "$tmp/err" || rc=$?
	[ $rc = "$status" ] && [ ! -s "$tmp/out.tree" ] && grep -qF -e "$text" "$tmp/err"
}

mkdir "$tmp/out"
for name in $CASES; do
	echo "../detect/cases/$name.tree"
done > "$tmp/list"
# shellcheck disable=SC2046
unpack "$tmp/in" $(cat "$tmp/list") trees/*.tree
make_xen_pv

ktap_print_header
ktap_set_plan $(($(find "$tmp/in" -mindepth 1 -maxdepth 1 | wc -l) + 6))

for dir in "$tmp"/in/*; do
	name=${dir##*/}
	check "a recording of $name has the same facts" recorded "$name"
done
check "a recorded Xen PV domain has the hypervisor below Xen" xen_below
check "an invalid dump of Xen's CPUID is rejected" xen_invalid
make_packed
check "tree-pack packs every file of a machine" packed
check "tree-pack begins with the title and NOTES as comments" comments
check "tree-pack rejects a directory that is not a machine" \
	pack_fails 1 "not a recorded machine" trees
check "tree-pack rejects a missing directory name" pack_fails 2 "usage: tree-pack DIR"

ktap_finished
