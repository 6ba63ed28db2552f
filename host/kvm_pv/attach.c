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
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "kvm_pv.h"
#include "trace.h"

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

	kvm_pv_arch_prepare();
	kvm_pv_regs_init(pv, kvm_pv_detach_release);

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

	pv = kvm_pv_create(file, arg, &err);
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
