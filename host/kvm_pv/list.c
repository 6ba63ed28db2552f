// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_LIST.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/uaccess.h>

#include "kvm_pv.h"

static void kvm_pv_list_show(struct kvm_pv *pv, struct kvm_pv_vm *vm)
{
	memset(vm, 0, sizeof(*vm));
	vm->id = pv->id;
	vm->flags = pv->flags;
	vm->pid = pid_vnr(pv->pid);
	vm->nr_cpus = pv->nr_cpus;
	vm->base = pv->base;
	vm->nr_perf = pv->nr_perf;
	vm->ceiling = kvm_pv_cap_shown(pv, READ_ONCE(pv->cap));
	memcpy(vm->perf, pv->perf, sizeof(vm->perf));
	vm->hypercalls = atomic64_read(&pv->hypercalls);
	vm->backend = pv->backend->nr;
	vm->margin = pv->margin;
}

/* What was there before entries could grow */
#define KVM_PV_LIST_SIZE_VER0	offsetofend(struct kvm_pv_vm, hypercalls)

static int kvm_pv_list_copy(struct kvm_pv *pv, void __user *user, size_t usize)
{
	size_t size = min(usize, sizeof(struct kvm_pv_vm));
	struct kvm_pv_vm vm;

	kvm_pv_list_show(pv, &vm);
	if (copy_to_user(user, &vm, size) || clear_user(user + size, usize - size))
		return -EFAULT;

	return 0;
}

int kvm_pv_list(struct kvm_pv_list *arg)
{
	size_t size = arg->vm_size ?: KVM_PV_LIST_SIZE_VER0;
	struct kvm_pv *pv;
	int idx, err = 0;
	u32 nr = 0;

	if (arg->flags || size < KVM_PV_LIST_SIZE_VER0)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;

	idx = srcu_read_lock(&kvm_pv_srcu);
	list_for_each_entry_srcu(pv, &kvm_pv_vms, list, srcu_read_lock_held(&kvm_pv_srcu)) {
		if (nr < arg->nr) {
			err = kvm_pv_list_copy(pv, u64_to_user_ptr(arg->vms + nr * size), size);
			if (err)
				break;
		}
		nr++;
	}
	srcu_read_unlock(&kvm_pv_srcu, idx);

	arg->nr = nr;
	return err;
}
