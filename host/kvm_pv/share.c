// SPDX-License-Identifier: GPL-2.0
/*
 * When memory that is shared with a guest is written and read:
 *
 *   - a vCPU is loaded on a CPU: the host's half is written if it is out of date;
 *   - what that CPU runs at changes: the same, in an interrupt;
 *   - a vCPU is put off its CPU: the guest's half is read;
 *   - a vCPU accesses the device: first the guest's half is read, so that requests
 *     are taken in the order in which they were made; then the host's half is written
 *     for all CPUs of the domain.
 *
 * The first three must not sleep, and the third may have the lock of a run queue.  So
 * they do what KVM does for steal time at the same places, user accesses that fail
 * rather than fault, under a lock that is never held with interrupts on.  What has
 * failed there is tried again at the next occasion; at the last, a page that is not
 * there is fetched.
 */
#include <linux/build_bug.h>
#include <linux/sched.h>

#include "kvm_pv.h"

#define KVM_PV_SHARE_HOST_SIZE	offsetof(struct pv_freq_record, request)

/*
 * Fetches the page of a record.  Whoever switches the record off waits for that, for the
 * memory is the guest's own again then.
 */
static void kvm_pv_share_bring(struct kvm_pv *pv, struct kvm_pv_window *window,
			       struct kvm_vcpu *vcpu)
{
	unsigned long flags;
	gpa_t gpa;
	bool on;

	mutex_lock(&pv->switching);
	raw_spin_lock_irqsave(&window->domain->lock, flags);
	on = window->record.on;
	gpa = window->record.cache.gpa;
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
	if (on)
		kvm_pv_record_bring(vcpu->kvm, gpa);
	mutex_unlock(&pv->switching);

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	kvm_pv_record_update(pv, window, vcpu);
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
}

/**
 * kvm_pv_share_publish - write the host's half for all CPUs of a domain
 * @pv: the VM
 * @domain: the domain, not locked
 * @vcpu: the vCPU in whose thread we are; may sleep, and must not hold @pv->switching
 */
void kvm_pv_share_publish(struct kvm_pv *pv, struct kvm_pv_domain *domain,
			  struct kvm_vcpu *vcpu)
{
	struct kvm_pv_window *window;
	unsigned long flags;
	bool failed;

	/* Each by itself: a vCPU that leaves its CPU should not have to wait for all. */
	for (window = domain->first; window; window = window->next) {
		if (!READ_ONCE(window->record.on))
			continue;

		raw_spin_lock_irqsave(&domain->lock, flags);
		kvm_pv_record_update(pv, window, vcpu);
		failed = window->record.on && window->record.fails;
		raw_spin_unlock_irqrestore(&domain->lock, flags);
		if (failed)
			kvm_pv_share_bring(pv, window, vcpu);
	}
}

/* The window whose record is that of a vCPU, or was, or NULL. */
static struct kvm_pv_window *kvm_pv_share_of(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	u32 nr = READ_ONCE(pv->window_of[vcpu->vcpu_idx]);

	return nr ? &pv->windows[nr - 1] : NULL;
}

static bool kvm_pv_share_is_of(const struct kvm_pv_window *window,
			       const struct kvm_vcpu *vcpu)
{
	return window->record.on && window->record.vcpu_idx == vcpu->vcpu_idx;
}

/* On this CPU; the domain is locked. */
static void kvm_pv_share_loaded(struct kvm_pv_window *window)
{
	window->record.cpu = smp_processor_id();
	window->record.loaded = true;
	kvm_pv_speed_watch(true);
}

/**
 * kvm_pv_share_load - a vCPU is being loaded on this CPU
 * @pv: the VM
 * @vcpu: the vCPU; preemption is off
 */
void kvm_pv_share_load(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	struct kvm_pv_window *window = kvm_pv_share_of(pv, vcpu);
	unsigned long flags;

	/* KVM loads vCPUs to take them apart as well, whoever does it. */
	if (!window || current->mm != vcpu->kvm->mm)
		return;

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	if (kvm_pv_share_is_of(window, vcpu)) {
		kvm_pv_share_loaded(window);
		kvm_pv_record_update(pv, window, vcpu);
	}
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
}

/**
 * kvm_pv_share_speed - what this CPU runs at has changed
 * @pv: the VM
 * @vcpu: the vCPU that is KVM's running one; interrupts are off
 *
 * KVM may have been interrupted in the middle of an entry to the dirty ring.  A vCPU
 * that has one leaves its CPU for a moment instead, and looks on return.
 *
 * Return: whether it has a record here.
 */
bool kvm_pv_share_speed(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	struct kvm_pv_window *window = kvm_pv_share_of(pv, vcpu);
	int cpu = smp_processor_id();
	struct kvm_pv_record *record;
	unsigned long flags;
	bool here;

	if (!window || current->mm != vcpu->kvm->mm)
		return false;

	record = &window->record;
	raw_spin_lock_irqsave(&window->domain->lock, flags);
	here = kvm_pv_share_is_of(window, vcpu) && record->loaded && record->cpu == cpu;
	if (here && !vcpu->kvm->dirty_ring_size)
		kvm_pv_record_update(pv, window, vcpu);
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);

	if (here && vcpu->kvm->dirty_ring_size)
		kvm_pv_sched_nudge(cpu);
	return here;
}

/**
 * kvm_pv_share_put - a vCPU is being put off this CPU
 * @pv: the VM
 * @vcpu: the vCPU; preemption is off, and the run queue may be locked
 *
 * The records of other CPUs of the domain are written when these are loaded.
 */
void kvm_pv_share_put(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	struct kvm_pv_window *window = kvm_pv_share_of(pv, vcpu);
	unsigned long flags;

	if (!window || current->mm != vcpu->kvm->mm)
		return;

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	if (kvm_pv_share_is_of(window, vcpu)) {
		window->record.loaded = false;
		kvm_pv_speed_watch(false);
		kvm_pv_record_take(pv, window, vcpu);
	}
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
}

static void kvm_pv_share_look_at(struct kvm_pv *pv, struct kvm_pv_window *window,
				 struct kvm_vcpu *vcpu)
{
	unsigned long flags;
	bool publish;

	if (!READ_ONCE(window->record.on))
		return;

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	publish = kvm_pv_record_take(pv, window, vcpu) || window->record.fails ||
		  !window->record.written;
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);

	if (publish)
		kvm_pv_share_publish(pv, window->domain, vcpu);
}

/**
 * kvm_pv_share_look - a vCPU accesses the device: what has it asked for before?
 * @pv: the VM
 * @window: that is accessed
 * @vcpu: the vCPU; may sleep
 * @requests: the access is a request itself, which the records of the domain already
 *            have, and which ends all that came before
 */
void kvm_pv_share_look(struct kvm_pv *pv, struct kvm_pv_window *window,
		       struct kvm_vcpu *vcpu, bool requests)
{
	struct kvm_pv_window *own = kvm_pv_share_of(pv, vcpu);

	if (own && (own->domain != window->domain || !requests))
		kvm_pv_share_look_at(pv, own, vcpu);
	/* All records of a domain say the same. */
	if (!requests && (!own || own->domain != window->domain))
		kvm_pv_share_look_at(pv, window, vcpu);
}

/**
 * kvm_pv_share_domain - the domain that a vCPU is of
 * @pv: the VM
 * @window: that the vCPU has written to
 * @vcpu: the vCPU
 *
 * A CPU may write requests for others, but has its record in its own window.
 *
 * Return: the domain of its record, or where it has none, that of @window.
 */
struct kvm_pv_domain *kvm_pv_share_domain(struct kvm_pv *pv, struct kvm_pv_window *window,
					  struct kvm_vcpu *vcpu)
{
	struct kvm_pv_window *own = kvm_pv_share_of(pv, vcpu);

	if (own && READ_ONCE(own->record.on) && own->record.vcpu_idx == vcpu->vcpu_idx)
		return own->domain;
	return window->domain;
}

static void kvm_pv_share_end(struct kvm_pv_window *window, u32 reason)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	kvm_pv_record_off(window, reason);
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
}

static gpa_t kvm_pv_share_gpa(struct kvm_pv_window *window)
{
	unsigned long flags;
	gpa_t gpa;

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	gpa = (gpa_t)window->record_hi << 32 | window->record_lo;
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);

	return gpa;
}

static void kvm_pv_share_begin(struct kvm_pv *pv, struct kvm_pv_window *window,
			       struct kvm_vcpu *vcpu, gpa_t gpa, bool restored)
{
	struct kvm_pv_record *record = &window->record;
	struct kvm *kvm = vcpu->kvm;
	unsigned long flags;
	int idx;

	idx = srcu_read_lock(&kvm->srcu);
	raw_spin_lock_irqsave(&window->domain->lock, flags);
	memset(record, 0, sizeof(*record));
	record->on = true;
	record->vcpu_idx = vcpu->vcpu_idx;
	record->vcpu_id = vcpu->vcpu_id;
	record->restored = restored;
	if (!restored)
		kvm_pv_share_loaded(window);
	kvm_gfn_to_hva_cache_init(kvm, &record->cache, gpa, sizeof(struct pv_freq_record));
	/* It does not say where, where it fails. */
	record->cache.gpa = gpa;
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
	srcu_read_unlock(&kvm->srcu, idx);

	WRITE_ONCE(pv->window_of[vcpu->vcpu_idx], window - pv->windows + 1);
}

static bool kvm_pv_share_on(struct kvm_pv *pv, struct kvm_pv_window *window,
			    struct kvm_vcpu *vcpu)
{
	struct kvm_pv_window *last = kvm_pv_share_of(pv, vcpu);
	gpa_t gpa = kvm_pv_share_gpa(window);
	struct pv_freq_record zero = { };
	struct kvm *kvm = vcpu->kvm;
	int idx, err;

	BUILD_BUG_ON(sizeof(struct pv_freq_record) > PV_FREQ_RECORD_ALIGN);

	if (!IS_ALIGNED(gpa, PV_FREQ_RECORD_ALIGN))
		return false;

	/* Finds out whether it is memory, and brings the page. */
	idx = srcu_read_lock(&kvm->srcu);
	err = kvm_write_guest(kvm, gpa, &zero, KVM_PV_SHARE_HOST_SIZE);
	srcu_read_unlock(&kvm->srcu, idx);
	if (err)
		return false;

	/* A vCPU has one record. */
	if (last && last->record.vcpu_idx == vcpu->vcpu_idx)
		kvm_pv_share_end(last, KVM_PV_DROP_MOVED);

	kvm_pv_share_begin(pv, window, vcpu, gpa, false);

	/* Once for each VM, or its guest could keep this host busy. */
	if (!test_and_set_bit(KVM_PV_SCHEDULED, &pv->state))
		kvm_pv_sched_get();
	return true;
}

/**
 * kvm_pv_share_switch - a vCPU writes record_ctl
 * @pv: the VM
 * @window: the window
 * @vcpu: the vCPU; may sleep
 * @value: PV_FREQ_RECORD_ON or _OFF, or what else a guest may write
 *
 * Return: false where the write is refused.
 */
bool kvm_pv_share_switch(struct kvm_pv *pv, struct kvm_pv_window *window,
			 struct kvm_vcpu *vcpu, u32 value)
{
	bool taken = true;

	if (!kvm_pv_sched_known)
		return false;
	if (value != PV_FREQ_RECORD_ON && value != PV_FREQ_RECORD_OFF)
		return false;

	mutex_lock(&pv->switching);
	kvm_pv_share_end(window, 0);
	if (value == PV_FREQ_RECORD_ON)
		taken = kvm_pv_share_on(pv, window, vcpu);
	mutex_unlock(&pv->switching);

	if (taken)
		kvm_pv_share_publish(pv, window->domain, vcpu);
	return taken;
}

/**
 * kvm_pv_share_restore - go on with a record that was on before the VM was attached
 * @pv: the VM, which is not linked yet
 * @window: the window
 * @vcpu: the vCPU whose record it is
 *
 * Guest memory is in the address space of the VMM, which is not ours here: what is
 * checked is that there is some.  It is written when the vCPU is loaded.
 */
void kvm_pv_share_restore(struct kvm_pv *pv, struct kvm_pv_window *window,
			  struct kvm_vcpu *vcpu)
{
	struct kvm_pv_record *record = &window->record;

	kvm_pv_share_begin(pv, window, vcpu, kvm_pv_share_gpa(window), true);

	if (kvm_is_error_hva(record->cache.hva) || !record->cache.memslot)
		kvm_pv_share_end(window, KVM_PV_DROP_MEMORY);
	else
		set_bit(KVM_PV_SCHEDULED, &pv->state);
}

/**
 * kvm_pv_share_release - the VM is detached, or ends
 * @pv: the VM, whose device has left the bus
 */
void kvm_pv_share_release(struct kvm_pv *pv)
{
	u32 i;

	for (i = 0; i < pv->nr_cpus; i++)
		kvm_pv_share_end(&pv->windows[i], 0);

	if (test_bit(KVM_PV_SCHEDULED, &pv->state))
		kvm_pv_sched_put();
}
