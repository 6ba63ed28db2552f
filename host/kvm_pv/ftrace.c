// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on functions of the kernel by ftrace.
 *
 * unregister_ftrace_function() fails after a bug in ftrace, which disables itself and leaves its
 * call sites as they are: they call this module until the host reboots.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "kvm_pv.h"

/**
 * kvm_pv_ftrace_init - prepare a hook
 * @hook: the hook, with its @names and @ops
 *
 * Return: 0; -ENOENT: the kernel has no such function; or an error of ftrace.
 */
int kvm_pv_ftrace_init(struct kvm_pv_ftrace *hook)
{
	void *func = kvm_pv_symbol_find(hook->names);

	if (!func)
		return -ENOENT;
	return ftrace_set_filter_ip(&hook->ops, (unsigned long)func, 0, 0);
}

/**
 * kvm_pv_ftrace_register - register a hook, unless it is registered
 * @hook: the hook; the caller protects @registered
 *
 * Return: 0 or an error of ftrace.
 */
int kvm_pv_ftrace_register(struct kvm_pv_ftrace *hook)
{
	int err;

	if (hook->registered)
		return 0;

	err = register_ftrace_function(&hook->ops);
	WRITE_ONCE(hook->registered, !err);
	return err;
}

/* The module stays in use.  If rmmod has begun, kvm_pv_ftrace_exit() tries again. */
static void kvm_pv_ftrace_keep(struct kvm_pv_ftrace *hook, int err)
{
	if (hook->kept || !try_module_get(THIS_MODULE))
		return;

	hook->kept = true;
	pr_crit("ftrace does not remove a hook (%d): kvm_pv cannot be unloaded, reboot this host\n",
		err);
}

/**
 * kvm_pv_ftrace_unregister - unregister a hook, if it is registered
 * @hook: the hook; the caller protects @registered
 *
 * If ftrace does not remove the hook, it stays registered, and the module cannot be unloaded.
 */
void kvm_pv_ftrace_unregister(struct kvm_pv_ftrace *hook)
{
	int err;

	if (!hook->registered)
		return;

	err = unregister_ftrace_function(&hook->ops);
	if (err)
		kvm_pv_ftrace_keep(hook, err);
	else
		WRITE_ONCE(hook->registered, false);
}

/**
 * kvm_pv_ftrace_exit - remove a hook when the module is unloaded
 * @hook: the hook; no work changes it any more
 *
 * The exit function of a module cannot fail.  If ftrace does not remove the hook, rmmod sleeps here
 * until the host reboots, and the call sites stay valid.
 */
void kvm_pv_ftrace_exit(struct kvm_pv_ftrace *hook)
{
	int err = hook->registered ? unregister_ftrace_function(&hook->ops) : 0;

	if (err)
		pr_crit("ftrace does not remove a hook (%d): kvm_pv stays in memory, reboot this host\n",
			err);
	while (err)
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);

	ftrace_free_filter(&hook->ops);
}
