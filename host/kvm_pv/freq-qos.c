// SPDX-License-Identifier: GPL-2.0
/*
 * Backend freq-qos: what a vCPU asks for is the minimum of the cpufreq policy of the
 * CPUs that its thread is pinned to.
 *
 * All CPUs of a policy and all their users get the minimum, so a VM needs a cap, and a policy gets
 * another minimum at most once in its transition delay, whatever the number of VMs.  A change of
 * the limits would make schedutil ignore that delay.
 *
 * A policy that is held cannot go away, and the unload of the cpufreq driver would wait for kvm_pv.
 * So none is held: a notifier reports a policy that goes, and removes our constraints first.  VMs
 * hold the semaphore for reading, so that no VM waits for another one, except when a policy goes.
 * So a policy that is found is reported after the constraint is there, or before, and then it is
 * not found.
 */
#include <linux/cpufreq.h>
#include <linux/ktime.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "kvm_pv.h"

static DECLARE_RWSEM(kvm_pv_freq_qos_sem); /* no policy goes */
static DEFINE_SPINLOCK(kvm_pv_freq_qos_lock); /* protects the list, and the times of changes */
static LIST_HEAD(kvm_pv_freq_qos_list);
static bool kvm_pv_freq_qos_told;

/* When we have changed the minimum of a policy last, in ns; of the first one of its CPUs */
static DEFINE_PER_CPU(u64, kvm_pv_freq_qos_changed_at);

static bool kvm_pv_freq_qos_known(void)
{
	return kvm_pv_freq_qos_told && cpufreq_get_current_driver();
}

static void kvm_pv_freq_qos_init(struct kvm_pv_constraint *constraint)
{
	INIT_LIST_HEAD(&constraint->node);
}

static void kvm_pv_freq_qos_remove(struct kvm_pv_constraint *constraint)
{
	lockdep_assert_held(&kvm_pv_freq_qos_sem);

	if (list_empty(&constraint->node))
		return;

	spin_lock(&kvm_pv_freq_qos_lock);
	list_del_init(&constraint->node);
	spin_unlock(&kvm_pv_freq_qos_lock);
	freq_qos_remove_request(&constraint->qos);
}

/* Whether the transition delay of a policy is over; a new one begins then. */
static bool kvm_pv_freq_qos_may_change(struct cpufreq_policy *policy)
{
	u64 *changed_at = per_cpu_ptr(&kvm_pv_freq_qos_changed_at,
				      cpumask_first(policy->related_cpus));
	u64 delay = (u64)cpufreq_policy_transition_delay_us(policy) * NSEC_PER_USEC;
	u64 now = ktime_get_ns();
	bool over;

	spin_lock(&kvm_pv_freq_qos_lock);
	over = now >= *changed_at + delay;
	if (over)
		*changed_at = now;
	spin_unlock(&kvm_pv_freq_qos_lock);

	return over;
}

static int kvm_pv_freq_qos_add(struct kvm_pv_constraint *constraint, struct cpufreq_policy *policy,
			       s32 khz)
{
	bool active = !list_empty(&constraint->node) &&
		      constraint->qos.qos == &policy->constraints;
	int err;

	if (active && constraint->qos.pnode.prio == khz)
		return 0;
	if (!active)
		kvm_pv_freq_qos_remove(constraint);
	if (!kvm_pv_freq_qos_may_change(policy))
		return KVM_PV_LATER;

	if (active) {
		err = freq_qos_update_request(&constraint->qos, khz);
		return err < 0 ? -KVM_PV_FAIL_REFUSED : 1;
	}

	err = freq_qos_add_request(&policy->constraints, &constraint->qos, FREQ_QOS_MIN, khz);
	if (err < 0)
		return -KVM_PV_FAIL_REFUSED;

	spin_lock(&kvm_pv_freq_qos_lock);
	list_add(&constraint->node, &kvm_pv_freq_qos_list);
	spin_unlock(&kvm_pv_freq_qos_lock);
	return 1;
}

/* One of the CPUs that a thread may run on, as of now. */
static unsigned int kvm_pv_freq_qos_cpu(struct task_struct *task)
{
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&task->pi_lock, flags);
	cpu = cpumask_any_and(&task->cpus_mask, cpu_online_mask);
	raw_spin_unlock_irqrestore(&task->pi_lock, flags);

	return cpu;
}

static bool kvm_pv_freq_qos_pinned(struct task_struct *task, const struct cpumask *cpus)
{
	unsigned long flags;
	bool pinned;

	raw_spin_lock_irqsave(&task->pi_lock, flags);
	pinned = cpumask_subset(&task->cpus_mask, cpus);
	raw_spin_unlock_irqrestore(&task->pi_lock, flags);

	return pinned;
}

static int kvm_pv_freq_qos_set(struct kvm_pv *pv, struct kvm_pv_constraint *constraint,
			       struct task_struct *task, u32 perf)
{
	unsigned int cpu = kvm_pv_freq_qos_cpu(task);
	int ret = -KVM_PV_FAIL_POLICY;
	struct cpufreq_policy *policy;

	down_read(&kvm_pv_freq_qos_sem);
	policy = cpu < nr_cpu_ids ? cpufreq_cpu_get(cpu) : NULL;
	if (!policy)
		goto unlock;

	ret = -KVM_PV_FAIL_PIN;
	if (kvm_pv_freq_qos_pinned(task, policy->related_cpus))
		ret = kvm_pv_freq_qos_add(constraint, policy, min_t(u32, perf, S32_MAX));
	cpufreq_cpu_put(policy);

unlock:
	if (ret < 0)
		kvm_pv_freq_qos_remove(constraint);
	up_read(&kvm_pv_freq_qos_sem);
	return ret;
}

static void kvm_pv_freq_qos_withdraw(struct kvm_pv_constraint *constraint, struct task_struct *task)
{
	down_read(&kvm_pv_freq_qos_sem);
	kvm_pv_freq_qos_remove(constraint);
	up_read(&kvm_pv_freq_qos_sem);
}

const struct kvm_pv_backend kvm_pv_freq_qos = {
	.nr		= KVM_PV_FREQ_QOS,
	.shared		= true,
	.known		= kvm_pv_freq_qos_known,
	.init		= kvm_pv_freq_qos_init,
	.set		= kvm_pv_freq_qos_set,
	.withdraw	= kvm_pv_freq_qos_withdraw,
};

static int kvm_pv_freq_qos_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct cpufreq_policy *policy = data;
	struct kvm_pv_constraint *constraint, *next;

	if (event != CPUFREQ_REMOVE_POLICY)
		return NOTIFY_DONE;

	/* No VM changes the list, so it is read without its lock. */
	down_write(&kvm_pv_freq_qos_sem);
	list_for_each_entry_safe(constraint, next, &kvm_pv_freq_qos_list, node) {
		if (constraint->qos.qos == &policy->constraints)
			kvm_pv_freq_qos_remove(constraint);
	}
	up_write(&kvm_pv_freq_qos_sem);

	return NOTIFY_OK;
}

static struct notifier_block kvm_pv_freq_qos_nb = {
	.notifier_call	= kvm_pv_freq_qos_notify,
};

/* Fails where cpufreq is switched off, which is known by that. */
void kvm_pv_freq_qos_start(void)
{
	kvm_pv_freq_qos_told = !cpufreq_register_notifier(&kvm_pv_freq_qos_nb,
							  CPUFREQ_POLICY_NOTIFIER);
}

void kvm_pv_freq_qos_stop(void)
{
	if (kvm_pv_freq_qos_told)
		cpufreq_unregister_notifier(&kvm_pv_freq_qos_nb, CPUFREQ_POLICY_NOTIFIER);
}
