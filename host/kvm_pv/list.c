// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_LIST.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "kvm_pv.h"

static void kvm_pv_list_show(struct kvm_pv *pv, struct kvm_pv_vm *vm)
{
	memset(vm, 0, sizeof(*vm));
	vm->id = pv->id;
	vm->flags = pv->flags;
	if (kvm_pv_hook_failed())
		vm->flags &= ~KVM_PV_HYPERCALLS;
	vm->pid = pid_vnr(pv->pid);
	vm->nr_cpus = pv->nr_cpus;
	vm->base = pv->base;
	vm->nr_perf = pv->model.nr_perf;
	/* The highest cap is the same as none, but for a backend that requires one. */
	vm->cap = pv->backend->shared ? READ_ONCE(pv->model.cap) : kvm_pv_model_cap(&pv->model);
	memcpy(vm->perf, pv->model.perf, sizeof(vm->perf));
	vm->hypercalls = atomic64_read(&pv->hypercalls);
	vm->backend = pv->backend->nr;
	vm->margin = pv->margin;
	vm->shared = pv->page ? pv->page->gpa : 0;
	vm->shared_size = pv->page ? pv->page->size : 0;
	vm->max_rate = pv->max_rate;
	vm->telemetry = kvm_pv_exits_level(pv->exits);
}

/* Size of the first version of an entry */
#define KVM_PV_LIST_SIZE_VER0	offsetofend(struct kvm_pv_vm, hypercalls)

static int kvm_pv_list_copy(const struct kvm_pv_vm *vm, void __user *user, size_t usize)
{
	size_t size = min(usize, sizeof(*vm));

	if (copy_to_user(user, vm, size) || clear_user(user + size, usize - size)) {
		pr_debug("vm %u: list: its entry of %zu bytes cannot be written\n", vm->id, usize);
		return -EFAULT;
	}

	return 0;
}

/*
 * Fills at most @room entries of @vms; returns the number of attached VMs.  No memory of user
 * space is accessed under RCU.
 */
static u32 kvm_pv_list_fill(struct kvm_pv_vm *vms, u32 room)
{
	struct kvm_pv *pv;
	u32 nr = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(pv, &kvm_pv_vms, list) {
		if (!kref_get_unless_zero(&pv->ref))
			continue;
		if (nr < room)
			kvm_pv_list_show(pv, &vms[nr]);
		nr++;
		kvm_pv_vm_put(pv);
	}
	rcu_read_unlock();

	return nr;
}

int kvm_pv_list(struct kvm_pv_list *arg)
{
	size_t size = arg->vm_size ?: KVM_PV_LIST_SIZE_VER0;
	struct kvm_pv_vm *vms;
	u32 i, nr, room;
	int err = 0;

	if (arg->flags || size < KVM_PV_LIST_SIZE_VER0) {
		pr_debug("list: flags %#x, entries of %zu bytes\n", arg->flags, size);
		return -EINVAL;
	}
	if (size > PAGE_SIZE) {
		pr_debug("list: entries of %zu bytes are too large\n", size);
		return -E2BIG;
	}

	/* A VM that is attached after this count is in the list of the next call. */
	room = min(arg->nr, kvm_pv_list_fill(NULL, 0));
	vms = kvcalloc(room, sizeof(*vms), GFP_KERNEL_ACCOUNT);
	if (!vms)
		return -ENOMEM;

	nr = kvm_pv_list_fill(vms, room);
	for (i = 0; i < min(nr, room) && !err; i++)
		err = kvm_pv_list_copy(&vms[i], u64_to_user_ptr(arg->vms + i * size), size);
	kvfree(vms);

	/* The caller's buffer has @room entries if it had space for more VMs. */
	arg->nr = room < arg->nr ? min(nr, room) : nr;
	return err;
}
