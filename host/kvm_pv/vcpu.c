// SPDX-License-Identifier: GPL-2.0
/*
 * What KVM knows of a vCPU.
 *
 * The vCPU may be running: it is not stopped for this, and what is read is as of
 * its last exit, or as of one that happens meanwhile.
 */
#include <linux/pid.h>

#include "kvm_pv.h"

/* The thread that ran the vCPU last, in the initial pid namespace; 0: none has. */
pid_t kvm_pv_vcpu_tid(struct kvm_vcpu *vcpu)
{
	pid_t tid;

	rcu_read_lock();
	tid = pid_nr(rcu_dereference(vcpu->pid));
	rcu_read_unlock();

	return tid;
}

void kvm_pv_vcpu_read(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->vcpu_id = vcpu->vcpu_id;
	info->exits = READ_ONCE(vcpu->stat.exits);
	info->flags = PV_VCPU_EXITS;

	kvm_pv_arch_vcpu_read(vcpu, info);
}
