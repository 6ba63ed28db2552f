# SPDX-License-Identifier: GPL-2.0
#
# pvhost and its hook under a running libvirtd (--systemd --libvirt), without a guest of the rig.

host()
{
	l2_kvm && pv_load kvm_pv || return
	rig_step "host: libvirtd"
	rig_tests libvirtd
}
