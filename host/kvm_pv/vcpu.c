// SPDX-License-Identifier: GPL-2.0
/*
 * State of a vCPU that KVM holds.
 *
 * The functions do not stop the vCPU.  They read its state as of its last exit, or as of a
 * concurrent exit.
 */
#include <linux/pid.h>

#include "compat.h"
#include "kvm_pv.h"

/**
 * kvm_pv_vcpu_tid - the thread that ran a vCPU last
 * @vcpu: the vCPU; the caller holds no raw spinlock
 *
 * Return: its id in the initial pid namespace, 0: no thread has run the vCPU.
 */
pid_t kvm_pv_vcpu_tid(struct kvm_vcpu *vcpu)
{
	struct pid *pid = kvm_pv_vcpu_get_pid(vcpu);
	pid_t tid = pid_nr(pid);

	put_pid(pid);

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
