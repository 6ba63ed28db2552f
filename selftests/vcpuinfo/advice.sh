#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# Advice of vcpuinfo depends on the hypervisor: KVM's modules and pvhost are useful on KVM only,
# and KVM's calls do not exist on another hypervisor or on a real machine.

. ../ktap_helpers.sh
. ./tree.sh

CASES=../detect/cases

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# run CASE: all sections of a machine
run()
{
	vcpuinfo --all -s "$tmp/root/$1" > "$tmp/out" 2> "$tmp/err"
}

# no_advice: nothing recommends a module or a program that needs KVM
no_advice()
{
	! grep 'pvhost\|load the module\|load kvm_pv\|load pv_' "$tmp/err"
}

# names NAME: the notes name the machine
names()
{
	grep -q "KVM is needed, and this is $1\$" "$tmp/err" &&
		grep -q "cpufreq: no cpufreq driver is bound; vcpufreq needs KVM, and this is $1\$" "$tmp/err"
}

# supported PATTERN: the distinct values of column SUPPORTED for some calls
supported()
{
	vcpuinfo -p -o name,supported -s "$root" hypercalls 2> "$tmp/err" |
		awk -F , -v pattern="$1" '!/^#/ && $1 ~ pattern { print $2 }' | sort -u
}

# check NAME COMMAND...
check()
{
	local name="$1"

	shift
	if "$@"; then
		ktap_test_pass "$name"
	else
		sed 's/^/# /' "$tmp/err"
		ktap_test_fail "$name"
	fi
}

# other CASE NAME: a machine that KVM does not run; two tests
other()
{
	run "$1"
	check "vcpuinfo recommends nothing that needs KVM on $2" no_advice
	check "vcpuinfo explains that $2 is not KVM" names "$2"
}

# absent CASE NAME: a machine without KVM's interface; three tests
absent()
{
	other "$1" "$2"
	root=$tmp/root/$1
	check "all calls are absent on $2" [ "$(supported .)" = no ]
}

ktap_print_header
ktap_set_plan 28

tree_unpack "$tmp/root" $CASES/*.tree
tree_bytes "$tmp/root"

absent vmware VMware
absent hyperv Hyper-V
absent xen-hvm-dmi Xen
absent bhyve bhyve
absent tcg TCG
absent bare-amd "a physical machine"
absent uml "user-mode Linux"

# These offer KVM's interface, but pvhost needs KVM on the host.
for name in "virtualbox-kvm VirtualBox" "openbsd-pvclock OpenBSD vmm"; do
	other "${name%% *}" "${name#* }"
	root=$tmp/root/${name%% *}
	check "calls of the host side are absent on ${name#* }" [ "$(supported PV_HC)" = no ]
done

run kvm
check "vcpuinfo recommends vcpufreq and pvhost on KVM" \
	grep -q 'load the modules pv_hypervisor and vcpufreq, and have the host attach this VM' "$tmp/err"

ktap_finished
