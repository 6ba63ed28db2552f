// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_DETACH, and the end of an attached VM.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/pid.h>
#include <linux/workqueue.h>

#include "kvm_pv.h"
#include "trace.h"

static struct workqueue_struct *kvm_pv_detach_wq;

static void kvm_pv_detach_log(const struct kvm_pv *pv, bool ended)
{
	pid_t pid = pid_nr(pv->pid);

	pr_info("vm %u: %s, process %d\n", pv->id, ended ? "ended" : "detached", pid);
	trace_vm_detach(pv->id, pid, ended);
	/* kvm_pv_detach() knows the task that has detached the VM. */
	if (ended)
		kvm_pv_audit_detach(pv, true);
}

/**
 * kvm_pv_detach_release - the device has left the bus of its VM
 * @pv: the attachment; the reference of the device is released
 *
 * May be called more than once, as long as the caller has a reference.
 */
void kvm_pv_detach_release(struct kvm_pv *pv)
{
	bool ended;

	if (test_and_set_bit(KVM_PV_RELEASED, &pv->state))
		return;

	kvm_pv_vm_unlink(pv);
	ended = !test_bit(KVM_PV_DETACHED, &pv->state);
	kvm_pv_detach_log(pv, ended);
	/* kvm_pv_detach_work() does both if it has called this function. */
	if (ended) {
		kvm_pv_exits_close(pv->exits);
		kvm_pv_page_end(pv->page, pv->kvm);
	}
	if (test_bit(KVM_PV_HOOKED, &pv->state))
		kvm_pv_vcpu_hooks_put();
	if (pv->flags & KVM_PV_HYPERCALLS)
		kvm_pv_hook_put();
	kvm_pv_constraint_close(pv);
	kvm_pv_vm_put(pv);
}

/*
 * KVM_PV_DETACH has unlinked the VM, holds a reference to it and to its vendor module, and has
 * set KVM_PV_DETACHED.
 *
 * kvm_pv_bus_remove() waits until no vCPU is in a read section of kvm->srcu.  A vCPU that waits
 * for guest memory is in one, until its VMM provides the page or ends.  It can have read the bus
 * with the device before, and then calls the functions of the device.  So @pv holds the module
 * until then, and rmmod fails at once instead of waiting.
 */
static void kvm_pv_detach_work(struct work_struct *work)
{
	struct kvm_pv *pv = container_of(work, struct kvm_pv, detach);
	struct module *vendor = pv->vendor;
	struct kvm *kvm = pv->kvm;

	/* Without slots_lock: KVM takes locks inside of cpus_read_lock() of the constraints. */
	kvm_pv_constraint_close(pv);

	kvm_pv_exits_close(pv->exits);
	kvm_pv_page_retire(pv->page);
	mutex_lock(&kvm->slots_lock);
	kvm_pv_regs_unregister(pv);
	mutex_unlock(&kvm->slots_lock);
	kvm_pv_page_remove(pv->page, kvm);

	kvm_put_kvm(kvm);
	module_put(vendor);

	/* The side that comes second releases the reference. */
	if (test_and_set_bit(KVM_PV_HANDED_OVER, &pv->state))
		kvm_pv_vm_put(pv);
	else
		complete(&pv->detached);
}

/**
 * kvm_pv_detach - detach a VM
 * @id: its handle
 *
 * From here on the host answers no hypercall of the VM, and accesses to the device exit to the
 * VMM.  The rest may wait for the VMM, so it continues without the caller after a signal.
 *
 * Return: 0; -ENOENT: the handle is invalid, or the VM is ending; -EINTR: after a signal.
 */
int kvm_pv_detach(u32 id)
{
	struct kvm_pv *pv = kvm_pv_vm_get_id(id);

	if (!pv)
		return -ENOENT;

	if (!kvm_pv_vm_unlink_get(pv)) {
		pr_debug("vm %u: detach: the VM is ending or is being detached\n", id);
		kvm_pv_vm_put(pv);
		return -ENOENT;
	}

	kvm_pv_audit_detach(pv, false);
	INIT_WORK(&pv->detach, kvm_pv_detach_work);
	init_completion(&pv->detached);
	queue_work(kvm_pv_detach_wq, &pv->detach);
	if (wait_for_completion_interruptible(&pv->detached)) {
		if (!test_and_set_bit(KVM_PV_HANDED_OVER, &pv->state)) {
			pr_debug("vm %u: detach: continues after a signal\n", id);
			return -EINTR;
		}
		/* The work has ended. */
		wait_for_completion(&pv->detached);
	}
	kvm_pv_vm_put(pv);

	return 0;
}

int __init kvm_pv_detach_init(void)
{
	/* A work may wait for its VMM: it must not delay those of other VMs. */
	kvm_pv_detach_wq = alloc_workqueue("kvm_pv_detach", WQ_UNBOUND, WQ_MAX_ACTIVE);

	return kvm_pv_detach_wq ? 0 : -ENOMEM;
}

/* No VM is attached, and none can be attached. */
void kvm_pv_detach_exit(void)
{
	destroy_workqueue(kvm_pv_detach_wq);
}
