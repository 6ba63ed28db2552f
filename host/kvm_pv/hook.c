// SPDX-License-Identifier: GPL-2.0
/*
 * The hook on KVM's handler of hypercalls.
 *
 * ftrace calls kvm_pv_hook() on entry of the handler.  A call of ours, made by a VM
 * that is attached, is answered there and then, and the handler is replaced by what
 * would come after it; where the answer may sleep, which ftrace does not allow, the
 * handler is replaced by kvm_pv_hook_handle().  All other calls are left alone.
 * kvm_pv_hook_handle() must not call KVM's handler: a tail call would arrive at the
 * hook again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>

#include "compat.h"
#include "hook.h"
#include "kvm_pv.h"
#include "trace.h"

static int kvm_pv_hook_handle(struct kvm_vcpu *vcpu)
{
	u32 call = kvm_pv_arch_call(vcpu);
	s64 value = -KVM_PV_ARCH_ENOSYS;
	struct kvm_pv *pv;
	int idx, ret;

	idx = srcu_read_lock(&kvm_pv_srcu);
	/* It may have been detached after the hook has seen it. */
	pv = kvm_pv_vm_find(vcpu->kvm);
	if (pv && call < PV_HC_NR)
		value = kvm_pv_answer(pv, vcpu, call);
	kvm_pv_arch_answer(vcpu, value);
	trace_kvm_pv_answer(vcpu, PV_HC_BASE + call);
	ret = kvm_pv_arch_finish(vcpu);
	srcu_read_unlock(&kvm_pv_srcu, idx);

	return ret;
}

/* Not inline, so that the calls of others need no stack. */
static noinline void notrace kvm_pv_hook_divert(struct kvm_vcpu *vcpu, u32 call,
						struct ftrace_regs *fregs)
{
	struct kvm_pv *pv;

	rcu_read_lock();
	pv = kvm_pv_vm_find(vcpu->kvm);
	if (!pv || !kvm_pv_arch_admits(vcpu))
		goto unlock_rcu;

	trace_kvm_pv_call(vcpu, PV_HC_BASE + call);
	if (kvm_pv_answer_sleeps(call)) {
		kvm_pv_ftrace_redirect(fregs, kvm_pv_hook_handle);
	} else {
		kvm_pv_arch_answer(vcpu, kvm_pv_answer(pv, vcpu, call));
		trace_kvm_pv_answer(vcpu, PV_HC_BASE + call);
		kvm_pv_ftrace_redirect(fregs, kvm_pv_arch_finish);
	}

unlock_rcu:
	rcu_read_unlock();
}

static void notrace kvm_pv_hook(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs);
	u32 call = kvm_pv_arch_call(vcpu);

	if (unlikely(call < PV_HC_NR))
		kvm_pv_hook_divert(vcpu, call, fregs);
}

/*
 * KVM_PV_FTRACE_FLAGS has FTRACE_OPS_FL_PERMANENT, as live patches do: without it
 * kernel.ftrace_enabled=0 would take the answers away from running guests.
 */
static struct ftrace_ops kvm_pv_hook_ops = {
	.func	= kvm_pv_hook,
	.flags	= KVM_PV_FTRACE_FLAGS | FTRACE_OPS_FL_IPMODIFY,
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
