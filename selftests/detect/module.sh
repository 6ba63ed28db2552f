#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: detect check each-kernel
#
# Compares pv_hypervisor with vcpuinfo on any machine.  On x86 both read CPUID and must report
# the same, unless devices or firmware, which only user space reads, name another vendor.  On
# arm64 each has sources that the other lacks, but values that both know must agree.  No module
# is loaded when this test starts.

. ../lib.sh

DIR=/sys/hypervisor/pv
SETS="hyperv_privileges hyperv_features hyperv_hints xen_features xen_hvm_features"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# value KEY: of section hypervisor, without quotes; null becomes unknown
value()
{
	sed -n "s/^    \"$1\": \(.*\)\$/\1/p" "$tmp/user" |
		sed 's/,$//; s/^"\(.*\)"$/\1/; s/^null$/unknown/'
}

# words KEY: elements of a list of strings in section hypervisor
words()
{
	sed -n "/^    \"$1\": \[/,/^    \]/s/^      \"\(.*\)\",\{0,1\}\$/\1/p" "$tmp/user"
}

# bits INTERFACE SET: names of the bits in a set of an interface
bits()
{
	awk -v interface="$1" -v set="$2" '
		/"interface":/ { gsub(/[",]/, ""); in_interface = $2 == interface }
		/"group":/ { gsub(/[",]/, ""); in_set = in_interface && $2 == set }
		in_set && /^ +"[^"]*",?$/ { gsub(/[", ]/, ""); print }
	' "$tmp/user"
}

# signatures: in the format of the module
signatures()
{
	awk '
		/^    "signatures": \[/ { inside = 1 }
		inside && /^    \]/ { exit }
		inside && /"signature":/ {
			text = $0
			sub(/^ *"signature": "/, "", text)
			sub(/",$/, "", text)
		}
		inside && /"leaf":/ { leaf = $2; sub(/,$/, "", leaf) }
		inside && /"source": "(cpuid|smccc)/ { printf "%s 0x%08x\n", text, leaf }
	' "$tmp/user"
}

# interfaces: in the format of the module
interfaces()
{
	awk '
		/^    "compat_interfaces": \[/ { inside = 1 }
		inside && /^    \]/ { exit }
		{ gsub(/[",]/, "") }
		inside && $1 == "interface:" { name = $2 }
		inside && $1 == "source:" && name { source = substr($2, 7) }
		inside && $1 == "version:" {
			printf "%s %s %s\n", name, source, $2 == "null" ? "unknown" : $2
			name = ""
		}
	' "$tmp/user"
}

# same NAME TEXT FILE: TEXT of user space is the contents of the module's FILE
same()
{
	check_is "$1" "$2" "$(cat "$DIR/$3")"
}

# agree NAME TEXT FILE: as same(), if both have a value.  Only user space reads the device
# tree, and only the module can make calls that need EL1.
agree()
{
	local module

	module=$(cat "$DIR/$3")
	case $2:$module in
	:*|*:|unknown:*|*:unknown)
		ktap_print_msg "$1: user space has '$2', the module '$module'"
		ktap_test_pass "$1" ;;
	*)
		check_is "$1" "$2" "$module" ;;
	esac
}

virtual()
{
	value virtualized | sed 's/^true$/yes/; s/^false$/no/'
}

# is_hidden: x86 without the hypervisor bit
is_hidden()
{
	[ "$(uname -m)" = x86_64 ] && ! grep -qw hypervisor /proc/cpuinfo
}

ktap_print_header
ktap_set_plan 17

vcpuinfo -J hypervisor > "$tmp/user"
check 'pv_hypervisor any=1 loads on any machine' insmod /lib/modules/pv/pv_hypervisor.ko any=1

compare=same
[ "$(uname -m)" != aarch64 ] || compare=agree
$compare "The module reports virtual as user space does" "$(virtual)" virtual
$compare "The module reports vendor as user space does" "$(value vendor)" vendor
evidence=$(value confidence | sed 's/^high$/strong/; s/^low$/weak/')
# Devices and firmware, which only user space reads, confirm what CPUID shows.
[ "$(cat $DIR/evidence)" != weak ] || [ "$evidence" != strong ] || evidence=weak
$compare "The module reports evidence as user space does" "$evidence" evidence
$compare "The module reports signatures as user space does" "$(signatures)" signatures
$compare "The module reports features as user space does" "$(words features)" features
$compare "The module reports hints as user space does" "$(words hints)" hints
$compare "The module reports interfaces as user space does" "$(interfaces)" interfaces
for set in $SETS; do
	$compare "The module reports $set as user space does" \
		"$(bits "${set%%_*}" "${set#*_}")" "$set"
done
$compare "The module reports extension as user space does" "$(value hw_virt)" extension

# The module must not change the vendor, unless it was unknown.
vcpuinfo -J hypervisor > "$tmp/both"
kept()
{
	local before after

	before=$(value vendor)
	cp "$tmp/both" "$tmp/user"
	after=$(value vendor)
	[ "$before" = unknown ] || [ "$before" = "$after" ]
}
check 'vcpuinfo reports the same vendor with the module' kept

# calls: any=1 must not admit calls on a machine without KVM's interface, or without the
# hypervisor bit
calls()
{
	if grep -q ^kvm $DIR/interfaces && ! is_hidden; then
		insmod /lib/modules/pv/pv_hypercall.ko && rmmod pv_hypercall
	else
		! insmod /lib/modules/pv/pv_hypercall.ko 2> /dev/null &&
			[ "$(cat $DIR/conduit)" = none ] && ! cat $DIR/host_abi 2> /dev/null
	fi
}
check 'pv_hypercall loads only with the interface of KVM' calls

check 'pv_hypervisor unloads' rmmod pv_hypervisor

ktap_finished
