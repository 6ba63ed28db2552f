// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_ATTACH.
 *
 * The shared pages become visible to the guest first, with epoch 0, then the device.  The epoch
 * makes the guest send its requests, so it is set last.
 *
 * KVM waits in both steps until no vCPU is in a read section of kvm->srcu, and a vCPU that waits
 * for guest memory is in one until its VMM provides the page or ends.  So a work does both, and a
 * fatal signal ends the ioctl; the work then undoes what it has done.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "kvm_pv.h"
#include "trace.h"

#define KVM_PV_ATTACH_FLAGS	(KVM_PV_EXPOSE_TID | KVM_PV_HYPERCALLS | KVM_PV_EXPOSE_FREQ)

/**
 * struct kvm_pv_attach_op - attaches a VM
 * @work: does it
 * @done: @work has ended
 * @pv: the VM, with references to @pv, to its struct kvm and to its vendor module
 * @state: KVM_PV_ATTACH_HANDED_OVER
 * @err: result
 */
struct kvm_pv_attach_op {
	struct work_struct work;
	struct completion done;
	struct kvm_pv *pv;
	unsigned long state;
	int err;
};

/* Bit of struct kvm_pv_attach_op.state: the side that comes second frees the operation. */
#define KVM_PV_ATTACH_HANDED_OVER	0

static struct workqueue_struct *kvm_pv_attach_wq;

/*
 * The process of a VM: KVM_CREATE_VM binds the VM to the address space of its caller,
 * independent of the process that has the file descriptor now.  The main thread can have ended
 * before the others, and has no address space then.
 */
static struct pid *kvm_pv_attach_pid(struct kvm *kvm)
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

static int kvm_pv_attach_copy_perf(struct kvm_pv_model *model, u64 addr, u32 nr)
{
	if (copy_from_user(model->perf, u64_to_user_ptr(addr), nr * sizeof(u32)))
		return -EFAULT;

	return kvm_pv_model_set_table(model, nr);
}

static int kvm_pv_attach_copy_domains(struct kvm_pv *pv, u64 addr)
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

static u32 kvm_pv_attach_shared_size(const struct kvm_pv_attach *arg)
{
	return kvm_pv_page_size(arg->nr_cpus,
				arg->telemetry ? kvm_pv_exits_size(arg->nr_cpus) : 0);
}

/* Whether the registers, and shared pages if there are any, are at valid addresses. */
static bool kvm_pv_attach_places(const struct kvm_pv_attach *arg)
{
	u64 size = (u64)arg->nr_cpus * PV_FREQ_STRIDE;
	u64 shared_size = kvm_pv_attach_shared_size(arg);

	if (!PAGE_ALIGNED(arg->base) || arg->base > U64_MAX - size)
		return false;
	if (!arg->shared)
		return true;
	if (!IS_ALIGNED(arg->shared, PV_SHARED_ALIGN) || arg->shared > U64_MAX - shared_size)
		return false;

	return arg->shared + shared_size <= arg->base || arg->base + size <= arg->shared;
}

static int kvm_pv_attach_check(const struct kvm_pv_attach *arg,
			       const struct kvm_pv_backend *backend)
{
	if (arg->flags & ~KVM_PV_ATTACH_FLAGS || !backend)
		return -EINVAL;
	if (arg->margin > (backend->margin ? KVM_PV_MAX_MARGIN : 0))
		return -EINVAL;
	if (backend->shared && !arg->cap)
		return -EINVAL;
	if (!arg->nr_cpus || arg->nr_cpus > KVM_MAX_VCPUS)
		return -EINVAL;
	if (!arg->nr_perf || arg->nr_perf > KVM_PV_MAX_PERF)
		return -EINVAL;
	if (!kvm_pv_attach_places(arg))
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

static struct kvm_pv *kvm_pv_attach_alloc(const struct kvm_pv_attach *arg)
{
	const struct kvm_pv_backend *backend = kvm_pv_constraint_backend(arg->backend);
	struct kvm_pv *pv;
	int err;

	err = kvm_pv_attach_check(arg, backend);
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

	err = kvm_pv_attach_copy_perf(&pv->model, arg->perf, arg->nr_perf);
	if (err)
		goto put_pv;
	err = kvm_pv_attach_copy_domains(pv, arg->domains);
	if (err)
		goto put_pv;
	err = kvm_pv_model_set_cap(&pv->model, arg->cap);
	if (err)
		goto put_pv;
	kvm_pv_model_link(pv->windows, pv->nr_cpus);
	kvm_pv_regs_init(pv, kvm_pv_detach_release);
	return pv;

put_pv:
	kvm_pv_vm_put(pv);
	return ERR_PTR(err);
}

/*
 * KVM adds a device at any address to the MMIO bus.  On x86 KVM adds a memory slot at any address
 * that KVM itself can map, which the page tables of the guest may have no bits for.
 */
static int kvm_pv_attach_check_range(struct kvm *kvm, const struct kvm_pv_attach *arg)
{
	gpa_t last = kvm_pv_arch_last_gpa(kvm);

	if (arg->base + (u64)arg->nr_cpus * PV_FREQ_STRIDE - 1 > last) {
		pr_debug("process %d: device at %#llx, last address %#llx\n", kvm->userspace_pid,
			 arg->base, last);
		return -EOVERFLOW;
	}
	if (arg->shared && arg->shared + kvm_pv_attach_shared_size(arg) - 1 > last) {
		pr_debug("process %d: shared pages at %#llx, last address %#llx\n",
			 kvm->userspace_pid, arg->shared, last);
		return -EADDRNOTAVAIL;
	}

	return 0;
}

/* The pages have epoch 0: the guest does not use them yet. */
static int kvm_pv_attach_alloc_page(struct kvm_pv *pv, struct file *file,
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

/* A memory slot would hide devices on the MMIO bus. */
static int kvm_pv_attach_check_shared(struct kvm *kvm, gpa_t gpa, u64 size)
{
	int err = 0;

	mutex_lock(&kvm->slots_lock);
	if (kvm_pv_vm_find(kvm))
		err = -EEXIST;
	else if (kvm_pv_bus_overlaps(kvm, gpa, gpa + size - 1))
		err = -EADDRINUSE;
	mutex_unlock(&kvm->slots_lock);

	return err;
}

static int kvm_pv_attach_link(struct kvm_pv *pv)
{
	struct kvm *kvm = pv->kvm;
	int err = -EEXIST;

	mutex_lock(&kvm->slots_lock);
	if (!kvm_pv_vm_find(kvm)) {
		kref_get(&pv->ref); /* that of the device */
		err = kvm_pv_regs_register(pv);
		if (err)
			kvm_pv_vm_put(pv);
	}
	if (!err) {
		kvm_pv_vm_link(pv);
		if (pv->page)
			kvm_pv_page_publish(pv->page);
	}
	mutex_unlock(&kvm->slots_lock);

	return err;
}

/* The VM is attached without hypercalls if the handler of KVM cannot be hooked. */
static int kvm_pv_attach_hook_and_link(struct kvm_pv *pv)
{
	int err;

	if (pv->flags & KVM_PV_HYPERCALLS) {
		pv->hypercalls_err = kvm_pv_hook_get();
		if (pv->hypercalls_err)
			pv->flags &= ~KVM_PV_HYPERCALLS;
	}

	err = kvm_pv_attach_link(pv);
	if (err && pv->flags & KVM_PV_HYPERCALLS)
		kvm_pv_hook_put();
	return err;
}

static int kvm_pv_attach_add_page(struct kvm_pv_page *page, struct kvm *kvm)
{
	int err;

	/* The slot of an earlier attach stays in a VM whose VMM has ended. */
	if (!atomic_read(&kvm->mm->mm_users))
		return -ESRCH;

	err = kvm_pv_attach_check_shared(kvm, page->gpa, page->size);
	return err ?: kvm_pv_page_add(page, kvm);
}

static int kvm_pv_attach_add(struct kvm_pv *pv)
{
	struct kvm_pv_page *page = pv->page;
	int err;

	err = kvm_pv_constraint_start(pv);
	if (err)
		return err;

	err = page ? kvm_pv_attach_add_page(page, pv->kvm) : 0;
	if (err) {
		pr_debug("no shared pages at %#llx (%d)\n", page->gpa, err);
		goto close_constraint;
	}

	err = kvm_pv_attach_hook_and_link(pv);
	if (err) {
		pr_debug("no device at %#llx (%d)\n", pv->base, err);
		kvm_pv_page_remove(page, pv->kvm);
		goto close_constraint;
	}
	return 0;

close_constraint:
	kvm_pv_constraint_close(pv);
	return err;
}

static void kvm_pv_attach_work(struct work_struct *work)
{
	struct kvm_pv_attach_op *op = container_of(work, struct kvm_pv_attach_op, work);
	struct kvm_pv *pv = op->pv;
	struct module *vendor = pv->vendor;
	struct kvm *kvm = pv->kvm;
	bool abandoned;

	op->err = kvm_pv_attach_add(pv);
	abandoned = test_and_set_bit(KVM_PV_ATTACH_HANDED_OVER, &op->state);
	if (abandoned && !op->err)
		kvm_pv_detach(pv->id);
	kvm_pv_vm_put(pv);
	kvm_put_kvm(kvm);
	module_put(vendor);

	if (!abandoned) {
		complete(&op->done);
		return;
	}
	kfree(op);
	/* kvm_pv_attach_exit() waits for the end of the work. */
	module_put(THIS_MODULE);
}

/* Attaches the VM in a work, and waits for its end or for a fatal signal. */
static int kvm_pv_attach_run(struct kvm_pv *pv)
{
	struct kvm_pv_attach_op *op;
	int err;

	op = kzalloc(sizeof(*op), GFP_KERNEL);
	if (!op)
		return -ENOMEM;

	INIT_WORK(&op->work, kvm_pv_attach_work);
	init_completion(&op->done);
	kref_get(&pv->ref);
	op->pv = pv;
	kvm_get_kvm(pv->kvm);
	__module_get(pv->vendor);
	__module_get(THIS_MODULE);

	queue_work(kvm_pv_attach_wq, &op->work);
	if (wait_for_completion_killable(&op->done)) {
		if (!test_and_set_bit(KVM_PV_ATTACH_HANDED_OVER, &op->state))
			return -EINTR;
		/* The work has ended. */
		wait_for_completion(&op->done);
	}

	err = op->err;
	kfree(op);
	module_put(THIS_MODULE);
	return err;
}

/* After a success another thread may have detached the VM already. */
static void kvm_pv_attach_log(const struct kvm_pv *pv, int err)
{
	pid_t pid = pid_nr(pv->pid);

	if (err)
		pr_info("process %d: not attached (%d)\n", pid, err);
	else
		pr_info("vm %u: attached, process %d, %u CPUs at %#llx\n", pv->id, pid, pv->nr_cpus,
			pv->base);
	trace_vm_attach(err ? 0 : pv->id, pid, pv->nr_cpus, pv->base, pv->backend->nr, pv->flags,
			err);
	kvm_pv_audit_attach(pv, err);
}

/* The VM may have been detached, or have ended, since it was attached. */
static int kvm_pv_attach_telemetry(struct kvm_pv *pv, u32 level)
{
	int err = kvm_pv_exits_change(pv->exits, level);

	if (err && err != -ENOENT) {
		kvm_pv_detach(pv->id);
		return err;
	}
	return 0;
}

/* Returns the attachment, or an error.  @err: the attachment cannot be used */
static struct kvm_pv *kvm_pv_attach_create(struct file *file, const struct kvm_pv_attach *arg,
					   int *err)
{
	struct kvm_pv *pv = kvm_pv_attach_alloc(arg);

	if (IS_ERR(pv))
		return pv;

	pv->kvm = file->private_data;
	pv->vendor = file->f_op->owner;
	pv->pid = kvm_pv_attach_pid(pv->kvm);
	kvm_pv_arch_prepare();

	*err = kvm_pv_attach_check_range(pv->kvm, arg);
	if (!*err)
		*err = kvm_pv_attach_alloc_page(pv, file, arg);
	return pv;
}

/* As above; the memory is charged to the VM, and not to the process that attaches it. */
static struct kvm_pv *kvm_pv_attach_create_charged(struct file *file,
						   const struct kvm_pv_attach *arg, int *err)
{
	struct kvm *kvm = file->private_data;
	struct mem_cgroup *memcg = get_mem_cgroup_from_mm(kvm->mm), *old;
	struct kvm_pv *pv;

	old = set_active_memcg(memcg);
	pv = kvm_pv_attach_create(file, arg, err);
	set_active_memcg(old);
	mem_cgroup_put(memcg);
	return pv;
}

int kvm_pv_attach(struct kvm_pv_attach *arg)
{
	struct kvm_pv *pv;
	struct file *file;
	int err;

	file = fget(arg->vm_fd);
	if (!file)
		return -EBADF;

	err = -EINVAL;
	if (!kvm_pv_file_is_vm(file))
		goto put_file;

	pv = kvm_pv_attach_create_charged(file, arg, &err);
	if (IS_ERR(pv)) {
		err = PTR_ERR(pv);
		goto put_file;
	}

	if (!err)
		err = kvm_pv_attach_run(pv);
	if (!err && arg->telemetry)
		err = kvm_pv_attach_telemetry(pv, arg->telemetry);
	if (!err) {
		arg->id = pv->id;
		arg->shared_size = pv->page ? pv->page->size : 0;
		arg->hypercalls = -pv->hypercalls_err;
	}
	kvm_pv_attach_log(pv, err);
	kvm_pv_vm_put(pv);

put_file:
	fput(file);
	return err;
}

int __init kvm_pv_attach_init(void)
{
	/* A work may wait for its VMM: it must not delay those of other VMs. */
	kvm_pv_attach_wq = alloc_workqueue("kvm_pv_attach", WQ_UNBOUND, WQ_MAX_ACTIVE);

	return kvm_pv_attach_wq ? 0 : -ENOMEM;
}

/* No VM is attached, and none can be attached. */
void kvm_pv_attach_exit(void)
{
	destroy_workqueue(kvm_pv_attach_wq);
}
