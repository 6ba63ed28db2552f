// SPDX-License-Identifier: GPL-2.0
/*
 * Registration of the probes of exits-count on the trace events of KVM that report exits, entries
 * and halts.
 *
 * The events have no exported symbols.  They are built in, or in the module kvm, which is held as
 * long as the probes are registered.  The probes are registered as long as a VM has telemetry and
 * the module is enabled, in a work, because the end of a VM must not wait for it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>

#include "exits.h"
#include "kvm_pv.h"

DEFINE_PER_CPU(struct kvm_pv_exits_vcpu *, kvm_pv_exits_loaded);
DEFINE_STATIC_KEY_FALSE(kvm_pv_exits_used);

u64 kvm_pv_exits_probed;

static atomic_t kvm_pv_exits_probe_users;
static bool kvm_pv_exits_probe_enabled = true;
static bool kvm_pv_exits_probe_registered;
static int kvm_pv_exits_probe_err;
static struct module *kvm_pv_exits_probe_owner;
static void (*kvm_pv_exits_probe_sync_cpu)(void *unused);

/**
 * struct kvm_pv_exits_event - a trace event of KVM
 * @name: its name
 * @tp: the event, NULL: not found
 */
struct kvm_pv_exits_event {
	const char *name;
	struct tracepoint *tp;
};

static struct kvm_pv_exits_event kvm_pv_exits_events[] = {
	[KVM_PV_EXITS_PROBE_ENTRY]	= { "kvm_entry" },
	[KVM_PV_EXITS_PROBE_EXIT]	= { "kvm_exit" },
	[KVM_PV_EXITS_PROBE_WAKEUP]	= { "kvm_vcpu_wakeup" },
};

static void kvm_pv_exits_probe_found(struct tracepoint *tp, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kvm_pv_exits_events); i++) {
		if (!strcmp(tp->name, kvm_pv_exits_events[i].name))
			kvm_pv_exits_events[i].tp = tp;
	}
}

/* The kernel calls a new notifier for each module that has events. */
static int kvm_pv_exits_probe_module(struct notifier_block *nb, unsigned long action, void *data)
{
	struct module *mod = ((struct tp_module *)data)->mod;
	int i;

	if (action != MODULE_STATE_COMING || strcmp(mod->name, "kvm") ||
	    kvm_pv_exits_probe_owner || !try_module_get(mod))
		return NOTIFY_DONE;

	kvm_pv_exits_probe_owner = mod;
	for (i = 0; i < mod->num_tracepoints; i++)
		kvm_pv_exits_probe_found(tracepoint_ptr_deref(&mod->tracepoints_ptrs[i]), NULL);
	return NOTIFY_OK;
}

static struct notifier_block kvm_pv_exits_probe_nb = {
	.notifier_call	= kvm_pv_exits_probe_module,
};

static void kvm_pv_exits_probe_forget(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kvm_pv_exits_events); i++)
		kvm_pv_exits_events[i].tp = NULL;
	module_put(kvm_pv_exits_probe_owner);
	kvm_pv_exits_probe_owner = NULL;
}

static int kvm_pv_exits_probe_find(void)
{
	int i, err;

	for_each_kernel_tracepoint(kvm_pv_exits_probe_found, NULL);
	err = register_tracepoint_module_notifier(&kvm_pv_exits_probe_nb);
	if (err)
		return err;
	unregister_tracepoint_module_notifier(&kvm_pv_exits_probe_nb);

	for (i = 0; i < ARRAY_SIZE(kvm_pv_exits_events); i++) {
		if (!kvm_pv_exits_events[i].tp) {
			pr_warn("the KVM of this kernel has no event %s: no telemetry\n",
				kvm_pv_exits_events[i].name);
			kvm_pv_exits_probe_forget();
			return -EOPNOTSUPP;
		}
	}

	return 0;
}

/* Unregisters the first @nr probes. */
static void kvm_pv_exits_probe_remove(int nr)
{
	while (nr--)
		tracepoint_probe_unregister(kvm_pv_exits_events[nr].tp,
					    kvm_pv_exits_count_probes[nr], NULL);
	tracepoint_synchronize_unregister();
	kvm_pv_exits_probe_forget();
}

/**
 * kvm_pv_exits_probe_sync - set the pointer of each CPU
 *
 * May sleep.
 */
void kvm_pv_exits_probe_sync(void)
{
	on_each_cpu(kvm_pv_exits_probe_sync_cpu, NULL, 1);
}

static void kvm_pv_exits_probe_unload(void *unused)
{
	__this_cpu_write(kvm_pv_exits_loaded, NULL);
}

static void kvm_pv_exits_probe_unuse(void)
{
	static_branch_disable(&kvm_pv_exits_used);
	synchronize_rcu(); /* hooks that have seen the key */
	on_each_cpu(kvm_pv_exits_probe_unload, NULL, 1);
}

static int kvm_pv_exits_probe_register(void)
{
	int i, err;

	/* Without the hooks the pointers would become wrong. */
	err = kvm_pv_vcpu_hooks_wait();
	if (err)
		return err;
	err = kvm_pv_exits_probe_find();
	if (err)
		return err;

	preempt_disable();
	WRITE_ONCE(kvm_pv_exits_probed, kvm_pv_exits_clock());
	preempt_enable();
	static_branch_enable(&kvm_pv_exits_used);
	kvm_pv_exits_probe_sync();
	for (i = 0; i < ARRAY_SIZE(kvm_pv_exits_events); i++) {
		err = tracepoint_probe_register(kvm_pv_exits_events[i].tp,
						kvm_pv_exits_count_probes[i], NULL);
		if (err) {
			pr_warn("event %s cannot be probed (%d): no telemetry\n",
				kvm_pv_exits_events[i].name, err);
			kvm_pv_exits_probe_unuse();
			kvm_pv_exits_probe_remove(i);
			return err;
		}
	}

	return 0;
}

static void kvm_pv_exits_probe_unregister(void)
{
	kvm_pv_exits_probe_unuse();
	kvm_pv_exits_probe_remove(ARRAY_SIZE(kvm_pv_exits_events));
}

static void kvm_pv_exits_probe_change(struct work_struct *work)
{
	bool wanted = READ_ONCE(kvm_pv_exits_probe_enabled) &&
		      atomic_read(&kvm_pv_exits_probe_users);

	if (wanted == kvm_pv_exits_probe_registered)
		return;
	kvm_pv_exits_probe_err = 0;
	if (!wanted) {
		kvm_pv_exits_probe_unregister();
		kvm_pv_exits_probe_registered = false;
		return;
	}
	kvm_pv_exits_probe_err = kvm_pv_exits_probe_register();
	kvm_pv_exits_probe_registered = !kvm_pv_exits_probe_err;
}

static DECLARE_WORK(kvm_pv_exits_probe_work, kvm_pv_exits_probe_change);

static void kvm_pv_exits_probe_update(void)
{
	queue_work(system_dfl_wq, &kvm_pv_exits_probe_work);
	flush_work(&kvm_pv_exits_probe_work);
}

/**
 * kvm_pv_exits_probe_get - register the probes, unless they are registered
 *
 * May sleep.  While the module is disabled, the probes are registered later.
 *
 * Return: 0, or an error: the probes cannot be registered.
 */
int kvm_pv_exits_probe_get(void)
{
	int err;

	atomic_inc(&kvm_pv_exits_probe_users);
	kvm_pv_exits_probe_update();
	err = READ_ONCE(kvm_pv_exits_probe_err);
	if (err)
		kvm_pv_exits_probe_put();
	return err;
}

/**
 * kvm_pv_exits_probe_put - undo kvm_pv_exits_probe_get()
 */
void kvm_pv_exits_probe_put(void)
{
	if (atomic_dec_and_test(&kvm_pv_exits_probe_users))
		queue_work(system_dfl_wq, &kvm_pv_exits_probe_work);
}

/**
 * kvm_pv_exits_enable - register or unregister the probes
 * @on: register them if a VM has telemetry
 *
 * The hooks on loads and puts of vCPUs are registered during the call.  The caller prevents
 * concurrent calls.  May sleep.
 */
void kvm_pv_exits_enable(bool on)
{
	WRITE_ONCE(kvm_pv_exits_probe_enabled, on);
	kvm_pv_exits_probe_update();
}

/**
 * kvm_pv_exits_init - prepare
 * @sync_cpu: calls kvm_pv_exits_load() for the vCPU that is loaded on this CPU, in an interrupt
 */
void kvm_pv_exits_init(void (*sync_cpu)(void *unused))
{
	kvm_pv_exits_probe_sync_cpu = sync_cpu;
}

/* No VM is attached, and none can be attached. */
void kvm_pv_exits_exit(void)
{
	flush_work(&kvm_pv_exits_probe_work);
}
