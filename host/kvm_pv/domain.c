// SPDX-License-Identifier: GPL-2.0
/*
 * Perf domains: CPUs of a guest that have one performance.
 *
 * Whoever asks by the window of one CPU, asks for all CPUs of its domain.
 */
#include <linux/minmax.h>
#include <linux/sched.h>

#include "kvm_pv.h"

u32 kvm_pv_perf_max(const struct kvm_pv *pv)
{
	return pv->perf[pv->nr_perf - 1];
}

/* A table of one entry stands for all numbers up to it. */
u32 kvm_pv_perf_min(const struct kvm_pv *pv)
{
	return pv->nr_perf == 1 ? 1 : pv->perf[0];
}

static struct kvm_pv_domain *kvm_pv_domain_find(struct kvm_pv *pv, u32 i)
{
	u32 j;

	for (j = 0; j < i; j++) {
		if (pv->windows[j].stats.domain == pv->windows[i].stats.domain)
			return pv->windows[j].domain;
	}

	return &pv->windows[i].own;
}

/**
 * kvm_pv_domain_init - put the windows into their domains
 * @pv: a VM whose windows know the numbers of theirs
 */
void kvm_pv_domain_init(struct kvm_pv *pv)
{
	u32 i;

	for (i = 0; i < pv->nr_cpus; i++) {
		struct kvm_pv_window *window = &pv->windows[i];
		struct kvm_pv_domain *domain = kvm_pv_domain_find(pv, i);

		window->domain = domain;
		window->next = domain->first;
		domain->first = window;
		raw_spin_lock_init(&window->own.lock);
		window->own.perf = kvm_pv_perf_max(pv);
		window->own.vcpu_id = U32_MAX;
	}
}

/* What the requests of a domain come to; never 0. */
u32 kvm_pv_domain_perf(const struct kvm_pv_domain *domain, u64 cap)
{
	return min(domain->perf, kvm_pv_cap_ceiling(cap));
}

/* What the CPUs of a domain are to have; its lock is held. */
void kvm_pv_domain_set(struct kvm_pv *pv, struct kvm_pv_domain *domain, u32 value)
{
	lockdep_assert_held(&domain->lock);

	domain->request = value;
	domain->perf = clamp(value, kvm_pv_perf_min(pv), kvm_pv_perf_max(pv));
}

/**
 * kvm_pv_domain_cur - what a CPU of a domain runs at
 * @pv: the VM
 * @domain: its domain, which is locked
 * @cap: ceiling of the VM
 * @cpu: CPU of the host that it is on
 *
 * A host that is above or below all of the table gives as much, or as little, as the
 * table has.
 *
 * Return: performance within the table; never 0.
 */
u32 kvm_pv_domain_cur(const struct kvm_pv *pv, const struct kvm_pv_domain *domain, u64 cap,
		      int cpu)
{
	u32 khz = kvm_pv_speed(cpu);

	if (!khz)
		return kvm_pv_domain_perf(domain, cap);
	return clamp(khz, kvm_pv_perf_min(pv), kvm_pv_perf_max(pv));
}

/**
 * kvm_pv_domain_request - take a request
 * @pv: the VM
 * @domain: whose lock is held
 * @vcpu: the vCPU that asks, in whose thread we are
 * @value: what it asks for, not 0
 */
void kvm_pv_domain_request(struct kvm_pv *pv, struct kvm_pv_domain *domain,
			   struct kvm_vcpu *vcpu, u32 value)
{
	if (domain->request != value)
		kvm_pv_apply_kick(pv);
	kvm_pv_domain_set(pv, domain, value);
	domain->tid = task_pid_nr(current);
	domain->vcpu_id = vcpu->vcpu_id;
}
