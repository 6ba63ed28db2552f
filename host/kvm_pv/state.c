// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a VM, saved and put back: it is detached here, and goes on where it
 * is attached next, by another VMM or on another host.
 *
 * All is put back before the VM is linked and its device is on the bus, so nobody has
 * to be kept out, and nobody sees a part of it.  It may come from anywhere: nothing is
 * possible by it that the guest could not have written.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "kvm_pv.h"

/* What there is in the first version of an entry */
#define KVM_PV_STATE_SIZE_VER0	offsetofend(struct kvm_pv_state, record_vcpu_id)

/* An entry for each window, to be freed by kvfree() */
static struct kvm_pv_state *kvm_pv_state_copy(const struct kvm_pv_attach *arg)
{
	struct kvm_pv_state *states;
	int err = 0;
	u32 i;

	if (arg->state_size < KVM_PV_STATE_SIZE_VER0)
		return ERR_PTR(-EINVAL);
	if (arg->state_size > PAGE_SIZE)
		return ERR_PTR(-E2BIG);

	states = kvcalloc(arg->nr_cpus, sizeof(*states), GFP_KERNEL_ACCOUNT);
	if (!states)
		return ERR_PTR(-ENOMEM);

	for (i = 0; i < arg->nr_cpus && !err; i++)
		err = copy_struct_from_user(&states[i], sizeof(states[i]),
					    u64_to_user_ptr(arg->states +
							    (u64)i * arg->state_size),
					    arg->state_size);
	if (!err)
		return states;

	kvfree(states);
	return ERR_PTR(err);
}

static struct kvm_vcpu *kvm_pv_state_vcpu(struct kvm_pv *pv, u32 id)
{
	return id <= INT_MAX ? kvm_get_vcpu_by_id(pv->kvm, id) : NULL;
}

/* A domain is in the window that owns it; the others must say the same. */
static int kvm_pv_state_put_domain(struct kvm_pv *pv, struct kvm_pv_window *window,
				   const struct kvm_pv_state *states)
{
	u32 owner = container_of(window->domain, struct kvm_pv_window, own) - pv->windows;
	const struct kvm_pv_state *state = &states[window - pv->windows];
	struct kvm_pv_domain *domain = window->domain;
	struct kvm_vcpu *vcpu;
	unsigned long flags;

	if (state->request != states[owner].request || state->vcpu_id != states[owner].vcpu_id)
		return -EINVAL;
	if (domain != &window->own || !state->request)
		return 0;

	vcpu = kvm_pv_state_vcpu(pv, state->vcpu_id);
	raw_spin_lock_irqsave(&domain->lock, flags);
	kvm_pv_domain_set(pv, domain, state->request);
	if (vcpu) {
		domain->vcpu_id = vcpu->vcpu_id;
		domain->tid = kvm_pv_vcpu_tid(vcpu);
	}
	raw_spin_unlock_irqrestore(&domain->lock, flags);
	return 0;
}

static int kvm_pv_state_put_record(struct kvm_pv *pv, struct kvm_pv_window *window,
				   const struct kvm_pv_state *state)
{
	struct kvm_vcpu *vcpu;

	window->record_lo = lower_32_bits(state->record);
	window->record_hi = upper_32_bits(state->record);
	if (state->record_vcpu_id == KVM_PV_NO_VCPU)
		return 0;
	if (!IS_ALIGNED(state->record, PV_FREQ_RECORD_ALIGN))
		return -EINVAL;

	vcpu = kvm_pv_state_vcpu(pv, state->record_vcpu_id);
	if (!vcpu || !kvm_pv_sched_known) {
		window->stats.dropped++;
		window->stats.drop_reason = vcpu ? KVM_PV_DROP_HOST : KVM_PV_DROP_VCPU;
		return 0;
	}
	if (pv->window_of[vcpu->vcpu_idx])
		return -EINVAL;

	kvm_pv_share_restore(pv, window, vcpu);
	return 0;
}

/*
 * The vCPU that asked last stands for those of its domain that have no record; others
 * join when they ask.
 */
static void kvm_pv_state_join(struct kvm_pv *pv, struct kvm_pv_window *window,
			      const struct kvm_pv_state *state)
{
	struct kvm_vcpu *owner = kvm_pv_state_vcpu(pv, state->record_vcpu_id);
	struct kvm_vcpu *asker = kvm_pv_state_vcpu(pv, state->vcpu_id);

	if (owner && window->record.on)
		kvm_pv_apply_join(pv, window, owner);
	if (asker && state->request)
		kvm_pv_apply_join(pv, window, asker);
}

static int kvm_pv_state_put(struct kvm_pv *pv, const struct kvm_pv_state *states)
{
	int err = 0;
	u32 i;

	for (i = 0; i < pv->nr_cpus && !err; i++) {
		pv->windows[i].sel = states[i].sel;
		err = kvm_pv_state_put_domain(pv, &pv->windows[i], states);
		if (!err)
			err = kvm_pv_state_put_record(pv, &pv->windows[i], &states[i]);
	}
	if (err)
		return err;

	/* Where a vCPU belongs depends on all records. */
	for (i = 0; i < pv->nr_cpus; i++)
		kvm_pv_state_join(pv, &pv->windows[i], &states[i]);
	return 0;
}

/**
 * kvm_pv_state_restore - put the registers of all windows back
 * @pv: the VM, which is not linked yet
 * @arg: as it came from user space, with a number of CPUs that was checked
 *
 * Return: 0, also where there are none; -EINVAL where no guest could have come to them,
 * or another error.
 */
int kvm_pv_state_restore(struct kvm_pv *pv, const struct kvm_pv_attach *arg)
{
	struct kvm_pv_state *states;
	int err;

	if (!arg->states)
		return arg->state_size ? -EINVAL : 0;

	states = kvm_pv_state_copy(arg);
	if (IS_ERR(states))
		return PTR_ERR(states);

	err = kvm_pv_state_put(pv, states);
	kvfree(states);
	return err;
}

/**
 * kvm_pv_state_go_on - have what was put back take effect
 * @pv: the VM, linked just now, under its slots_lock, without which nobody detaches it
 */
void kvm_pv_state_go_on(struct kvm_pv *pv)
{
	if (test_bit(KVM_PV_SCHEDULED, &pv->state))
		kvm_pv_sched_get();
	if (!xa_empty(&pv->clamps))
		kvm_pv_apply_kick(pv);
}

static void kvm_pv_state_get_domain(struct kvm_pv *pv, struct kvm_pv_domain *domain,
				    struct kvm_pv_state *states)
{
	struct kvm_pv_window *window;
	unsigned long flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	for (window = domain->first; window; window = window->next) {
		states[window - pv->windows] = (struct kvm_pv_state) {
			.record		= (u64)window->record_hi << 32 | window->record_lo,
			.sel		= window->sel,
			.request	= domain->request,
			.vcpu_id	= domain->vcpu_id,
			.record_vcpu_id	= window->record.on ? window->record.vcpu_id :
							      KVM_PV_NO_VCPU,
		};
	}
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

/* The guest may run: a record that it moves meanwhile must not be seen twice. */
static int kvm_pv_state_get(struct kvm_pv *pv, struct kvm_pv_state *states)
{
	u32 i;

	if (mutex_lock_interruptible(&pv->switching))
		return -EINTR;

	for (i = 0; i < pv->nr_cpus; i++) {
		if (pv->windows[i].domain == &pv->windows[i].own)
			kvm_pv_state_get_domain(pv, pv->windows[i].domain, states);
	}
	mutex_unlock(&pv->switching);
	return 0;
}

static int kvm_pv_state_copy_out(const struct kvm_pv_save *arg, u32 nr,
				 const struct kvm_pv_state *states)
{
	u32 size = min_t(u32, arg->state_size, sizeof(*states));
	u32 i;

	for (i = 0; i < min(arg->nr, nr); i++) {
		void __user *user = u64_to_user_ptr(arg->states + (u64)i * arg->state_size);

		if (copy_to_user(user, &states[i], size) ||
		    clear_user(user + size, arg->state_size - size))
			return -EFAULT;
	}

	return 0;
}

int kvm_pv_state_save(struct kvm_pv_save *arg)
{
	struct kvm_pv_state *states = NULL;
	struct kvm_pv *pv;
	int idx, err;
	u64 cap;

	if (arg->flags || arg->reserved)
		return -EINVAL;
	if (arg->nr && arg->state_size < KVM_PV_STATE_SIZE_VER0)
		return -EINVAL;
	if (arg->state_size > PAGE_SIZE)
		return -E2BIG;

	idx = srcu_read_lock(&kvm_pv_srcu);
	pv = kvm_pv_vm_find_id(arg->id);
	if (!pv) {
		err = -ENOENT;
		goto unlock_srcu;
	}

	states = kvcalloc(pv->nr_cpus, sizeof(*states), GFP_KERNEL_ACCOUNT);
	if (!states) {
		err = -ENOMEM;
		goto unlock_srcu;
	}

	err = kvm_pv_state_get(pv, states);
	if (!err)
		err = kvm_pv_state_copy_out(arg, pv->nr_cpus, states);
	if (err)
		goto unlock_srcu;

	cap = READ_ONCE(pv->cap);
	arg->ceiling = kvm_pv_cap_shown(pv, cap);
	arg->generation = kvm_pv_cap_generation(cap);
	arg->nr = pv->nr_cpus;

unlock_srcu:
	srcu_read_unlock(&kvm_pv_srcu, idx);
	kvfree(states);
	return err;
}
