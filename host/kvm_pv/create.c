// SPDX-License-Identifier: GPL-2.0
/*
 * Memory and checks of an attachment, before KVM has its pages and its device.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "kvm_pv.h"

#define KVM_PV_CREATE_FLAGS	(KVM_PV_EXPOSE_TID | KVM_PV_HYPERCALLS | KVM_PV_EXPOSE_FREQ | \
				 KVM_PV_EXPOSE_EXITS)

/*
 * The process of a VM: KVM_CREATE_VM binds the VM to the address space of its caller,
 * independent of the process that has the file descriptor now.  The main thread can have ended
 * before the others, and has no address space then.
 */
static struct pid *kvm_pv_create_pid(struct kvm *kvm)
{
	struct task_struct *process, *thread;
	struct pid *pid = NULL;

	rcu_read_lock();
	for_each_process_thread(process, thread) {
		/* A kernel thread borrows an address space. */
		if (READ_ONCE(thread->mm) == kvm->mm && !(thread->flags & PF_KTHREAD)) {
			pid = get_pid(task_tgid(thread));
			goto unlock;
		}
	}
unlock:
	rcu_read_unlock();

	return pid;
}

static int kvm_pv_create_copy_perf(struct kvm_pv_model *model, u64 addr, u32 nr)
{
	if (copy_from_user(model->perf, u64_to_user_ptr(addr), nr * sizeof(u32)))
		return -EFAULT;

	return kvm_pv_model_set_table(model, nr);
}

static int kvm_pv_create_copy_domains(struct kvm_pv *pv, u64 addr)
{
	u32 __user *domains = u64_to_user_ptr(addr);
	u32 i;

	for (i = 0; i < pv->nr_cpus; i++) {
		if (!addr)
			pv->windows[i].domain_nr = i;
		else if (get_user(pv->windows[i].domain_nr, domains + i))
			return -EFAULT;
	}

	return 0;
}

static u32 kvm_pv_create_shared_size(const struct kvm_pv_attach *arg)
{
	return kvm_pv_page_size(arg->nr_cpus,
				arg->telemetry ? kvm_pv_exits_size(arg->nr_cpus) : 0);
}

/* Whether the registers, and shared pages if there are any, are at valid addresses. */
static bool kvm_pv_create_places(const struct kvm_pv_attach *arg)
{
	u64 size = (u64)arg->nr_cpus * PV_FREQ_STRIDE;
	u64 shared_size = kvm_pv_create_shared_size(arg);

	if (!PAGE_ALIGNED(arg->base) || arg->base > U64_MAX - size)
		return false;
	if (!arg->shared)
		return true;
	if (!IS_ALIGNED(arg->shared, PV_SHARED_ALIGN) || arg->shared > U64_MAX - shared_size)
		return false;

	return arg->shared + shared_size <= arg->base || arg->base + size <= arg->shared;
}

static int kvm_pv_create_check(const struct kvm_pv_attach *arg,
			       const struct kvm_pv_backend *backend)
{
	if (arg->flags & ~KVM_PV_CREATE_FLAGS || !backend)
		return -EINVAL;
	if (arg->margin > (backend->margin ? KVM_PV_MAX_MARGIN : 0))
		return -EINVAL;
	if (backend->shared && !arg->cap)
		return -EINVAL;
	if (!arg->nr_cpus || arg->nr_cpus > KVM_MAX_VCPUS)
		return -EINVAL;
	if (!arg->nr_perf || arg->nr_perf > KVM_PV_MAX_PERF)
		return -EINVAL;
	if (!kvm_pv_create_places(arg))
		return -EINVAL;
	if (arg->telemetry > KVM_PV_TELEMETRY_EVENTS || arg->reserved ||
	    (arg->telemetry && !arg->shared))
		return -EINVAL;

	if (backend->known && !backend->known())
		return -EOPNOTSUPP;
	if (arg->shared && !kvm_pv_vcpu_hooks_known)
		return -EADDRNOTAVAIL;
	return 0;
}

static struct kvm_pv *kvm_pv_create_alloc(const struct kvm_pv_attach *arg)
{
	const struct kvm_pv_backend *backend = kvm_pv_constraint_backend(arg->backend);
	struct kvm_pv *pv;
	int err;

	err = kvm_pv_create_check(arg, backend);
	if (err)
		return ERR_PTR(err);

	pv = kvm_pv_vm_alloc(arg->nr_cpus);
	if (!pv)
		return ERR_PTR(-ENOMEM);

	pv->flags = arg->flags;
	pv->hypercalls_err = arg->flags & KVM_PV_HYPERCALLS ? 0 : -EOPNOTSUPP;
	pv->base = arg->base;
	pv->backend = backend;
	pv->margin = arg->margin;
	pv->max_rate = arg->max_rate;

	err = kvm_pv_create_copy_perf(&pv->model, arg->perf, arg->nr_perf);
	if (err)
		goto put_pv;
	err = kvm_pv_create_copy_domains(pv, arg->domains);
	if (err)
		goto put_pv;
	err = kvm_pv_model_set_cap(&pv->model, arg->cap);
	if (err)
		goto put_pv;
	kvm_pv_model_link(pv->windows, pv->nr_cpus);
	return pv;

put_pv:
	kvm_pv_vm_put(pv);
	return ERR_PTR(err);
}

/*
 * KVM adds a device at any address to the MMIO bus.  On x86 KVM adds a memory slot at any address
 * that KVM itself can map, which the page tables of the guest may have no bits for.
 */
static int kvm_pv_create_check_range(struct kvm *kvm, const struct kvm_pv_attach *arg)
{
	gpa_t last = kvm_pv_arch_last_gpa(kvm);

	if (arg->base + (u64)arg->nr_cpus * PV_FREQ_STRIDE - 1 > last) {
		pr_debug("process %d: device at %#llx, last address %#llx\n", kvm->userspace_pid,
			 arg->base, last);
		return -EOVERFLOW;
	}
	if (arg->shared && arg->shared + kvm_pv_create_shared_size(arg) - 1 > last) {
		pr_debug("process %d: shared pages at %#llx, last address %#llx\n",
			 kvm->userspace_pid, arg->shared, last);
		return -EADDRNOTAVAIL;
	}

	return 0;
}

/* The pages have epoch 0: the guest does not use them yet. */
static int kvm_pv_create_alloc_page(struct kvm_pv *pv, struct file *file,
				    const struct kvm_pv_attach *arg)
{
	u32 extra = arg->telemetry ? kvm_pv_exits_size(pv->nr_cpus) : 0;
	struct kvm_pv_page *page;

	if (!arg->shared)
		return 0;
	/* The host cannot access a page that a protected VM has touched. */
	if (kvm_pv_vm_is_protected(pv->kvm))
		return -EADDRNOTAVAIL;

	page = kvm_pv_page_alloc(file, arg->shared, pv->nr_cpus, extra);
	if (IS_ERR(page))
		return PTR_ERR(page);

	pv->page = page;
	kvm_pv_policy_start(pv);
	if (arg->telemetry) {
		pv->exits = kvm_pv_exits_alloc(page, pv->nr_cpus);
		if (!pv->exits)
			return -ENOMEM;
	}
	return 0;
}

static struct kvm_pv *kvm_pv_create_uncharged(struct file *file,
					      const struct kvm_pv_attach *arg, int *err)
{
	struct kvm_pv *pv = kvm_pv_create_alloc(arg);

	if (IS_ERR(pv))
		return pv;

	pv->kvm = file->private_data;
	pv->vendor = file->f_op->owner;
	pv->pid = kvm_pv_create_pid(pv->kvm);

	*err = kvm_pv_create_check_range(pv->kvm, arg);
	if (!*err)
		*err = kvm_pv_create_alloc_page(pv, file, arg);
	return pv;
}

/**
 * kvm_pv_create - create an attachment
 * @file: the VM
 * @arg: arguments, which are checked
 * @err: 0, or a reason not to use the attachment
 *
 * The memory is charged to the VM, and not to the process that attaches it.
 *
 * Return: the attachment with one reference, or an error.
 */
struct kvm_pv *kvm_pv_create(struct file *file, const struct kvm_pv_attach *arg, int *err)
{
	struct kvm *kvm = file->private_data;
	struct mem_cgroup *memcg = get_mem_cgroup_from_mm(kvm->mm), *old;
	struct kvm_pv *pv;

	old = set_active_memcg(memcg);
	pv = kvm_pv_create_uncharged(file, arg, err);
	set_active_memcg(old);
	mem_cgroup_put(memcg);
	return pv;
}
