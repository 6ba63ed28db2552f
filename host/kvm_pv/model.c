// SPDX-License-Identifier: GPL-2.0
/*
 * Performance tables, perf domains and caps.  These functions use no other part of the module.
 *
 * Several CPUs change the last request of a domain: vCPU threads that write set_perf, and the
 * scheduler when a vCPU with a posted request leaves its CPU.  The second must not wait, since
 * it holds the lock of a run queue.  So the request is one 64-bit word that is changed without a
 * lock: the request in the lower half, and a count of set_perf writes in the upper half, which
 * makes a posted request from before such a write fail.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/nospec.h>

#include "model.h"

/**
 * kvm_pv_model_set_table - validate the table of a VM
 * @model: of the VM, with entries in @perf
 * @nr: number of entries, up to KVM_PV_MAX_PERF
 *
 * Return: 0, or -EINVAL if the table is empty, has a 0, or is not ascending.
 */
int kvm_pv_model_set_table(struct kvm_pv_model *model, u32 nr)
{
	u32 i;

	if (!nr || nr > KVM_PV_MAX_PERF)
		return -EINVAL;
	for (i = 0; i < nr; i++) {
		if (model->perf[i] <= (i ? model->perf[i - 1] : 0))
			return -EINVAL;
	}

	model->nr_perf = nr;
	return 0;
}

/**
 * kvm_pv_model_entry - entry of the table
 * @model: of the VM
 * @sel: index, which a guest chooses
 *
 * Return: the entry, 0 beyond the table.
 */
u32 kvm_pv_model_entry(const struct kvm_pv_model *model, u32 sel)
{
	if (sel >= model->nr_perf)
		return 0;

	return model->perf[array_index_nospec(sel, model->nr_perf)];
}

u32 kvm_pv_model_max(const struct kvm_pv_model *model)
{
	return model->perf[model->nr_perf - 1];
}

/* With one entry, each performance up to it is valid. */
u32 kvm_pv_model_min(const struct kvm_pv_model *model)
{
	return model->nr_perf == 1 ? 1 : model->perf[0];
}

/**
 * kvm_pv_model_clamp - limit a performance to the table
 * @model: of the VM
 * @perf: the performance
 */
u32 kvm_pv_model_clamp(const struct kvm_pv_model *model, u32 perf)
{
	return clamp(perf, kvm_pv_model_min(model), kvm_pv_model_max(model));
}

/**
 * kvm_pv_model_perf - performance that a request results in
 * @model: of the VM
 * @request: requested performance, 0: none
 *
 * Return: performance within the table and not above the cap; never 0.
 */
u32 kvm_pv_model_perf(const struct kvm_pv_model *model, u32 request)
{
	u32 perf = request ? kvm_pv_model_clamp(model, request) : kvm_pv_model_max(model);

	return min(perf, READ_ONCE(model->cap));
}

/**
 * kvm_pv_model_set_cap - set the cap
 * @model: of the VM, with its table
 * @cap: highest performance that the host provides, 0: no cap
 *
 * Return: 0, or -ERANGE if the table does not include @cap.
 */
int kvm_pv_model_set_cap(struct kvm_pv_model *model, u32 cap)
{
	if (!cap)
		cap = kvm_pv_model_max(model);
	if (cap < kvm_pv_model_min(model) || cap > kvm_pv_model_max(model))
		return -ERANGE;

	WRITE_ONCE(model->cap, cap);
	return 0;
}

/* The cap as user space sets it, 0: no cap */
u32 kvm_pv_model_cap(const struct kvm_pv_model *model)
{
	u32 cap = READ_ONCE(model->cap);

	return cap < kvm_pv_model_max(model) ? cap : 0;
}

static struct kvm_pv_domain *kvm_pv_model_find(struct kvm_pv_window *windows, u32 i)
{
	u32 j;

	for (j = 0; j < i; j++) {
		if (windows[j].domain_nr == windows[i].domain_nr)
			return windows[j].domain;
	}

	return &windows[i].own;
}

/**
 * kvm_pv_model_link - put windows into their domains
 * @windows: windows with their @domain_nr
 * @nr: number of windows
 */
void kvm_pv_model_link(struct kvm_pv_window *windows, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		struct kvm_pv_domain *domain = kvm_pv_model_find(windows, i);

		windows[i].domain = domain;
		windows[i].next = domain->first;
		domain->first = &windows[i];
		windows[i].own.vcpu_id = U32_MAX;
	}
}

/**
 * kvm_pv_model_request - request performance for a domain
 * @domain: the domain
 * @request: performance, not 0
 *
 * Return: whether the last request was another one.
 */
bool kvm_pv_model_request(struct kvm_pv_domain *domain, u32 request)
{
	s64 old = atomic64_read(&domain->request), new;

	do {
		new = (u64)(upper_32_bits(old) + 1) << 32 | request;
	} while (!atomic64_try_cmpxchg(&domain->request, &old, new));

	return lower_32_bits(old) != request;
}

/**
 * kvm_pv_model_take - request the performance that a guest has posted in a record
 * @domain: the domain
 * @record: record of one of its CPUs
 *
 * Any context.
 *
 * Return: whether the record has a new request.
 */
bool kvm_pv_model_take(struct kvm_pv_domain *domain, const struct pv_freq_record *record)
{
	s64 old = atomic64_read(&domain->request), new;
	u32 request;

	/*
	 * The guest writes the record before set_perf.  A reader that finds the count of that
	 * write also finds the record.
	 */
	smp_rmb();
	request = le32_to_cpu(READ_ONCE(record->request));
	if (!request || request == lower_32_bits(old))
		return false;

	new = (u64)upper_32_bits(old) << 32 | request;
	return atomic64_try_cmpxchg(&domain->request, &old, new);
}
