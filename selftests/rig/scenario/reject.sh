# SPDX-License-Identifier: GPL-2.0
#
# A VMM that offers KVM's interface and has no hypercalls: a test module makes KVM reject them
# with #UD, with #GP, or without any effect.  x86 only, see conduit-arm64.h.  The guest has
# one vCPU, so that its kernel makes no hypercalls of its own.

rejected()
{
	cat /sys/module/kvm_reject_hypercall/parameters/rejected
}

# round NAME VECTOR: the guest makes one hypercall while KVM rejects them
round()
{
	l2_wait "$1" || return
	insmod /lib/modules/pv/kvm_reject_hypercall.ko "vector=$2" || return
	l2_go "$1"
	l2_wait "$1-end" || return
	[ "$(rejected)" = 1 ] || {
		echo "$1: KVM rejected $(rejected) hypercalls instead of 1"
		return 1
	}
	rmmod kvm_reject_hypercall && l2_go "$1-end"
}

host()
{
	l2_kvm || return
	l2_start reject
	round ud 6 && round gp 13 && round ignored 0 || return
	l2_finish
}

guest()
{
	local failed=0

	rig_step "guest: hypercalls raise #UD"
	rig_sync ud
	export PV_REASON='raises #UD'
	rig_tests guest-ud || failed=1
	rig_sync ud-end

	rig_step "guest: hypercalls raise #GP"
	rig_sync gp
	export PV_REASON='raises #GP'
	rig_tests guest-gp || failed=1
	rig_sync gp-end

	rig_step "guest: hypercalls have no effect"
	rig_sync ignored
	export PV_REASON='has no effect'
	rig_tests guest-ignored || failed=1
	rig_sync ignored-end

	rig_step "guest: hypercalls are answered"
	rig_tests guest-answered || failed=1
	return $failed
}
