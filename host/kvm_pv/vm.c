// SPDX-License-Identifier: GPL-2.0
/*
 * The attached VMs.
 *
 * kvm_pv holds no reference to a struct kvm, which would keep the VM alive after the end of
 * its VMM.  A VM is linked from attach until detach or until it ends, whichever comes first.
 *
 *   slots_lock of the VM	changes of its MMIO bus
 *   kvm_pv_vm_lock		the list and the hash
 *   RCU			lookup; the hooks, which do not read @pid, use the result under RCU
 *   kvm_pv_vm_generation	results of lookups that a CPU has kept
 *   kvm_pv->ref		every other use of a lookup, because it may sleep
 *
 * A VMM controls how long an access to guest memory takes, and by that how long KVM waits for
 * kvm->srcu when a device is added to the bus or removed from it.  So no lock of more than one VM
 * is held across either of both: a caller of VCPU_INFO holds a reference only, and a work per VM
 * adds and removes the device.
 */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "kvm_pv.h"
#include "vm-cache.h"

LIST_HEAD(kvm_pv_vms);

static DEFINE_SPINLOCK(kvm_pv_vm_lock);
/* Context switches and calls look up a VM.  With a thousand VMs, a bucket has about one. */
static DEFINE_HASHTABLE(kvm_pv_vm_hash, 10);
static u32 kvm_pv_vm_last_id;
static struct workqueue_struct *kvm_pv_vm_wq;

DEFINE_PER_CPU(struct kvm_pv_vm_cache, kvm_pv_vm_cache);

/*
 * Changes when the result of a lookup changes: a VM is linked or unlinked, or a vCPU is added.  A
 * vCPU that is found with the present generation is valid until the end of the RCU read section,
 * because it is freed a grace period after kvm_pv_vm_unlink().
 */
atomic_t kvm_pv_vm_generation;

static void kvm_pv_vm_changed(void)
{
	smp_mb__before_atomic(); /* the change; pairs with kvm_pv_vm_vcpu() */
	atomic_inc(&kvm_pv_vm_generation);
}

/**
 * kvm_pv_vm_find - the attachment of a VM
 * @kvm: the VM
 *
 * Return: the attachment, valid but for its pid as long as the caller holds RCU (for
 * comparison with NULL also the VM's slots_lock); NULL if the VM is not attached.
 */
struct kvm_pv *kvm_pv_vm_find(struct kvm *kvm)
{
	struct kvm_pv *pv;

	hash_for_each_possible_rcu(kvm_pv_vm_hash, pv, node, (unsigned long)kvm,
				   lockdep_is_held(&kvm->slots_lock)) {
		if (pv->kvm == kvm)
			return pv;
	}

	return NULL;
}

/**
 * kvm_pv_vm_find_vcpu - the vCPU of a vCPU of KVM
 * @vcpu: the vCPU of KVM
 *
 * Return: the vCPU, valid as long as the caller holds RCU; NULL if its VM is not attached, or if
 * it has not sent a request.
 */
struct kvm_pv_vcpu *kvm_pv_vm_find_vcpu(struct kvm_vcpu *vcpu)
{
	struct kvm_pv *pv = kvm_pv_vm_find(vcpu->kvm);

	return pv && kvm_pv_vm_is_created(vcpu) ? xa_load(&pv->vcpus, vcpu->vcpu_idx) : NULL;
}

/**
 * kvm_pv_vm_find_exits - state of the telemetry of a vCPU
 * @vcpu: the vCPU of KVM
 *
 * Return: the state, valid as long as the caller holds RCU; NULL if it has none.
 */
struct kvm_pv_exits_vcpu *kvm_pv_vm_find_exits(struct kvm_vcpu *vcpu)
{
	struct kvm_pv *pv = kvm_pv_vm_find(vcpu->kvm);

	return pv && kvm_pv_vm_is_created(vcpu) ? kvm_pv_exits_find(pv->exits, vcpu) : NULL;
}

/**
 * kvm_pv_vm_add_vcpu - add a vCPU to its VM
 * @v: the vCPU, which kvm_pv_vm_find_vcpu() finds from now on
 *
 * Called by the thread that runs the vCPU; may sleep.
 *
 * Return: 0, or -ENOMEM.
 */
int kvm_pv_vm_add_vcpu(struct kvm_pv_vcpu *v)
{
	int err = xa_insert(&v->pv->vcpus, v->vcpu->vcpu_idx, v, GFP_KERNEL_ACCOUNT);

	if (!err)
		kvm_pv_vm_changed();
	return err;
}

/* The caller holds RCU or kvm_pv_vm_lock. */
static struct kvm_pv *kvm_pv_vm_find_id(u32 id)
{
	struct kvm_pv *pv;

	list_for_each_entry_rcu(pv, &kvm_pv_vms, list, lockdep_is_held(&kvm_pv_vm_lock)) {
		if (pv->id == id)
			return pv;
	}

	return NULL;
}

/**
 * kvm_pv_vm_get - the attachment of a VM, with a reference
 * @kvm: the VM
 *
 * Return: the attachment; the caller releases it by kvm_pv_vm_put(); NULL if the VM is not
 * attached.
 */
struct kvm_pv *kvm_pv_vm_get(struct kvm *kvm)
{
	struct kvm_pv *pv;

	rcu_read_lock();
	pv = kvm_pv_vm_find(kvm);
	if (pv && !kref_get_unless_zero(&pv->ref))
		pv = NULL;
	rcu_read_unlock();

	return pv;
}

/**
 * kvm_pv_vm_get_id - the attachment of a handle, with a reference
 * @id: the handle
 *
 * Return: as kvm_pv_vm_get().
 */
struct kvm_pv *kvm_pv_vm_get_id(u32 id)
{
	struct kvm_pv *pv;

	rcu_read_lock();
	pv = kvm_pv_vm_find_id(id);
	if (pv && !kref_get_unless_zero(&pv->ref))
		pv = NULL;
	rcu_read_unlock();

	if (!pv)
		pr_debug("vm %u: not attached\n", id);
	return pv;
}

/* The VM with the lowest handle above @id; the caller holds RCU. */
static struct kvm_pv *kvm_pv_vm_find_above(u32 id)
{
	struct kvm_pv *pv, *next = NULL;

	list_for_each_entry_rcu(pv, &kvm_pv_vms, list) {
		if (pv->id > id && (!next || pv->id < next->id))
			next = pv;
	}

	return next;
}

/**
 * kvm_pv_vm_next - walk the attached VMs, with a reference to one at a time
 * @pv: the VM before, whose reference is released; NULL: the walk begins
 *
 * The walk includes each VM that is attached before its begin and not detached before its end.
 * The caller holds the module.
 *
 * Return: the VM, or NULL at the end.
 */
struct kvm_pv *kvm_pv_vm_next(struct kvm_pv *pv)
{
	u32 id = pv ? pv->id : 0;
	struct kvm_pv *next;

	rcu_read_lock();
	do {
		next = kvm_pv_vm_find_above(id);
		if (next)
			id = next->id;
	} while (next && !kref_get_unless_zero(&next->ref));
	rcu_read_unlock();

	if (pv)
		kvm_pv_vm_put(pv);
	return next;
}

/*
 * An RCU grace period after the last reference.  A hook can have queued the irq_work until then.
 */
static void kvm_pv_vm_free(struct work_struct *work)
{
	struct kvm_pv *pv = container_of(to_rcu_work(work), struct kvm_pv, free);
	struct kvm_pv_vcpu *v;
	unsigned long i;

	irq_work_sync(&pv->worker.kick);

	xa_for_each(&pv->vcpus, i, v)
		kfree(v);
	xa_destroy(&pv->vcpus);
	kvm_pv_exits_free(pv->exits);
	kvm_pv_page_put(pv->page);
	put_pid(pv->pid);
	kvfree(pv);
}

static void kvm_pv_vm_last(struct kref *ref)
{
	struct kvm_pv *pv = container_of(ref, struct kvm_pv, ref);

	queue_rcu_work(kvm_pv_vm_wq, &pv->free);
	/* kvm_pv_vm_exit() waits for the rest of this function and of its callers. */
	module_put(THIS_MODULE);
}

/**
 * kvm_pv_vm_put - release a reference to an attachment
 * @pv: the attachment
 *
 * Context: any but NMI; the caller does not sleep in this module afterwards, unless it holds
 * the module by other means.
 */
void kvm_pv_vm_put(struct kvm_pv *pv)
{
	kref_put(&pv->ref, kvm_pv_vm_last);
}

/**
 * kvm_pv_vm_alloc - allocate an attachment
 * @nr_cpus: number of its windows
 *
 * Return: the attachment with one reference, or NULL.
 */
struct kvm_pv *kvm_pv_vm_alloc(u32 nr_cpus)
{
	struct kvm_pv *pv = kvzalloc(struct_size(pv, windows, nr_cpus), KVM_PV_GFP);

	if (!pv)
		return NULL;

	__module_get(THIS_MODULE);
	kref_init(&pv->ref);
	INIT_RCU_WORK(&pv->free, kvm_pv_vm_free);
	xa_init(&pv->vcpus);
	mutex_init(&pv->capping);
	kvm_pv_constraint_init(pv);
	pv->nr_cpus = nr_cpus;
	return pv;
}

/* Links a VM whose device is on the bus; its slots_lock is held. */
void kvm_pv_vm_link(struct kvm_pv *pv)
{
	lockdep_assert_held(&pv->kvm->slots_lock);

	spin_lock(&kvm_pv_vm_lock);
	do {
		pv->id = ++kvm_pv_vm_last_id;
	} while (!pv->id || kvm_pv_vm_find_id(pv->id));
	list_add_tail_rcu(&pv->list, &kvm_pv_vms);
	hash_add_rcu(kvm_pv_vm_hash, &pv->node, (unsigned long)pv->kvm);
	kvm_pv_vm_changed();
	spin_unlock(&kvm_pv_vm_lock);
}

static bool kvm_pv_vm_unlink_locked(struct kvm_pv *pv)
{
	lockdep_assert_held(&kvm_pv_vm_lock);

	if (!hash_hashed(&pv->node))
		return false;

	hash_del_rcu(&pv->node);
	list_del_rcu(&pv->list);
	kvm_pv_vm_changed();
	return true;
}

/**
 * kvm_pv_vm_unlink - unlink a VM
 * @pv: the VM, which need not be linked
 */
void kvm_pv_vm_unlink(struct kvm_pv *pv)
{
	spin_lock(&kvm_pv_vm_lock);
	kvm_pv_vm_unlink_locked(pv);
	spin_unlock(&kvm_pv_vm_lock);
}

/**
 * kvm_pv_vm_unlink_get - unlink a VM, with a reference to its struct kvm and its vendor module
 * @pv: the VM
 *
 * As long as the VM is linked, its struct kvm exists, but the VM may be ending: then its end
 * releases the device.  A file of KVM holds the vendor module, a struct kvm does not, and the
 * caller may release the last reference to the VM.
 *
 * Return: whether the VM was linked and is not ending; true to one caller only.
 */
bool kvm_pv_vm_unlink_get(struct kvm_pv *pv)
{
	bool unlinked = false;

	spin_lock(&kvm_pv_vm_lock);
	if (hash_hashed(&pv->node) && kvm_get_kvm_safe(pv->kvm)) {
		__module_get(pv->vendor);
		set_bit(KVM_PV_DETACHED, &pv->state);
		unlinked = kvm_pv_vm_unlink_locked(pv);
	}
	spin_unlock(&kvm_pv_vm_lock);

	return unlinked;
}

int __init kvm_pv_vm_init(void)
{
	kvm_pv_vm_wq = alloc_workqueue("kvm_pv_vm", WQ_UNBOUND, 0);

	return kvm_pv_vm_wq ? 0 : -ENOMEM;
}

/*
 * No VM is attached, none can be attached, and the hook is removed.  The last instructions of
 * the functions that release a reference may still run; they do not sleep.
 */
void kvm_pv_vm_exit(void)
{
	rcu_barrier(); /* queue_rcu_work() */
	destroy_workqueue(kvm_pv_vm_wq);
	synchronize_rcu_tasks();
}
