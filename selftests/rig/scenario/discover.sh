# SPDX-License-Identifier: GPL-2.0
#
# Guests without a description of the device: on machines whose firmware cannot describe it.

# variants: the machines, as lines "NAME QEMU-OPTIONS"
variants()
{
	case $(l2_arch) in
	x86_64)	echo "microvm -M microvm,pcie=on" ;;
	arm64)	echo "uefi -bios /usr/share/qemu-efi-aarch64/QEMU_EFI.fd" ;;
	esac
}

host()
{
	local failed=0 name options

	. /rig/discover.sh
	l2_kvm && pv_load kvm_pv || return
	variants > /run/variants
	while read -r name options <&3; do
		discover "$name" "$options" || failed=1
	done 3< /run/variants
	l2_unload kvm_pv || return
	return $failed
}

# RIG_ARG: the address at which the device is attached again
guest()
{
	local failed=0

	rig_governors || return
	insmod /lib/modules/pv/pv_hypervisor.ko rescan_s=1 && pv_load vcpufreq || return
	rig_step "guest: no host side"
	rig_tests guest-undiscovered || failed=1
	rig_sync attach

	rig_step "guest: attached"
	rig_tests guest-discovered || failed=1
	rig_sync requests
	rig_sync moved
	rig_step "guest: attached at another address"
	export PV_BASE="$RIG_ARG"
	rig_tests guest-moved || failed=1

	rig_sync used
	rig_step "guest: attached at an address in a PCI window"
	export PV_REASON='the base is in use, see /proc/iomem'
	rig_tests guest-rejected-used || failed=1
	rig_sync cpus
	rig_step "guest: attached with too few CPUs"
	export PV_REASON='this guest can have more CPUs'
	rig_tests guest-rejected-cpus || failed=1

	rmmod vcpufreq && rmmod pv_hypervisor || failed=1
	return $failed
}
