#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# kvm_pv and a live patch of KVM's handler of hypercalls: they exclude each other only while a VM
# is attached whose hypercalls the host answers.
# needs: host check each-kernel

. ./lib.sh

PATCH_KO=/lib/modules/pv/kvm_livepatch_hypercall.ko
PATCH=/sys/kernel/livepatch/kvm_livepatch_hypercall
case $(uname -m) in
x86_64)	 BASE=0xfef00000 ;;
aarch64) BASE=0x0b800000 ;;
esac

attach()
{
	pvhost attach --pid "$vmm" --base "$BASE" --vcpus 2 --table 600000,1200000 "$@" 2>&1
}

detach()
{
	pvhost detach --pid "$vmm"
}

# hypercalls: the number of answered hypercalls of the VM, null: the host does not answer any
hypercalls()
{
	json list | sed 's/.*"hypercalls":\([a-z0-9]*\).*/\1/'
}

in_force()
{
	[ "$(cat $PATCH/enabled)" = 1 ] && [ "$(cat $PATCH/transition)" = 0 ]
}

patches()
{
	insmod $PATCH_KO && soon in_force
}

patch_fails()
{
	! insmod $PATCH_KO 2> /dev/null && [ ! -d $PATCH ]
}

# The kernel removes a patch from sysfs when no task executes it any more.
unpatches()
{
	echo 0 > $PATCH/enabled && soon [ ! -d $PATCH ] && soon rmmod kvm_livepatch_hypercall
}

attaches_without()
{
	says "no hypercalls (a live patch has replaced KVM's handler)" "$(attach)"
}

silent()
{
	local output

	output=$(attach "$@") && [ "${output#*hypercalls}" = "$output" ]
}

ktap_print_header
[ -f $PATCH_KO ] || skip_all "this kernel has no live patches, or not of KVM"
ktap_set_plan 22

[ -d /sys/module/kvm_pv ] || insmod "$KO"
trap end_vmm EXIT
start_vmm

check "A VM attaches without hypercalls" silent --no-hypercalls
check_is "Its hypercalls are not answered" "$(hypercalls)" null
# The hook of a VM that was detached just now stays for a second.
check "A live patch of KVM's handler loads" soon patches
check "The VM detaches" detach
check "A VM attaches while the handler is patched, with a warning" attaches_without
check_is "Its hypercalls are not answered either" "$(hypercalls)" null
check "The live patch is disabled" unpatches
check "The VM detaches again" detach

check "A VM attaches with hypercalls" silent
check_is "Its hypercalls are answered" "$(hypercalls)" 0
check "The live patch does not load while hypercalls are answered" patch_fails

check "kvm_pv is disabled" pvhost disable
check "The live patch loads while kvm_pv is disabled" patches
check "pvhost enable fails while the handler is patched" refuses \
	"a live patch has replaced KVM's handler" pvhost enable
check_is "All but hypercalls is enabled while the handler is patched" \
	"$(hypercalls) $(cat /sys/module/kvm_pv/parameters/enabled)" "null Y"
check "The live patch is disabled after pvhost enable" unpatches
check "pvhost enable succeeds without the live patch" pvhost enable
check_is "Hypercalls are answered after pvhost enable" "$(hypercalls)" 0

check "The VM with hypercalls detaches" detach
check "The live patch loads without a VM" soon patches
check "The live patch is disabled again" unpatches
check "kvm_pv unloads" unloads
ktap_finished
