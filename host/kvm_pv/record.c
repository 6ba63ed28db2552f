// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that a CPU of the guest shares with us, struct pv_freq_record.
 *
 * It is in the address space of the VMM, so it is accessed by threads of the VM only,
 * and while a vCPU is loaded, since the dirty ring of that vCPU may have to take the
 * page.  Accesses fail rather than fault: see share.c for where they are made, and for
 * who tries again.
 */
#include <linux/uaccess.h>

#include "kvm_pv.h"

/*
 * A VMM replaces memory piece by piece, and a page that is swapped or moved is out until
 * the guest uses it, which it does with its record all the time.
 */
#define KVM_PV_RECORD_FAILS	1000

/**
 * kvm_pv_record_off - use a record no more
 * @window: whose record it is; its domain is locked
 * @reason: KVM_PV_DROP_*
 */
void kvm_pv_record_off(struct kvm_pv_window *window, u32 reason)
{
	if (!window->record.on)
		return;

	window->record.on = false;
	if (reason) {
		window->stats.dropped++;
		window->stats.drop_reason = reason;
	}
}

/*
 * The user address of the record as of now, or NULL.  The memory slots are
 * looked at only if they have changed.
 */
static struct pv_freq_record __user *
kvm_pv_record_user(struct kvm *kvm, struct kvm_pv_record *record)
{
	struct gfn_to_hva_cache *cache = &record->cache;

	if (kvm_memslots(kvm)->generation != cache->generation) {
		record->written = false;
		kvm_gfn_to_hva_cache_init(kvm, cache, cache->gpa,
					  sizeof(struct pv_freq_record));
	}
	if (kvm_is_error_hva(cache->hva) || !cache->memslot)
		return NULL;

	return (void __user *)cache->hva;
}

static int kvm_pv_record_store(struct pv_freq_record __user *user,
			       struct kvm_pv_record *record, u32 perf, u64 cap)
{
	__le32 generation = cpu_to_le32(kvm_pv_cap_generation(cap));
	__le32 ceiling = cpu_to_le32(kvm_pv_cap_ceiling(cap));
	int err = -EAGAIN;

	pagefault_disable();
	if (!user_write_access_begin(user, sizeof(*user)))
		goto enable_faults;

	/* Still odd where the last attempt has got no further. */
	record->seq |= 1;
	unsafe_put_user(cpu_to_le32(record->seq), &user->seq, end_access);
	smp_wmb(); /* odd before the first of the rest */
	unsafe_put_user(cpu_to_le32(perf), &user->cur_perf, end_access);
	unsafe_put_user(ceiling, &user->ceiling, end_access);
	unsafe_put_user(generation, &user->generation, end_access);
	smp_wmb(); /* even after the last of the rest */
	unsafe_put_user(cpu_to_le32(record->seq + 1), &user->seq, end_access);
	record->seq++;
	err = 0;

end_access:
	user_write_access_end();
enable_faults:
	pagefault_enable();
	return err;
}

static int kvm_pv_record_fetch(__le32 __user *user, u32 *value)
{
	int err = -EAGAIN;
	__le32 data;

	pagefault_disable();
	if (!user_read_access_begin(user, sizeof(*user)))
		goto enable_faults;

	unsafe_get_user(data, user, end_access);
	*value = le32_to_cpu(data);
	err = 0;

end_access:
	user_read_access_end();
enable_faults:
	pagefault_enable();
	return err;
}

/* A full ring is a bug to KVM, which makes room before it enters the guest again. */
static bool kvm_pv_record_may_dirty(struct kvm_vcpu *vcpu)
{
	const struct kvm_dirty_ring *ring = &vcpu->dirty_ring;

	return !vcpu->kvm->dirty_ring_size ||
	       ring->dirty_index - READ_ONCE(ring->reset_index) < ring->soft_limit;
}

static int kvm_pv_record_write(struct kvm_pv_window *window, struct kvm_vcpu *vcpu,
			       u32 perf, u64 cap)
{
	struct kvm_pv_record *record = &window->record;
	struct pv_freq_record __user *user;
	int err;

	user = kvm_pv_record_user(vcpu->kvm, record);
	if (!user)
		return -EFAULT;
	if (!kvm_pv_record_may_dirty(vcpu))
		return 0;

	/* The guest may be between the two reads of a count: it must not find the same. */
	if (record->restored) {
		err = kvm_pv_record_fetch(&user->seq, &record->seq);
		if (err)
			return err;
		record->restored = false;
	}

	/* A write that fails may have got as far as the sequence count. */
	record->written = false;
	err = kvm_pv_record_store(user, record, perf, cap);
	mark_page_dirty_in_slot(vcpu->kvm, record->cache.memslot,
				gpa_to_gfn(record->cache.gpa));
	if (err)
		return err;

	record->written = true;
	record->perf = perf;
	record->cap = cap;
	record->fails = 0;
	window->stats.writes++;
	return 0;
}

static int kvm_pv_record_read(struct kvm_pv_window *window, struct kvm_vcpu *vcpu,
			      u32 *request)
{
	struct pv_freq_record __user *user;
	int err;

	user = kvm_pv_record_user(vcpu->kvm, &window->record);
	if (!user)
		return -EFAULT;

	err = kvm_pv_record_fetch(&user->request, request);
	if (err)
		return err;

	if (window->record.written)
		window->record.fails = 0;
	return 0;
}

static void kvm_pv_record_failed(struct kvm_pv_window *window, int err)
{
	if (++window->record.fails >= KVM_PV_RECORD_FAILS)
		kvm_pv_record_off(window, err == -EAGAIN ? KVM_PV_DROP_FAULT :
							   KVM_PV_DROP_MEMORY);
}

/**
 * kvm_pv_record_update - write the host's half if it is out of date
 * @pv: the VM
 * @window: whose record it is; its domain is locked
 * @vcpu: the vCPU that is loaded
 */
void kvm_pv_record_update(struct kvm_pv *pv, struct kvm_pv_window *window,
			  struct kvm_vcpu *vcpu)
{
	struct kvm_pv_record *record = &window->record;
	u64 cap = READ_ONCE(pv->cap);
	u32 perf = kvm_pv_domain_cur(pv, window->domain, cap, record->cpu);
	int idx, err;

	/* Other memory is found when it is read, on the way off the CPU. */
	if (!record->on ||
	    (record->written && record->perf == perf && record->cap == cap))
		return;

	idx = srcu_read_lock(&vcpu->kvm->srcu);
	err = kvm_pv_record_write(window, vcpu, perf, cap);
	srcu_read_unlock(&vcpu->kvm->srcu, idx);
	if (err)
		kvm_pv_record_failed(window, err);
}

/**
 * kvm_pv_record_take - take the guest's request if it is a new one
 * @pv: the VM
 * @window: whose record it is; its domain is locked
 * @vcpu: the vCPU that is loaded
 *
 * Return: whether there was one.
 */
bool kvm_pv_record_take(struct kvm_pv *pv, struct kvm_pv_window *window,
			struct kvm_vcpu *vcpu)
{
	struct kvm_pv_domain *domain = window->domain;
	u32 request = 0;
	int idx, err;

	if (!window->record.on)
		return false;

	idx = srcu_read_lock(&vcpu->kvm->srcu);
	err = kvm_pv_record_read(window, vcpu, &request);
	srcu_read_unlock(&vcpu->kvm->srcu, idx);
	if (err)
		kvm_pv_record_failed(window, err);
	if (!request || request == domain->request)
		return false;

	kvm_pv_domain_request(pv, domain, vcpu, request);
	window->stats.lazy++;
	return true;
}

/**
 * kvm_pv_record_bring - fetch the page of a record
 * @kvm: the VM
 * @gpa: address of the record
 *
 * May sleep.  What it writes is what the guest is promised to find there.
 */
void kvm_pv_record_bring(struct kvm *kvm, gpa_t gpa)
{
	const __le32 zero = 0;
	int idx;

	idx = srcu_read_lock(&kvm->srcu);
	kvm_write_guest(kvm, gpa + offsetof(struct pv_freq_record, host_reserved),
			&zero, sizeof(zero));
	srcu_read_unlock(&kvm->srcu, idx);
}
