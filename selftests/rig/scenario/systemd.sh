# SPDX-License-Identifier: GPL-2.0
#
# The units of pvhost under a running systemd (--systemd), without a guest.

host()
{
	l2_kvm && pv_load kvm_pv kvm_pv_bpf || return
	rig_step "host: units under systemd"
	rig_tests systemd
}
