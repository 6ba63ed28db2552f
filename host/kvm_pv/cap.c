// SPDX-License-Identifier: GPL-2.0
/*
 * The ceiling of a VM: what its guest gets at most, whatever it asks for.
 *
 * Ceiling and generation are one number, so that whoever reads the one has the
 * other that belongs to it.
 */
#include <linux/atomic.h>
#include <linux/kvm_host.h>

#include "kvm_pv.h"

static u64 kvm_pv_cap_make(u32 ceiling, u32 generation)
{
	return (u64)generation << 32 | ceiling;
}

/* What is in force for a ceiling that is asked for, 0: none; or 0: there is no such. */
static u32 kvm_pv_cap_of(const struct kvm_pv *pv, u32 ceiling)
{
	if (!ceiling)
		return kvm_pv_perf_max(pv);
	if (ceiling < kvm_pv_perf_min(pv) || ceiling > kvm_pv_perf_max(pv))
		return 0;

	return ceiling;
}

int kvm_pv_cap_init(struct kvm_pv *pv, u32 ceiling, u32 generation)
{
	u32 cap = kvm_pv_cap_of(pv, ceiling);

	if (!cap)
		return -ERANGE;

	pv->cap = kvm_pv_cap_make(cap, generation);
	return 0;
}

/* The ceiling as it was asked for, 0: none */
u32 kvm_pv_cap_shown(const struct kvm_pv *pv, u64 cap)
{
	u32 ceiling = kvm_pv_cap_ceiling(cap);

	return ceiling < kvm_pv_perf_max(pv) ? ceiling : 0;
}

static void kvm_pv_cap_set(struct kvm_pv *pv, u32 ceiling)
{
	u64 old, cap;

	do {
		old = READ_ONCE(pv->cap);
		if (kvm_pv_cap_ceiling(old) == ceiling)
			return;
		cap = kvm_pv_cap_make(ceiling, kvm_pv_cap_generation(old) + 1);
	} while (cmpxchg64(&pv->cap, old, cap) != old);
}

/*
 * A record is written by the threads of the VM alone.  Those that are on a CPU are
 * made to leave it for a moment, and look on return.  The lock makes sure that a vCPU
 * either is seen here on its CPU, or has seen the new ceiling.
 */
static void kvm_pv_cap_tell(struct kvm_pv *pv)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < pv->nr_cpus; i++) {
		struct kvm_pv_window *window = &pv->windows[i];
		int cpu = -1;

		raw_spin_lock_irqsave(&window->domain->lock, flags);
		if (window->record.on && window->record.loaded)
			cpu = window->record.cpu;
		raw_spin_unlock_irqrestore(&window->domain->lock, flags);

		if (cpu >= 0)
			kvm_pv_sched_nudge(cpu);
	}
}

int kvm_pv_cap(const struct kvm_pv_cap *arg)
{
	struct kvm_pv *pv;
	int idx, err = 0;
	u32 ceiling;

	if (arg->flags)
		return -EINVAL;

	idx = srcu_read_lock(&kvm_pv_srcu);
	pv = kvm_pv_vm_find_id(arg->id);
	if (!pv) {
		err = -ENOENT;
		goto unlock_srcu;
	}

	ceiling = kvm_pv_cap_of(pv, arg->ceiling);
	if (!ceiling) {
		err = -ERANGE;
		goto unlock_srcu;
	}
	kvm_pv_cap_set(pv, ceiling);
	kvm_pv_cap_tell(pv);
	kvm_pv_apply_now(pv);

unlock_srcu:
	srcu_read_unlock(&kvm_pv_srcu, idx);
	return err;
}
