// SPDX-License-Identifier: GPL-2.0
/*
 * The hook on KVM's handler of hypercalls, as long as a VM is attached whose hypercalls the host
 * answers, unless kvm_pv_hook_enable() has disabled it.  A live patch of the handler and the hook
 * exclude each other.
 *
 * ftrace calls kvm_pv_hook() on entry of the handler.  kvm_pv_hook() answers a pvguest call
 * of an attached VM, and returns to the function that ends a call instead of the handler.  An
 * answer that may sleep is not possible in ftrace: kvm_pv_hook() returns to
 * kvm_pv_hook_handle() then.  The handler gets all other calls.  kvm_pv_hook_handle() must
 * not call KVM's handler, because ftrace would call the hook again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/ftrace.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "hook.h"
#include "kvm_pv.h"
#include "trace.h"

/* Keeps the module in memory for calls of VMs that are not attached any more. */
DEFINE_STATIC_SRCU(kvm_pv_hook_srcu);

static int kvm_pv_hook_return(struct kvm_vcpu *vcpu, u32 call, s64 value)
{
	kvm_pv_arch_answer(vcpu, value);
	trace_kvm_pv_answer(vcpu, PV_HC_BASE + call);
	return kvm_pv_arch_finish(vcpu);
}

static int kvm_pv_hook_handle(struct kvm_vcpu *vcpu)
{
	u32 call = kvm_pv_arch_call(vcpu);
	s64 value = -KVM_PV_ARCH_ENOSYS;
	struct kvm_pv *pv;
	int idx, ret;

	/* The VM may have been detached after the hook has found it. */
	idx = srcu_read_lock(&kvm_pv_hook_srcu);
	pv = kvm_pv_vm_get(vcpu->kvm);
	if (!pv) {
		ret = kvm_pv_hook_return(vcpu, call, value);
		srcu_read_unlock(&kvm_pv_hook_srcu, idx);
		return ret;
	}
	srcu_read_unlock(&kvm_pv_hook_srcu, idx);

	/* May wait for the VMM to provide guest memory: the reference makes rmmod fail. */
	if (call < PV_HC_NR)
		value = kvm_pv_answer(pv, vcpu, call);
	ret = kvm_pv_hook_return(vcpu, call, value);
	kvm_pv_vm_put(pv);

	return ret;
}

/* Not inline, so that other calls need no stack. */
static noinline void notrace kvm_pv_hook_divert(struct kvm_vcpu *vcpu, u32 call,
						struct ftrace_regs *fregs)
{
	struct kvm_pv *pv;

	rcu_read_lock();
	pv = kvm_pv_vm_find(vcpu->kvm);
	if (!pv || !(pv->flags & KVM_PV_HYPERCALLS) || !kvm_pv_arch_admits(vcpu))
		goto unlock_rcu;

	trace_kvm_pv_call(vcpu, PV_HC_BASE + call);
	if (kvm_pv_answer_sleeps(call)) {
		kvm_pv_ftrace_redirect(fregs, kvm_pv_hook_handle);
	} else {
		kvm_pv_arch_answer(vcpu, kvm_pv_answer(pv, vcpu, call));
		trace_kvm_pv_answer(vcpu, PV_HC_BASE + call);
		kvm_pv_ftrace_redirect(fregs, kvm_pv_arch_finisher());
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
 * kernel.ftrace_enabled=0 would remove the hook while guests use hypercalls.
 */
static struct kvm_pv_ftrace kvm_pv_hook_ftrace = {
	.names	= kvm_pv_arch_handler,
	.ops	= {
		.func	= kvm_pv_hook,
		.flags	= KVM_PV_FTRACE_FLAGS | FTRACE_OPS_FL_IPMODIFY,
	},
};

/* KVM's functions are known, and its handler can be traced. */
static bool kvm_pv_hook_known;

/* Protects the registration and its switch */
static DEFINE_MUTEX(kvm_pv_hook_lock);
static bool kvm_pv_hook_enabled = true;
static atomic_t kvm_pv_hook_users;

/* ftrace may take long: a VM that is attached within this time finds the hook. */
#define KVM_PV_HOOK_LINGER	HZ

/* A work, because the end of a VM must not wait for ftrace, which takes locks that KVM uses. */
static void kvm_pv_hook_change(struct work_struct *work)
{
	mutex_lock(&kvm_pv_hook_lock);
	if (!atomic_read(&kvm_pv_hook_users))
		kvm_pv_ftrace_unregister(&kvm_pv_hook_ftrace);
	mutex_unlock(&kvm_pv_hook_lock);
}

static DECLARE_DELAYED_WORK(kvm_pv_hook_work, kvm_pv_hook_change);

static int kvm_pv_hook_register(void)
{
	int err;

	lockdep_assert_held(&kvm_pv_hook_lock);

	err = kvm_pv_ftrace_register(&kvm_pv_hook_ftrace);
	if (err)
		pr_warn("%s cannot be hooked (%d): is it live-patched, or is kernel.ftrace_enabled 0?\n",
			kvm_pv_arch_handler[0], err);
	return err;
}

/**
 * kvm_pv_hook_get - register the hook, unless it is registered or disabled
 *
 * Called without locks; may sleep.
 *
 * Return: 0; -EOPNOTSUPP: this kernel cannot hook the handler; or an error of ftrace, -EBUSY if the
 * handler is live-patched.
 */
int kvm_pv_hook_get(void)
{
	int err;

	if (!kvm_pv_hook_known)
		return -EOPNOTSUPP;

	mutex_lock(&kvm_pv_hook_lock);
	err = kvm_pv_hook_enabled ? kvm_pv_hook_register() : 0;
	if (!err)
		atomic_inc(&kvm_pv_hook_users);
	mutex_unlock(&kvm_pv_hook_lock);

	return err;
}

/**
 * kvm_pv_hook_put - undo kvm_pv_hook_get(), a second later
 */
void kvm_pv_hook_put(void)
{
	if (atomic_dec_and_test(&kvm_pv_hook_users))
		mod_delayed_work(system_dfl_wq, &kvm_pv_hook_work, KVM_PV_HOOK_LINGER);
}

/**
 * kvm_pv_hook_enable - allow the hook, or remove it
 * @on: the hook is registered if it has users; else ftrace does not call it on return
 *
 * Called without locks of VMs; may sleep.
 *
 * Return: 0, or an error of ftrace as that of kvm_pv_hook_get().  The hook stays allowed then: the
 * next call and the next user try again.
 */
int kvm_pv_hook_enable(bool on)
{
	int err = 0;

	mutex_lock(&kvm_pv_hook_lock);
	WRITE_ONCE(kvm_pv_hook_enabled, on);
	if (!on)
		kvm_pv_ftrace_unregister(&kvm_pv_hook_ftrace);
	else if (atomic_read(&kvm_pv_hook_users))
		err = kvm_pv_hook_register();
	mutex_unlock(&kvm_pv_hook_lock);

	return err;
}

/* Whether the hook is neither disabled nor registered; for a VM that is a user. */
bool kvm_pv_hook_failed(void)
{
	return READ_ONCE(kvm_pv_hook_enabled) && !READ_ONCE(kvm_pv_hook_ftrace.registered);
}

/* Without the functions of KVM, VMs are attached without hypercalls. */
void kvm_pv_hook_init(void)
{
	void *handler = kvm_pv_symbol_find(kvm_pv_arch_handler);
	const char *lost = handler ? kvm_pv_arch_lost() : kvm_pv_arch_handler[0];
	int err;

	if (lost) {
		pr_warn("the KVM of this kernel has no %s: the host answers no hypercalls\n",
			lost);
		return;
	}

	err = kvm_pv_ftrace_init(&kvm_pv_hook_ftrace);
	if (err) {
		pr_warn("%s cannot be traced (%d): the host answers no hypercalls\n",
			kvm_pv_arch_handler[0], err);
		return;
	}

	kvm_pv_hook_known = true;
}

/* No VM is attached. */
void kvm_pv_hook_exit(void)
{
	cancel_delayed_work_sync(&kvm_pv_hook_work);
	kvm_pv_ftrace_exit(&kvm_pv_hook_ftrace);
	/*
	 * A thread that returned to kvm_pv_hook_handle() is in a read section then, or has left.
	 * None has a reference to a VM, or the module would be in use.
	 */
	synchronize_rcu_tasks();
	synchronize_srcu(&kvm_pv_hook_srcu);
}
