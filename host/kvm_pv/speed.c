// SPDX-License-Identifier: GPL-2.0
/*
 * What the CPUs of this host run at, in kHz, as cpufreq has it.
 *
 * The event power:cpu_frequency tells of each change.  A transition notifier would do so
 * as well, but where one is registered cpufreq does no fast switching.  What a CPU runs
 * at when its policy comes, or when it comes online into one, no event tells: the policy
 * is looked at then.  A look never replaces what an event has told, for it may have been
 * before that.
 *
 * Not told of, so never known, are CPUs whose driver has its governor built in, as
 * intel_pstate, or is asked for performance directly (adjust_perf), as with HWP.
 *
 * The event may come with the lock of a run queue held, on the CPU that changes or on
 * another one.  If a vCPU that has a record is loaded there, the CPU is interrupted, and
 * the vCPU leaves its guest for that long.
 */
#include <linux/bitops.h>
#include <linux/cpu.h>
#include <linux/cpufreq.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#include <trace/events/power.h>

#include "kvm_pv.h"

/**
 * struct kvm_pv_speed - a CPU of the host
 * @khz: that was told or found last, 0: none
 * @told: it is told of when that changes
 * @watched: a vCPU that has a record is loaded; written by the CPU itself
 * @state: KVM_PV_SPEED_PENDING
 * @here: interrupts the CPU if it is this one
 * @there: if it is another one
 */
struct kvm_pv_speed {
	u32 khz;
	bool told;
	bool watched;
	unsigned long state;
	struct irq_work here;
	call_single_data_t there;
};

/* bits of struct kvm_pv_speed.state */
#define KVM_PV_SPEED_PENDING	0	/* will be interrupted */

static DEFINE_PER_CPU(struct kvm_pv_speed, kvm_pv_speeds);

/* A policy that is found under this lock goes after the lock is released. */
static DEFINE_MUTEX(kvm_pv_speed_lock);
static int kvm_pv_speed_state;
static bool kvm_pv_speed_known;

/* cpufreq_driver_has_adjust_perf(), which is for no module; see symbols.c for the way */
DEFINE_STATIC_CALL_NULL(kvm_pv_speed_adjusts, cpufreq_driver_has_adjust_perf);

/**
 * kvm_pv_speed - what a CPU runs at
 * @cpu: the CPU
 *
 * Return: kHz, 0: unknown.
 */
u32 kvm_pv_speed(int cpu)
{
	const struct kvm_pv_speed *speed = per_cpu_ptr(&kvm_pv_speeds, cpu);

	return READ_ONCE(speed->told) ? READ_ONCE(speed->khz) : 0;
}
EXPORT_SYMBOL_GPL(kvm_pv_speed);

/**
 * kvm_pv_speed_watch - whether this CPU is to be interrupted when its speed changes
 * @on: it is, and its speed is read after this; interrupts are off
 */
void kvm_pv_speed_watch(bool on)
{
	this_cpu_write(kvm_pv_speeds.watched, on);
	if (on)
		smp_mb(); /* pairs with kvm_pv_speed_tell(): one sees what the other wrote */
}

/* In an interrupt of the CPU */
static void kvm_pv_speed_changed(struct kvm_pv_speed *speed)
{
	struct kvm_vcpu *vcpu = kvm_get_running_vcpu();
	struct kvm_pv *pv;

	clear_bit(KVM_PV_SPEED_PENDING, &speed->state);
	smp_mb__after_atomic(); /* what is told from here on interrupts again */

	rcu_read_lock();
	pv = vcpu ? kvm_pv_vm_find(vcpu->kvm) : NULL;
	/* Nobody says so where the hooks have gone before the vCPU. */
	if (!pv || !kvm_pv_share_speed(pv, vcpu))
		kvm_pv_speed_watch(false);
	rcu_read_unlock();
}

static void kvm_pv_speed_here(struct irq_work *work)
{
	kvm_pv_speed_changed(container_of(work, struct kvm_pv_speed, here));
}

static void kvm_pv_speed_there(void *data)
{
	kvm_pv_speed_changed(data);
}

/* Preemption is off, and nobody may be woken. */
static void kvm_pv_speed_tell(int cpu)
{
	struct kvm_pv_speed *speed = per_cpu_ptr(&kvm_pv_speeds, cpu);

	smp_mb(); /* pairs with kvm_pv_speed_watch() */
	if (!READ_ONCE(speed->watched) ||
	    test_and_set_bit(KVM_PV_SPEED_PENDING, &speed->state))
		return;

	/* The call would be made at once if it were to this CPU, under whatever lock. */
	if (cpu == smp_processor_id())
		irq_work_queue(&speed->here);
	else if (smp_call_function_single_async(cpu, &speed->there))
		clear_bit(KVM_PV_SPEED_PENDING, &speed->state);
}

static void kvm_pv_speed_event(void *data, unsigned int khz, unsigned int cpu)
{
	WRITE_ONCE(per_cpu_ptr(&kvm_pv_speeds, cpu)->khz, khz);
	kvm_pv_speed_tell(cpu);
}

static void kvm_pv_speed_forget(int cpu)
{
	struct kvm_pv_speed *speed = per_cpu_ptr(&kvm_pv_speeds, cpu);

	WRITE_ONCE(speed->told, false);
	WRITE_ONCE(speed->khz, 0);
	preempt_disable();
	kvm_pv_speed_tell(cpu);
	preempt_enable();
}

static void kvm_pv_speed_find(int cpu)
{
	struct kvm_pv_speed *speed = per_cpu_ptr(&kvm_pv_speeds, cpu);
	struct cpufreq_policy *policy;
	bool told;

	/* It may be in the making, which is waited for. */
	policy = cpufreq_cpu_get(cpu);
	if (!policy)
		return;
	down_read(&policy->rwsem);
	up_read(&policy->rwsem);
	cpufreq_cpu_put(policy);

	mutex_lock(&kvm_pv_speed_lock);
	policy = cpufreq_cpu_get(cpu);
	if (policy) {
		cmpxchg(&speed->khz, 0, policy->cur);
		told = policy->governor && !static_call(kvm_pv_speed_adjusts)();
		WRITE_ONCE(speed->told, told);
		cpufreq_cpu_put(policy);
		preempt_disable();
		kvm_pv_speed_tell(cpu);
		preempt_enable();
	}
	mutex_unlock(&kvm_pv_speed_lock);
}

static void kvm_pv_speed_look(struct work_struct *work)
{
	int cpu;

	/* CPUs that come online have got their policies by then. */
	cpus_read_lock();
	for_each_online_cpu(cpu)
		kvm_pv_speed_find(cpu);
	cpus_read_unlock();
}

static DECLARE_WORK(kvm_pv_speed_work, kvm_pv_speed_look);

/* A policy that comes is locked, and not complete. */
static int kvm_pv_speed_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct cpufreq_policy *policy = data;
	int cpu;

	switch (event) {
	case CPUFREQ_CREATE_POLICY:
		queue_work(system_unbound_wq, &kvm_pv_speed_work);
		return NOTIFY_OK;
	case CPUFREQ_REMOVE_POLICY:
		mutex_lock(&kvm_pv_speed_lock);
		for_each_cpu(cpu, policy->related_cpus)
			kvm_pv_speed_forget(cpu);
		mutex_unlock(&kvm_pv_speed_lock);
		return NOTIFY_OK;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block kvm_pv_speed_nb = {
	.notifier_call	= kvm_pv_speed_notify,
};

/* While it was offline, nothing was told of it. */
static int kvm_pv_speed_online(unsigned int cpu)
{
	kvm_pv_speed_forget(cpu);
	queue_work(system_unbound_wq, &kvm_pv_speed_work);
	return 0;
}

static void kvm_pv_speed_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct kvm_pv_speed *speed = per_cpu_ptr(&kvm_pv_speeds, cpu);

		speed->here = IRQ_WORK_INIT_HARD(kvm_pv_speed_here);
		INIT_CSD(&speed->there, kvm_pv_speed_there, speed);
	}
}

static void kvm_pv_speed_unregister_event(void)
{
	int cpu;

	unregister_trace_cpu_frequency(kvm_pv_speed_event, NULL);
	tracepoint_synchronize_unregister();

	/* Interrupts that are on their way, and then those that have not ended */
	for_each_possible_cpu(cpu) {
		while (test_bit(KVM_PV_SPEED_PENDING, &per_cpu_ptr(&kvm_pv_speeds, cpu)->state))
			msleep(20);
	}
	synchronize_rcu();
}

/**
 * kvm_pv_speed_start - know the speeds from now on
 *
 * Where cpufreq is switched off, or cannot be asked, they are unknown.
 */
void kvm_pv_speed_start(void)
{
	const char * const names[] = { "cpufreq_driver_has_adjust_perf", NULL };

	void *adjusts = kvm_pv_symbol_find(names);

	kvm_pv_speed_init();
	if (!adjusts)
		return;
	static_call_update(kvm_pv_speed_adjusts, adjusts);

	/* First, since nothing is looked at twice */
	if (register_trace_cpu_frequency(kvm_pv_speed_event, NULL))
		return;
	kvm_pv_speed_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "kvm_pv:online",
						       kvm_pv_speed_online, NULL);
	if (kvm_pv_speed_state < 0)
		goto unregister_event;
	if (cpufreq_register_notifier(&kvm_pv_speed_nb, CPUFREQ_POLICY_NOTIFIER))
		goto remove_state;

	queue_work(system_unbound_wq, &kvm_pv_speed_work);
	kvm_pv_speed_known = true;
	return;

remove_state:
	cpuhp_remove_state_nocalls(kvm_pv_speed_state);
	cancel_work_sync(&kvm_pv_speed_work);
unregister_event:
	kvm_pv_speed_unregister_event();
}

/* No VM is attached. */
void kvm_pv_speed_stop(void)
{
	if (!kvm_pv_speed_known)
		return;

	cpufreq_unregister_notifier(&kvm_pv_speed_nb, CPUFREQ_POLICY_NOTIFIER);
	cpuhp_remove_state_nocalls(kvm_pv_speed_state);
	cancel_work_sync(&kvm_pv_speed_work);
	kvm_pv_speed_unregister_event();
}
