// SPDX-License-Identifier: GPL-2.0
/*
 * The hook on KVM's handler of hypercalls.
 *
 * ftrace calls kvm_pv_hook() on entry of the handler.  It sends a call of ours,
 * made by a VM that is attached, to kvm_pv_hook_handle(), and leaves all others
 * alone.  kvm_pv_hook_handle() must not call KVM's handler: a tail call would
 * arrive at the hook again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>

#include "compat.h"
#include "kvm_pv.h"

static int kvm_pv_hook_handle(struct kvm_vcpu *vcpu)
{
	s64 value = kvm_pv_arch_enosys;
	struct kvm_pv *pv;
	int idx, ret;

	idx = srcu_read_lock(&kvm_pv_srcu);
	/* It may have been detached after the hook has seen it. */
	pv = kvm_pv_vm_find(vcpu->kvm);
	if (pv)
		value = kvm_pv_answer(pv, vcpu, kvm_pv_arch_call(vcpu),
				      kvm_pv_arch_arg(vcpu, 0),
				      kvm_pv_arch_arg(vcpu, 1));
	ret = kvm_pv_arch_return(vcpu, value);
	srcu_read_unlock(&kvm_pv_srcu, idx);

	return ret;
}

static void notrace kvm_pv_hook(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs);
	bool attached;

	if (likely(kvm_pv_arch_call(vcpu) >= PV_HC_NR))
		return;

	rcu_read_lock();
	attached = kvm_pv_vm_find(vcpu->kvm);
	rcu_read_unlock();

	if (attached && kvm_pv_arch_admits(vcpu))
		kvm_pv_ftrace_redirect(fregs, kvm_pv_hook_handle);
}

/*
 * KVM_PV_FTRACE_FLAGS has FTRACE_OPS_FL_PERMANENT, as live patches do: without it
 * kernel.ftrace_enabled=0 would take the answers away from running guests.
 */
static struct ftrace_ops kvm_pv_hook_ops = {
	.func	= kvm_pv_hook,
	.flags	= KVM_PV_FTRACE_FLAGS,
};

int kvm_pv_hook_init(void)
{
	void *handler = kvm_pv_symbol_find(kvm_pv_arch_handler);
	int err;

	if (!handler) {
		pr_err("the KVM of this kernel has no %s\n", kvm_pv_arch_handler[0]);
		return -ENOENT;
	}

	err = ftrace_set_filter_ip(&kvm_pv_hook_ops, (unsigned long)handler, 0, 0);
	if (err) {
		pr_err("%ps cannot be traced (%d)\n", handler, err);
		return err;
	}

	err = register_ftrace_function(&kvm_pv_hook_ops);
	if (err) {
		pr_err("%ps cannot be hooked (%d): is it live-patched, or is kernel.ftrace_enabled 0?\n",
		       handler, err);
		goto free_filter;
	}

	return 0;

free_filter:
	ftrace_free_filter(&kvm_pv_hook_ops);
	return err;
}

void kvm_pv_hook_exit(void)
{
	unregister_ftrace_function(&kvm_pv_hook_ops);
	ftrace_free_filter(&kvm_pv_hook_ops);
	/* Who was sent to kvm_pv_hook_handle() holds kvm_pv_srcu by then, or has gone. */
	synchronize_rcu_tasks();
}
