// SPDX-License-Identifier: GPL-2.0
/*
 * The moments at which vCPUs come onto CPUs and leave them.
 *
 * ftrace calls on entry of kvm_arch_vcpu_load() and kvm_arch_vcpu_put().  KVM calls
 * these from its preempt notifiers, that is when the scheduler brings a vCPU's thread
 * onto a CPU and when it takes it away, and at both ends of the ioctls of a vCPU.  They
 * are better places than the notifiers themselves: in both a vCPU is KVM's running
 * one, as writes to guest memory need it.  Notifiers of our own are no way, for only
 * the thread that they are of can remove them.
 *
 * Preemption is off in both.  The first may be called in finish_task_switch(), with
 * nothing locked and interrupts on; the second in prepare_task_switch(), with the run
 * queue locked and interrupts off.  The address space is that of the vCPU's thread.
 *
 * The hooks are there as long as a VM is attached that has had a record.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/ftrace.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "kvm_pv.h"

/* The functions are there: nothing of the extension is without them. */
bool kvm_pv_sched_known;

static atomic_t kvm_pv_sched_users;
static DEFINE_PER_CPU(struct work_struct, kvm_pv_sched_nudges);

static void notrace kvm_pv_sched_load(unsigned long ip, unsigned long parent_ip,
				      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs);
	struct kvm_pv *pv;

	rcu_read_lock();
	pv = kvm_pv_vm_find(vcpu->kvm);
	if (pv)
		kvm_pv_share_load(pv, vcpu);
	rcu_read_unlock();
}

static void notrace kvm_pv_sched_unload(unsigned long ip, unsigned long parent_ip,
					struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs);
	struct kvm_pv *pv;

	rcu_read_lock();
	pv = kvm_pv_vm_find(vcpu->kvm);
	if (pv)
		kvm_pv_share_put(pv, vcpu);
	rcu_read_unlock();
}

static struct kvm_pv_sched_hook {
	const char * const names[2];
	struct ftrace_ops ops;
} kvm_pv_sched_hooks[] = {
	{
		.names	= { "kvm_arch_vcpu_load", NULL },
		.ops	= {
			.func	= kvm_pv_sched_load,
			.flags	= KVM_PV_FTRACE_FLAGS,
		},
	},
	{
		.names	= { "kvm_arch_vcpu_put", NULL },
		.ops	= {
			.func	= kvm_pv_sched_unload,
			.flags	= KVM_PV_FTRACE_FLAGS,
		},
	},
};

/* Hooks that are registered, always the first ones. */
static unsigned int kvm_pv_sched_nr;

static void kvm_pv_sched_register(void)
{
	for (; kvm_pv_sched_nr < ARRAY_SIZE(kvm_pv_sched_hooks); kvm_pv_sched_nr++) {
		struct kvm_pv_sched_hook *hook = &kvm_pv_sched_hooks[kvm_pv_sched_nr];
		int err = register_ftrace_function(&hook->ops);

		if (err) {
			pr_err_once("%s cannot be hooked (%d): records are written late\n",
				    hook->names[0], err);
			return;
		}
	}
}

static void kvm_pv_sched_unregister(void)
{
	while (kvm_pv_sched_nr)
		unregister_ftrace_function(&kvm_pv_sched_hooks[--kvm_pv_sched_nr].ops);
}

/* It takes longer than a vCPU, or the end of a VM, should have to wait. */
static void kvm_pv_sched_change(struct work_struct *work)
{
	if (atomic_read(&kvm_pv_sched_users))
		kvm_pv_sched_register();
	else
		kvm_pv_sched_unregister();
}

static DECLARE_WORK(kvm_pv_sched_work, kvm_pv_sched_change);

void kvm_pv_sched_get(void)
{
	if (atomic_inc_return(&kvm_pv_sched_users) == 1)
		queue_work(system_unbound_wq, &kvm_pv_sched_work);
}

void kvm_pv_sched_put(void)
{
	if (atomic_dec_and_test(&kvm_pv_sched_users))
		queue_work(system_unbound_wq, &kvm_pv_sched_work);
}

/**
 * kvm_pv_sched_wait - until the hooks are as the users want them
 *
 * May sleep.
 */
void kvm_pv_sched_wait(void)
{
	flush_work(&kvm_pv_sched_work);
}

static void kvm_pv_sched_do_nothing(struct work_struct *work)
{
}

/**
 * kvm_pv_sched_nudge - make the thread that is on a CPU leave it and come back
 * @cpu: the CPU
 *
 * Work that is bound to the CPU needs the CPU for a moment, unless a thread of a
 * real-time class is there.
 */
void kvm_pv_sched_nudge(int cpu)
{
	queue_work_on(cpu, system_highpri_wq, per_cpu_ptr(&kvm_pv_sched_nudges, cpu));
}

void kvm_pv_sched_init(void)
{
	struct kvm_pv_sched_hook *hook = kvm_pv_sched_hooks;
	int cpu, err;

	for_each_possible_cpu(cpu)
		INIT_WORK(per_cpu_ptr(&kvm_pv_sched_nudges, cpu), kvm_pv_sched_do_nothing);

	for (; hook < kvm_pv_sched_hooks + ARRAY_SIZE(kvm_pv_sched_hooks); hook++) {
		void *func = kvm_pv_symbol_find(hook->names);

		err = func ? ftrace_set_filter_ip(&hook->ops, (unsigned long)func, 0, 0) :
			     -ENOENT;
		if (err) {
			pr_warn("%s cannot be traced (%d): no memory is shared with guests\n",
				hook->names[0], err);
			return;
		}
	}

	kvm_pv_sched_known = true;
}

/* No VM is attached, so nobody calls kvm_pv_sched_get() and kvm_pv_sched_nudge(). */
void kvm_pv_sched_exit(void)
{
	struct kvm_pv_sched_hook *hook = kvm_pv_sched_hooks;
	int cpu;

	cancel_work_sync(&kvm_pv_sched_work);
	kvm_pv_sched_unregister();
	for (; hook < kvm_pv_sched_hooks + ARRAY_SIZE(kvm_pv_sched_hooks); hook++)
		ftrace_free_filter(&hook->ops);

	for_each_possible_cpu(cpu)
		cancel_work_sync(per_cpu_ptr(&kvm_pv_sched_nudges, cpu));
}
