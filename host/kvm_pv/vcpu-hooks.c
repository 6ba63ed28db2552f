// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the functions that load a vCPU on a CPU and put it.
 *
 * ftrace calls the hooks on entry of kvm_arch_vcpu_load() and kvm_arch_vcpu_put().  KVM calls
 * these functions from its preempt notifiers, when the scheduler switches to the thread of a
 * vCPU and away from it, and at both ends of the ioctls of a vCPU.  Only the thread that
 * registers a preempt notifier can remove it, so kvm_pv has no notifiers of its own.
 *
 * Preemption is off in both hooks.  finish_task_switch() may call the first one, with no lock
 * held and interrupts on.  prepare_task_switch() may call the second one, with the lock of
 * the run queue held and interrupts off.  So a hook takes no lock and wakes no task.
 *
 * The hooks are registered as long as a VM is attached whose guest uses its records, unless
 * kvm_pv_vcpu_hooks_enable() has disabled them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/ftrace.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "kvm_pv.h"

/* The kernel has both functions; without them no pages are shared with guests. */
bool kvm_pv_vcpu_hooks_known;

static atomic_t kvm_pv_vcpu_hooks_users;
static bool kvm_pv_vcpu_hooks_enabled = true;

static struct kvm_pv_ftrace kvm_pv_vcpu_hooks[] = {
	{
		.names	= (const char * const []){ "kvm_arch_vcpu_load", NULL },
		.ops	= { .flags = KVM_PV_FTRACE_FLAGS },
	},
	{
		.names	= (const char * const []){ "kvm_arch_vcpu_put", NULL },
		.ops	= { .flags = KVM_PV_FTRACE_FLAGS },
	},
};

/* A work, because a vCPU and the end of a VM must not wait for ftrace. */
static void kvm_pv_vcpu_hooks_change(struct work_struct *work)
{
	bool wanted = READ_ONCE(kvm_pv_vcpu_hooks_enabled) &&
		      atomic_read(&kvm_pv_vcpu_hooks_users);
	int i, err = 0;

	for (i = 0; i < ARRAY_SIZE(kvm_pv_vcpu_hooks) && !err; i++) {
		struct kvm_pv_ftrace *hook = &kvm_pv_vcpu_hooks[i];

		if (!wanted) {
			kvm_pv_ftrace_unregister(hook);
			continue;
		}
		err = kvm_pv_ftrace_register(hook);
		if (err)
			pr_err_once("%s cannot be hooked (%d): records are written late\n",
				    hook->names[0], err);
	}
}

static DECLARE_WORK(kvm_pv_vcpu_hooks_work, kvm_pv_vcpu_hooks_change);

/**
 * kvm_pv_vcpu_hooks_get - register the hooks, in a work, unless they are registered
 */
void kvm_pv_vcpu_hooks_get(void)
{
	if (atomic_inc_return(&kvm_pv_vcpu_hooks_users) == 1)
		queue_work(system_dfl_wq, &kvm_pv_vcpu_hooks_work);
}

/**
 * kvm_pv_vcpu_hooks_wait - wait until the hooks are registered
 *
 * The caller has called kvm_pv_vcpu_hooks_get().  May sleep.
 *
 * Return: 0: they are, or they will be when they are enabled; -EOPNOTSUPP: ftrace has failed.
 */
int kvm_pv_vcpu_hooks_wait(void)
{
	int i;

	/* The first user may not have queued it yet. */
	queue_work(system_dfl_wq, &kvm_pv_vcpu_hooks_work);
	flush_work(&kvm_pv_vcpu_hooks_work);
	for (i = 0; i < ARRAY_SIZE(kvm_pv_vcpu_hooks); i++) {
		if (READ_ONCE(kvm_pv_vcpu_hooks_enabled) && !kvm_pv_vcpu_hooks[i].registered)
			return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * kvm_pv_vcpu_hooks_put - undo kvm_pv_vcpu_hooks_get()
 */
void kvm_pv_vcpu_hooks_put(void)
{
	if (atomic_dec_and_test(&kvm_pv_vcpu_hooks_users))
		queue_work(system_dfl_wq, &kvm_pv_vcpu_hooks_work);
}

/**
 * kvm_pv_vcpu_hooks_enable - allow the hooks, or remove them
 * @on: the hooks are registered if they have users; else ftrace calls no hook on return
 *
 * May sleep.
 */
void kvm_pv_vcpu_hooks_enable(bool on)
{
	WRITE_ONCE(kvm_pv_vcpu_hooks_enabled, on);
	queue_work(system_dfl_wq, &kvm_pv_vcpu_hooks_work);
	flush_work(&kvm_pv_vcpu_hooks_work);
}

/**
 * kvm_pv_vcpu_hooks_init - prepare the hooks
 * @load: ftrace callback on entry of kvm_arch_vcpu_load()
 * @put: ftrace callback on entry of kvm_arch_vcpu_put()
 */
void kvm_pv_vcpu_hooks_init(ftrace_func_t load, ftrace_func_t put)
{
	int i, err;

	kvm_pv_vcpu_hooks[0].ops.func = load;
	kvm_pv_vcpu_hooks[1].ops.func = put;
	for (i = 0; i < ARRAY_SIZE(kvm_pv_vcpu_hooks); i++) {
		err = kvm_pv_ftrace_init(&kvm_pv_vcpu_hooks[i]);
		if (err) {
			pr_warn("%s cannot be traced (%d): no pages are shared with guests\n",
				kvm_pv_vcpu_hooks[i].names[0], err);
			return;
		}
	}

	kvm_pv_vcpu_hooks_known = true;
}

/* No VM is attached. */
void kvm_pv_vcpu_hooks_exit(void)
{
	int i;

	cancel_work_sync(&kvm_pv_vcpu_hooks_work);
	for (i = 0; i < ARRAY_SIZE(kvm_pv_vcpu_hooks); i++)
		kvm_pv_ftrace_exit(&kvm_pv_vcpu_hooks[i]);
}
