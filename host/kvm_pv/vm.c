// SPDX-License-Identifier: GPL-2.0
/*
 * The attached VMs.
 *
 * No reference to a struct kvm is held: it would keep the VM alive after its VMM
 * is gone.  A VM is linked from its attachment until it is detached or dies,
 * whichever comes first, and the device on its MMIO bus is told of both.
 *
 *   slots_lock of the VM	attach and detach of that VM
 *   kvm_pv_lock		the list and the hash
 *   kvm_pv_srcu		everything that reads a struct kvm_pv
 *   RCU			the hook, which answers what needs no sleep, and no @pid
 */
#include <linux/file.h>
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "kvm_pv.h"

DEFINE_SRCU(kvm_pv_srcu);
LIST_HEAD(kvm_pv_vms);

static DEFINE_SPINLOCK(kvm_pv_lock);
static DEFINE_HASHTABLE(kvm_pv_hash, 6);
static u32 kvm_pv_last_id;

/**
 * kvm_pv_vm_find - what is attached to a VM
 * @kvm: the VM
 *
 * Return: the attachment, valid as long as the caller holds kvm_pv_srcu (or all but
 * its pid: RCU; or for comparison with NULL: the VM's slots_lock); NULL where there is
 * none.
 */
struct kvm_pv *kvm_pv_vm_find(struct kvm *kvm)
{
	struct kvm_pv *pv;

	hash_for_each_possible_rcu(kvm_pv_hash, pv, node, (unsigned long)kvm,
				   srcu_read_lock_held(&kvm_pv_srcu) ||
				   lockdep_is_held(&kvm->slots_lock)) {
		if (pv->kvm == kvm)
			return pv;
	}

	return NULL;
}

/* The same for a handle; the caller holds kvm_pv_srcu. */
struct kvm_pv *kvm_pv_vm_find_id(u32 id)
{
	struct kvm_pv *pv;

	list_for_each_entry_srcu(pv, &kvm_pv_vms, list,
				 srcu_read_lock_held(&kvm_pv_srcu) ||
				 lockdep_is_held(&kvm_pv_lock)) {
		if (pv->id == id)
			return pv;
	}

	return NULL;
}

static void kvm_pv_vm_link(struct kvm_pv *pv)
{
	spin_lock(&kvm_pv_lock);
	do {
		pv->id = ++kvm_pv_last_id;
	} while (!pv->id || kvm_pv_vm_find_id(pv->id));
	list_add_tail_rcu(&pv->list, &kvm_pv_vms);
	hash_add_rcu(kvm_pv_hash, &pv->node, (unsigned long)pv->kvm);
	spin_unlock(&kvm_pv_lock);
}

/* Returns true to one caller only. */
static bool kvm_pv_vm_unlink(struct kvm_pv *pv)
{
	bool linked;

	spin_lock(&kvm_pv_lock);
	linked = hash_hashed(&pv->node);
	if (linked) {
		hash_del_rcu(&pv->node);
		list_del_rcu(&pv->list);
	}
	spin_unlock(&kvm_pv_lock);

	return linked;
}

static void kvm_pv_vm_free(struct kvm_pv *pv)
{
	put_pid(pv->pid);
	kvfree(pv);
}

static void kvm_pv_vm_free_srcu(struct rcu_head *rcu)
{
	struct kvm_pv *pv = container_of(rcu, struct kvm_pv, rcu);

	put_pid(pv->pid);
	/* SRCU readers are gone, those of the hook may not be. */
	kvfree_rcu(pv, rcu);
}

/**
 * kvm_pv_vm_release - the device has left the bus of its VM
 * @pv: the attachment, which is freed when its last reader is gone
 *
 * May be called more than once, as long as the caller knows that @pv is there.
 */
void kvm_pv_vm_release(struct kvm_pv *pv)
{
	if (test_and_set_bit(KVM_PV_RELEASED, &pv->state))
		return;

	kvm_pv_vm_unlink(pv);
	kvm_pv_share_release(pv);
	kvm_pv_apply_release(pv);
	call_srcu(&kvm_pv_srcu, &pv->rcu, kvm_pv_vm_free_srcu);
	/* The rest of this function, and of its caller, is kvm_pv_vm_exit()'s. */
	module_put(THIS_MODULE);
}

/*
 * The process that a VM belongs to: KVM_CREATE_VM binds the VM to its address
 * space, whoever holds the file descriptor now.
 */
static struct pid *kvm_pv_vm_pid(struct kvm *kvm)
{
	struct task_struct *task;
	struct pid *pid = NULL;

	rcu_read_lock();
	for_each_process(task) {
		if (READ_ONCE(task->mm) == kvm->mm) {
			pid = get_pid(task_tgid(task));
			break;
		}
	}
	rcu_read_unlock();

	return pid;
}

static int kvm_pv_vm_copy_perf(struct kvm_pv *pv, u64 addr, u32 nr)
{
	u32 i;

	if (copy_from_user(pv->perf, u64_to_user_ptr(addr), nr * sizeof(u32)))
		return -EFAULT;

	for (i = 0; i < nr; i++) {
		if (pv->perf[i] <= (i ? pv->perf[i - 1] : 0))
			return -EINVAL;
	}
	pv->nr_perf = nr;

	return 0;
}

static int kvm_pv_vm_copy_domains(struct kvm_pv *pv, u64 addr)
{
	u32 __user *domains = u64_to_user_ptr(addr);
	u32 i;

	for (i = 0; i < pv->nr_cpus; i++) {
		if (!addr)
			pv->windows[i].stats.domain = i;
		else if (get_user(pv->windows[i].stats.domain, domains + i))
			return -EFAULT;
	}

	return 0;
}

static struct kvm_pv *kvm_pv_vm_alloc(const struct kvm_pv_attach *arg)
{
	const struct kvm_pv_backend *backend = kvm_pv_apply_backend(arg->backend);
	struct kvm_pv *pv;
	int err;

	if (arg->flags & ~KVM_PV_EXPOSE_TID || !backend)
		return ERR_PTR(-EINVAL);
	if (arg->margin > (backend->margin ? KVM_PV_MAX_MARGIN : 0))
		return ERR_PTR(-EINVAL);
	if (!arg->nr_cpus || arg->nr_cpus > KVM_MAX_VCPUS)
		return ERR_PTR(-EINVAL);
	if (!arg->nr_perf || arg->nr_perf > KVM_PV_MAX_PERF)
		return ERR_PTR(-EINVAL);
	if (!PAGE_ALIGNED(arg->base))
		return ERR_PTR(-EINVAL);
	if (arg->base > U64_MAX - (u64)arg->nr_cpus * PV_FREQ_STRIDE)
		return ERR_PTR(-EINVAL);

	if (backend->known && !backend->known())
		return ERR_PTR(-EOPNOTSUPP);

	pv = kvzalloc(struct_size(pv, windows, arg->nr_cpus), GFP_KERNEL_ACCOUNT);
	if (!pv)
		return ERR_PTR(-ENOMEM);

	pv->flags = arg->flags;
	pv->base = arg->base;
	pv->nr_cpus = arg->nr_cpus;
	pv->backend = backend;
	pv->margin = arg->margin;

	err = kvm_pv_vm_copy_perf(pv, arg->perf, arg->nr_perf);
	if (err)
		goto free_pv;
	err = kvm_pv_vm_copy_domains(pv, arg->domains);
	if (err)
		goto free_pv;

	err = kvm_pv_cap_init(pv, arg->ceiling, arg->generation);
	if (err)
		goto free_pv;

	mutex_init(&pv->switching);
	kvm_pv_apply_init(pv);
	kvm_pv_domain_init(pv);
	kvm_pv_device_init(pv);
	return pv;

free_pv:
	kvm_pv_vm_free(pv);
	return ERR_PTR(err);
}

static int kvm_pv_vm_add(struct kvm_pv *pv)
{
	struct kvm *kvm = pv->kvm;
	int err = -EEXIST;

	/* Held for as long as the device is on the bus, see kvm_pv_vm_release(). */
	__module_get(THIS_MODULE);

	mutex_lock(&kvm->slots_lock);
	if (!kvm_pv_vm_find(kvm))
		err = kvm_pv_device_register(pv);
	if (!err) {
		kvm_pv_vm_link(pv);
		kvm_pv_state_go_on(pv);
	}
	mutex_unlock(&kvm->slots_lock);

	if (err)
		module_put(THIS_MODULE);
	return err;
}

int kvm_pv_vm_attach(struct kvm_pv_attach *arg)
{
	struct kvm_pv *pv;
	struct file *file;
	int idx, err;

	if (arg->reserved)
		return -EINVAL;

	file = fget(arg->vm_fd);
	if (!file)
		return -EBADF;

	err = -EINVAL;
	if (!file_is_kvm(file))
		goto put_file;

	pv = kvm_pv_vm_alloc(arg);
	if (IS_ERR(pv)) {
		err = PTR_ERR(pv);
		goto put_file;
	}
	pv->kvm = file->private_data;
	pv->vendor = file->f_op->owner;
	pv->pid = kvm_pv_vm_pid(pv->kvm);

	err = kvm_pv_state_restore(pv, arg);
	if (err)
		goto free_pv;

	kvm_pv_arch_prepare();

	/* As soon as it is linked, another thread may detach it. */
	idx = srcu_read_lock(&kvm_pv_srcu);
	err = kvm_pv_vm_add(pv);
	arg->id = pv->id;
	srcu_read_unlock(&kvm_pv_srcu, idx);
	if (err)
		goto free_pv;

	/* Where records go on, the guest that runs next finds them right. */
	if (arg->states)
		kvm_pv_sched_wait();
	fput(file);
	return 0;

free_pv:
	kvm_pv_apply_release(pv);
	kvm_pv_vm_free(pv);
put_file:
	fput(file);
	return err;
}

int kvm_pv_vm_detach(u32 id)
{
	struct module *vendor = NULL;
	struct kvm_pv *pv;
	struct kvm *kvm;
	int idx, err = -ENOENT;

	idx = srcu_read_lock(&kvm_pv_srcu);

	/*
	 * While it is linked, its struct kvm is there, but it may be dying: then
	 * the end of the VM releases the device.  Files hold KVM's module, a struct kvm
	 * does not, and the last to put it may be we.
	 */
	spin_lock(&kvm_pv_lock);
	pv = kvm_pv_vm_find_id(id);
	kvm = pv && kvm_get_kvm_safe(pv->kvm) ? pv->kvm : NULL;
	if (kvm) {
		vendor = pv->vendor;
		__module_get(vendor);
	}
	spin_unlock(&kvm_pv_lock);
	if (!kvm)
		goto unlock_srcu;

	/*
	 * Not under slots_lock, for clamps take cpus_read_lock(), inside of which KVM
	 * takes locks; and before anybody can attach the VM anew.
	 */
	kvm_pv_apply_close(pv);

	mutex_lock(&kvm->slots_lock);
	if (kvm_pv_vm_unlink(pv)) {
		kvm_pv_device_unregister(pv);
		err = 0;
	}
	mutex_unlock(&kvm->slots_lock);

unlock_srcu:
	srcu_read_unlock(&kvm_pv_srcu, idx);
	if (kvm) {
		kvm_put_kvm(kvm);
		module_put(vendor);
	}
	return err;
}

/*
 * No VM is attached, nobody can attach one, and the hook is gone.  What may still
 * run here is on its way out: answers to hypercalls (readers of kvm_pv_srcu), the
 * freeing of attachments (its callbacks), and the last instructions of both and
 * of kvm_pv_vm_release(), which do not sleep.
 */
void kvm_pv_vm_exit(void)
{
	synchronize_srcu(&kvm_pv_srcu);
	srcu_barrier(&kvm_pv_srcu);
	synchronize_rcu_tasks();
}
