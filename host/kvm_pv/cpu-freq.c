// SPDX-License-Identifier: GPL-2.0
/*
 * Current frequencies of the CPUs of this host, in kHz, from cpufreq.
 *
 * The event power:cpu_frequency reports each change.  A transition notifier would report them
 * too, but cpufreq disables fast switching if one is registered.  No event reports the frequency
 * at which a policy is created or a CPU comes online, so a work reads it from the policy.  It
 * never replaces the value of an event, which can be newer.
 *
 * The frequency is unknown if the cpufreq driver has its own governor, as intel_pstate, or
 * accepts performance instead of frequencies (adjust_perf), as with HWP: no event reports changes.
 *
 * The event can occur with the lock of a run queue held, on the CPU that changes or on another
 * one.  The CPU is interrupted if a vCPU that has a record is loaded on it, and once after that.
 */
#include <linux/bitops.h>
#include <linux/cpu.h>
#include <linux/cpufreq.h>
#include <linux/delay.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#include <trace/events/power.h>

#include "kvm_pv.h"

/**
 * struct kvm_pv_cpu_freq - a CPU of the host
 * @khz: last reported frequency, 0: none
 * @known: events report all changes
 * @watched: see kvm_pv_cpu_freq_watch(); written by the CPU itself
 * @state: KVM_PV_CPU_FREQ_PENDING
 * @here: interrupts this CPU from itself
 * @there: interrupts this CPU from another one
 */
struct kvm_pv_cpu_freq {
	u32 khz;
	bool known;
	bool watched;
	unsigned long state;
	struct irq_work here;
	call_single_data_t there;
};

/* Bit of struct kvm_pv_cpu_freq.state: an interrupt is pending */
#define KVM_PV_CPU_FREQ_PENDING	0

static DEFINE_PER_CPU(struct kvm_pv_cpu_freq, kvm_pv_cpu_freqs);

/* A policy that is found under this lock is removed after the lock is released. */
static DEFINE_MUTEX(kvm_pv_cpu_freq_lock);
static int kvm_pv_cpu_freq_state;
static bool kvm_pv_cpu_freq_started;
static void (*kvm_pv_cpu_freq_changed)(void);

/* cpufreq_driver_has_adjust_perf() is not exported, see symbols.c. */
DEFINE_STATIC_CALL_NULL(kvm_pv_cpu_freq_adjusts, cpufreq_driver_has_adjust_perf);

/**
 * kvm_pv_cpu_freq - current frequency of a CPU
 * @cpu: the CPU
 *
 * Return: kHz, 0: unknown.
 */
u32 kvm_pv_cpu_freq(int cpu)
{
	const struct kvm_pv_cpu_freq *freq = per_cpu_ptr(&kvm_pv_cpu_freqs, cpu);

	return READ_ONCE(freq->known) ? READ_ONCE(freq->khz) : 0;
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_cpu_freq);

/**
 * kvm_pv_cpu_freq_watch - interrupt this CPU when its frequency changes
 * @on: interrupt it; the caller reads the frequency after this
 *
 * Preemption is off.
 */
void kvm_pv_cpu_freq_watch(bool on)
{
	this_cpu_write(kvm_pv_cpu_freqs.watched, on);
	if (on)
		smp_mb(); /* pairs with kvm_pv_cpu_freq_report() */
}

/* In an interrupt of the CPU */
static void kvm_pv_cpu_freq_interrupt(struct kvm_pv_cpu_freq *freq)
{
	clear_bit(KVM_PV_CPU_FREQ_PENDING, &freq->state);
	smp_mb__after_atomic(); /* an event from here on interrupts again */

	kvm_pv_cpu_freq_changed();
}

static void kvm_pv_cpu_freq_here(struct irq_work *work)
{
	kvm_pv_cpu_freq_interrupt(container_of(work, struct kvm_pv_cpu_freq, here));
}

static void kvm_pv_cpu_freq_there(void *data)
{
	kvm_pv_cpu_freq_interrupt(data);
}

/* Preemption is off.  The lock of a run queue can be held. */
static void kvm_pv_cpu_freq_report(int cpu)
{
	struct kvm_pv_cpu_freq *freq = per_cpu_ptr(&kvm_pv_cpu_freqs, cpu);

	smp_mb(); /* the frequency before the check; pairs with kvm_pv_cpu_freq_watch() */
	if (!READ_ONCE(freq->watched) ||
	    test_and_set_bit(KVM_PV_CPU_FREQ_PENDING, &freq->state))
		return;

	/* A call to this CPU itself would run at once, under the lock of the caller. */
	if (cpu == smp_processor_id())
		irq_work_queue(&freq->here);
	else if (smp_call_function_single_async(cpu, &freq->there))
		clear_bit(KVM_PV_CPU_FREQ_PENDING, &freq->state);
}

static void kvm_pv_cpu_freq_event(void *data, unsigned int khz, unsigned int cpu)
{
	WRITE_ONCE(per_cpu_ptr(&kvm_pv_cpu_freqs, cpu)->khz, khz);
	preempt_disable_notrace();
	kvm_pv_cpu_freq_report(cpu);
	preempt_enable_notrace();
}

static void kvm_pv_cpu_freq_forget(int cpu)
{
	struct kvm_pv_cpu_freq *freq = per_cpu_ptr(&kvm_pv_cpu_freqs, cpu);

	WRITE_ONCE(freq->known, false);
	WRITE_ONCE(freq->khz, 0);
	preempt_disable();
	kvm_pv_cpu_freq_report(cpu);
	preempt_enable();
}

static void kvm_pv_cpu_freq_find(int cpu)
{
	struct kvm_pv_cpu_freq *freq = per_cpu_ptr(&kvm_pv_cpu_freqs, cpu);
	struct cpufreq_policy *policy;
	bool known;

	/* Wait until cpufreq has initialized it. */
	policy = cpufreq_cpu_get(cpu);
	if (!policy)
		return;
	down_read(&policy->rwsem);
	up_read(&policy->rwsem);
	cpufreq_cpu_put(policy);

	mutex_lock(&kvm_pv_cpu_freq_lock);
	policy = cpufreq_cpu_get(cpu);
	if (policy) {
		cmpxchg(&freq->khz, 0, policy->cur);
		known = policy->governor && !static_call(kvm_pv_cpu_freq_adjusts)();
		WRITE_ONCE(freq->known, known);
		cpufreq_cpu_put(policy);
		preempt_disable();
		kvm_pv_cpu_freq_report(cpu);
		preempt_enable();
	}
	mutex_unlock(&kvm_pv_cpu_freq_lock);
}

static void kvm_pv_cpu_freq_look(struct work_struct *work)
{
	int cpu;

	/* Without CPU hotplug each online CPU has its policy. */
	cpus_read_lock();
	for_each_online_cpu(cpu)
		kvm_pv_cpu_freq_find(cpu);
	cpus_read_unlock();
}

static DECLARE_WORK(kvm_pv_cpu_freq_work, kvm_pv_cpu_freq_look);

/* A policy that is created is locked and incomplete. */
static int kvm_pv_cpu_freq_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct cpufreq_policy *policy = data;
	int cpu;

	switch (event) {
	case CPUFREQ_CREATE_POLICY:
		queue_work(system_dfl_wq, &kvm_pv_cpu_freq_work);
		return NOTIFY_OK;
	case CPUFREQ_REMOVE_POLICY:
		mutex_lock(&kvm_pv_cpu_freq_lock);
		for_each_cpu(cpu, policy->related_cpus)
			kvm_pv_cpu_freq_forget(cpu);
		mutex_unlock(&kvm_pv_cpu_freq_lock);
		return NOTIFY_OK;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block kvm_pv_cpu_freq_nb = {
	.notifier_call	= kvm_pv_cpu_freq_notify,
};

/* No event reported changes while the CPU was offline. */
static int kvm_pv_cpu_freq_online(unsigned int cpu)
{
	kvm_pv_cpu_freq_forget(cpu);
	queue_work(system_dfl_wq, &kvm_pv_cpu_freq_work);
	return 0;
}

static void kvm_pv_cpu_freq_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct kvm_pv_cpu_freq *freq = per_cpu_ptr(&kvm_pv_cpu_freqs, cpu);

		freq->here = IRQ_WORK_INIT_HARD(kvm_pv_cpu_freq_here);
		INIT_CSD(&freq->there, kvm_pv_cpu_freq_there, freq);
	}
}

static void kvm_pv_cpu_freq_unregister_event(void)
{
	struct kvm_pv_cpu_freq *freq;
	int cpu;

	unregister_trace_cpu_frequency(kvm_pv_cpu_freq_event, NULL);
	tracepoint_synchronize_unregister();

	/* Pending interrupts, then running ones */
	for_each_possible_cpu(cpu) {
		freq = per_cpu_ptr(&kvm_pv_cpu_freqs, cpu);
		while (test_bit(KVM_PV_CPU_FREQ_PENDING, &freq->state))
			msleep(20);
	}
	synchronize_rcu();
}

/**
 * kvm_pv_cpu_freq_start - track the frequencies of all CPUs
 * @changed: is called in an interrupt of a CPU that is watched and has changed its frequency
 *
 * If cpufreq is disabled, or the kernel lacks a symbol, all frequencies are unknown.
 */
void kvm_pv_cpu_freq_start(void (*changed)(void))
{
	static const char * const names[] = { "cpufreq_driver_has_adjust_perf", NULL };
	void *adjusts = kvm_pv_symbol_find(names);

	kvm_pv_cpu_freq_changed = changed;
	kvm_pv_cpu_freq_init();
	if (!adjusts)
		return;
	static_call_update(kvm_pv_cpu_freq_adjusts, adjusts);

	/* Events first: the work reads each policy once. */
	if (register_trace_cpu_frequency(kvm_pv_cpu_freq_event, NULL))
		return;
	kvm_pv_cpu_freq_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "kvm_pv:online",
							  kvm_pv_cpu_freq_online, NULL);
	if (kvm_pv_cpu_freq_state < 0)
		goto unregister_event;
	if (cpufreq_register_notifier(&kvm_pv_cpu_freq_nb, CPUFREQ_POLICY_NOTIFIER))
		goto remove_state;

	queue_work(system_dfl_wq, &kvm_pv_cpu_freq_work);
	kvm_pv_cpu_freq_started = true;
	return;

remove_state:
	cpuhp_remove_state_nocalls(kvm_pv_cpu_freq_state);
	cancel_work_sync(&kvm_pv_cpu_freq_work);
unregister_event:
	kvm_pv_cpu_freq_unregister_event();
}

/* No VM is attached. */
void kvm_pv_cpu_freq_stop(void)
{
	if (!kvm_pv_cpu_freq_started)
		return;

	cpufreq_unregister_notifier(&kvm_pv_cpu_freq_nb, CPUFREQ_POLICY_NOTIFIER);
	cpuhp_remove_state_nocalls(kvm_pv_cpu_freq_state);
	cancel_work_sync(&kvm_pv_cpu_freq_work);
	kvm_pv_cpu_freq_unregister_event();
}
