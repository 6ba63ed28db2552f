#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: detect check each-kernel
#
# The module beside user space on one machine, whatever that machine is: on x86 both
# ask CPUID and must see the same; on arm64 each may know more, never otherwise.
# No module is loaded when this starts.

. ../lib.sh

DIR=/sys/hypervisor/pv
SETS="hyperv_privileges hyperv_features hyperv_hints xen_features xen_hvm_features"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# value KEY: of the section as user space saw it, without quotes; null is unknown
value()
{
	sed -n "s/^    \"$1\": \(.*\)\$/\1/p" "$tmp/user" |
		sed 's/,$//; s/^"\(.*\)"$/\1/; s/^null$/unknown/'
}

# words KEY: of a list of strings of the section
words()
{
	sed -n "/^    \"$1\": \[/,/^    \]/s/^      \"\(.*\)\",\{0,1\}\$/\1/p" "$tmp/user"
}

# bits INTERFACE SET: of a set of an interface's bits
bits()
{
	awk -v interface="$1" -v set="$2" '
		/"interface":/ { gsub(/[",]/, ""); in_interface = $2 == interface }
		/"set":/ { gsub(/[",]/, ""); in_set = in_interface && $2 == set }
		in_set && /^ +"[^"]*",?$/ { gsub(/[", ]/, ""); print }
	' "$tmp/user"
}

# signatures: as the module writes them
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

# interfaces: likewise
interfaces()
{
	awk '
		/^    "interfaces": \[/ { inside = 1 }
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

# same NAME TEXT FILE: user space's TEXT is what the module shows in FILE
same()
{
	check_is "$1" "$2" "$(cat "$DIR/$3")"
}

# agree NAME TEXT FILE: as same(), where both know: user space has the device tree, the
# module has what may be asked at EL1 only
agree()
{
	local module

	module=$(cat "$DIR/$3")
	case $2:$module in
	:*|*:|unknown:*|*:unknown)
		ktap_print_msg "$1: user space has '$2', the module '$module'"
		ktap_test_pass "$1: no contradiction" ;;
	*)
		check_is "$1" "$2" "$module" ;;
	esac
}

virtual()
{
	value virtual | sed 's/^true$/yes/; s/^false$/no/'
}

ktap_print_header
ktap_set_plan 16

vcpuinfo -J hypervisor > "$tmp/user"
check "the module loads on any machine" insmod /lib/modules/pv/pv_hypervisor.ko any=1

compare=same
[ "$(uname -m)" != aarch64 ] || compare=agree
$compare "virtual" "$(virtual)" virtual
$compare "vendor" "$(value vendor)" vendor
$compare "signatures" "$(signatures)" signatures
$compare "features" "$(words features)" features
$compare "hints" "$(words hints)" hints
$compare "interfaces" "$(interfaces)" interfaces
for set in $SETS; do
	$compare "$set" "$(bits "${set%%_*}" "${set#*_}")" "$set"
done
$compare "extension" "$(value extension)" extension

# The exit status and the verdict must not change with the module, but from unknown.
vcpuinfo -J hypervisor > "$tmp/both"
kept()
{
	local before after

	before=$(value vendor)
	cp "$tmp/both" "$tmp/user"
	after=$(value vendor)
	[ "$before" = unknown ] || [ "$before" = "$after" ]
}
check "the verdict stays when the module is there" kept

# Loaded for what it shows, the module must not let anybody call.
calls()
{
	if [ "$(cat $DIR/vendor)" = KVM ]; then
		insmod /lib/modules/pv/pv_hypercall.ko && rmmod pv_hypercall
	else
		! insmod /lib/modules/pv/pv_hypercall.ko 2> /dev/null &&
			[ "$(cat $DIR/conduit)" = none ] && ! cat $DIR/host_abi 2> /dev/null
	fi
}
check "calls on KVM only" calls

check "the module goes" rmmod pv_hypervisor

ktap_finished
