// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_STATS.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/uaccess.h>

#include "kvm_pv.h"

static void kvm_pv_stats_cpu(struct kvm_pv *pv, struct kvm_pv_window *window,
			     struct kvm_pv_cpu *cpu)
{
	struct kvm_pv_domain *domain = window->domain;

	memset(cpu, 0, sizeof(*cpu));
	cpu->reads = atomic64_read(&window->reads);
	cpu->requests = atomic64_read(&window->requests);
	cpu->refused = atomic64_read(&window->refused);
	cpu->request = kvm_pv_model_last(domain);
	cpu->perf = kvm_pv_model_perf(&pv->model, cpu->request);
	cpu->domain = window->domain_nr;
	cpu->tid = READ_ONCE(domain->tid);
	cpu->vcpu_id = READ_ONCE(domain->vcpu_id);
	cpu->record = window->record && READ_ONCE(window->vcpu);
	cpu->deferred = atomic64_read(&window->deferred);
	cpu->applied = atomic64_read(&domain->applied);
	cpu->failed = atomic64_read(&domain->failed);
	cpu->suppressed = atomic64_read(&domain->suppressed);
	cpu->fail_reason = READ_ONCE(domain->fail_reason);
}

int kvm_pv_stats(struct kvm_pv_stats *arg)
{
	u32 size = min_t(u32, arg->cpu_size, sizeof(struct kvm_pv_cpu));
	struct kvm_pv_cpu cpu;
	struct kvm_pv *pv;
	int err = 0;
	u32 i;

	if (arg->flags || arg->reserved) {
		pr_debug("vm %u: stats: flags %#x, reserved %#x\n", arg->id, arg->flags,
			 arg->reserved);
		return -EINVAL;
	}
	if (arg->nr && !size) {
		pr_debug("vm %u: stats: %u entries of 0 bytes\n", arg->id, arg->nr);
		return -EINVAL;
	}
	if (arg->cpu_size > PAGE_SIZE) {
		pr_debug("vm %u: stats: entries of %u bytes are too large\n", arg->id,
			 arg->cpu_size);
		return -E2BIG;
	}

	pv = kvm_pv_vm_get_id(arg->id);
	if (!pv)
		return -ENOENT;

	for (i = 0; i < min(arg->nr, pv->nr_cpus); i++) {
		void __user *user = u64_to_user_ptr(arg->cpus + (u64)i * arg->cpu_size);

		kvm_pv_stats_cpu(pv, &pv->windows[i], &cpu);
		if (copy_to_user(user, &cpu, size) ||
		    clear_user(user + size, arg->cpu_size - size)) {
			pr_debug("vm %u: stats: entry %u of %u bytes cannot be written\n",
				 pv->id, i, arg->cpu_size);
			err = -EFAULT;
			goto put_pv;
		}
	}
	arg->nr = pv->nr_cpus;

put_pv:
	kvm_pv_vm_put(pv);
	return err;
}
