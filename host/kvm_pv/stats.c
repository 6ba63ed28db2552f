// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_STATS.
 */
#include <linux/uaccess.h>

#include "kvm_pv.h"

static void kvm_pv_stats_cpu(struct kvm_pv *pv, struct kvm_pv_window *window,
			     struct kvm_pv_cpu *cpu)
{
	struct kvm_pv_domain *domain = window->domain;
	unsigned long flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	*cpu = window->stats;
	cpu->request = domain->request;
	cpu->perf = kvm_pv_domain_perf(domain, READ_ONCE(pv->cap));
	cpu->tid = domain->tid;
	cpu->vcpu_id = domain->vcpu_id;
	cpu->applied = domain->applied;
	cpu->failed = domain->failed;
	cpu->fail_reason = domain->fail_reason;
	cpu->record = window->record.on;
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

int kvm_pv_stats(struct kvm_pv_stats *arg)
{
	u32 size = min_t(u32, arg->cpu_size, sizeof(struct kvm_pv_cpu));
	struct kvm_pv_cpu cpu;
	struct kvm_pv *pv;
	int idx, err = 0;
	u32 i;

	if (arg->flags || arg->reserved)
		return -EINVAL;
	if (arg->nr && !size)
		return -EINVAL;
	if (arg->cpu_size > PAGE_SIZE)
		return -E2BIG;

	idx = srcu_read_lock(&kvm_pv_srcu);
	pv = kvm_pv_vm_find_id(arg->id);
	if (!pv) {
		err = -ENOENT;
		goto unlock_srcu;
	}

	for (i = 0; i < min(arg->nr, pv->nr_cpus); i++) {
		void __user *user = u64_to_user_ptr(arg->cpus + (u64)i * arg->cpu_size);

		kvm_pv_stats_cpu(pv, &pv->windows[i], &cpu);
		if (copy_to_user(user, &cpu, size) ||
		    clear_user(user + size, arg->cpu_size - size)) {
			err = -EFAULT;
			goto unlock_srcu;
		}
	}
	arg->nr = pv->nr_cpus;

unlock_srcu:
	srcu_read_unlock(&kvm_pv_srcu, idx);
	return err;
}
