// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: what is said to the host, and how.
 *
 *	above what it was told last	record, and register set_perf: now
 *	the same			nothing
 *	below				record, when it has lasted for a while
 *
 * A rise is what a task waits for.  A fall saves the host something, from the moment
 * on that it has to decide about the vCPU again; that is when it looks.
 *
 * Bursts make governors go down and up again.  Were each fall told at once, each rise
 * after it would be an exit, and half of all requests are rises.  So a fall is held
 * back for a short time, in which a rise takes it back at no cost.  The vCPU is offered
 * a little more than it asks for meanwhile; while it sleeps that is nothing.
 *
 * Where load is not scaled by frequency, as on x86, governors climb step by step.  So a
 * rise soon after another that was an exit asks for the policy's maximum, and what is
 * above the governor's wish is held back as a fall is: a climb is two exits.
 *
 * With no record of every CPU there is nowhere to leave a fall, and all goes by
 * register at once.
 */
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "vcpufreq.h"

/* Three half-lives of the scheduler's load tracking */
static unsigned int hold = 100;
module_param(hold, uint, 0644);
MODULE_PARM_DESC(hold, "milliseconds that a fall is held back in shared memory (default: 100)");

/* Under the domain's lock */
static void vcpufreq_request_tell(struct vcpufreq_table *table, u32 perf)
{
	table->told = perf;
	timer_delete(&table->hold);
	vcpufreq_record_request(table->vdev, &table->cpus, perf);
}

static void vcpufreq_request_fall(struct vcpufreq_table *table)
{
	unsigned int ms = READ_ONCE(hold);

	if (!ms) {
		vcpufreq_request_tell(table, table->request);
		return;
	}

	/* An idle CPU is not woken up for it, and may have slept through it. */
	if (!timer_pending(&table->hold))
		mod_timer(&table->hold, jiffies + msecs_to_jiffies(ms));
	else if (time_after_eq(jiffies, table->hold.expires))
		vcpufreq_request_tell(table, table->request);
}

/**
 * vcpufreq_request_settle - hold no fall back any longer
 * @table: the perf domain
 *
 * Any context.
 */
void vcpufreq_request_settle(struct vcpufreq_table *table)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&table->lock, flags);
	if (table->request < table->told)
		vcpufreq_request_tell(table, table->request);
	raw_spin_unlock_irqrestore(&table->lock, flags);
}

/*
 * What to tell the host for a rise to @perf.  It is an exit anyway: kept out of the way
 * of requests that are none.
 */
static noinline u32 vcpufreq_request_reach(struct vcpufreq_table *table,
					   const struct cpufreq_policy *policy, u32 perf)
{
	unsigned long window = msecs_to_jiffies(READ_ONCE(hold));
	bool climbs = window && time_before(jiffies, table->rung + window);

	table->rung = jiffies;
	return climbs ? max(perf, READ_ONCE(policy->max)) : perf;
}

static void vcpufreq_request_hold(struct timer_list *timer)
{
	vcpufreq_request_settle(container_of(timer, struct vcpufreq_table, hold));
}

/**
 * vcpufreq_request_send - ask the host for performance
 * @vdev: the device
 * @policy: the policy that it is for
 * @perf: performance, in the unit of the table
 *
 * To be called on a CPU of the policy, one call at a time: the host applies the
 * request to the vCPU thread in which it arrives.  Any context with no preemption.
 */
void vcpufreq_request_send(struct vcpufreq_device *vdev,
			   struct cpufreq_policy *policy, u32 perf)
{
	bool shared = vcpufreq_record_shared(vdev, policy->cpus);
	struct vcpufreq_table *table = vdev->table[policy->cpu];
	unsigned long flags;
	u32 now = 0;

	raw_spin_lock_irqsave(&table->lock, flags);
	if (perf == table->request) {
		this_cpu_inc(vdev->cpu->elided);
	} else if (shared && perf == table->told) {
		timer_delete(&table->hold);
		this_cpu_inc(vdev->cpu->elided);
		table->request = perf;
	} else if (shared && perf < table->told) {
		this_cpu_inc(vdev->cpu->lazy);
		table->request = perf;
		vcpufreq_request_fall(table);
	} else {
		this_cpu_inc(vdev->cpu->exits);
		now = shared ? vcpufreq_request_reach(table, policy, perf) : perf;
		table->request = perf;
		vcpufreq_request_tell(table, now);
		if (perf < now)
			mod_timer(&table->hold, jiffies + msecs_to_jiffies(READ_ONCE(hold)));
	}
	raw_spin_unlock_irqrestore(&table->lock, flags);

	if (now)
		vcpufreq_device_write(vdev, policy->cpu, PV_FREQ_SET_PERF, now);
}

/**
 * vcpufreq_request_repeat - tell a host that has forgotten
 * @vdev: the device
 * @table: the perf domain, which this CPU is one of
 *
 * Not to be preempted.
 */
void vcpufreq_request_repeat(struct vcpufreq_device *vdev, struct vcpufreq_table *table)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&table->lock, flags);
	if (table->request) {
		this_cpu_inc(vdev->cpu->exits);
		vcpufreq_request_tell(table, table->request);
		/* Under the lock: another CPU may be sending, and has the last word. */
		vcpufreq_device_write(vdev, smp_processor_id(), PV_FREQ_SET_PERF,
				      table->request);
	}
	raw_spin_unlock_irqrestore(&table->lock, flags);
}

/**
 * vcpufreq_request_forget - have the next request sent, whatever it is
 * @table: the perf domain, with no governor at work
 */
void vcpufreq_request_forget(struct vcpufreq_table *table)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&table->lock, flags);
	timer_delete(&table->hold);
	table->request = 0;
	table->told = 0;
	raw_spin_unlock_irqrestore(&table->lock, flags);
}

/**
 * vcpufreq_request_init - before the first request of a perf domain
 * @table: the perf domain
 */
void vcpufreq_request_init(struct vcpufreq_table *table)
{
	raw_spin_lock_init(&table->lock);
	table->rung = jiffies - MAX_JIFFY_OFFSET;
	timer_setup(&table->hold, vcpufreq_request_hold, TIMER_DEFERRABLE);
}

/**
 * vcpufreq_request_exit - after the last request of a perf domain
 * @table: the perf domain
 */
void vcpufreq_request_exit(struct vcpufreq_table *table)
{
	vcpufreq_request_settle(table);
	timer_delete_sync(&table->hold);
}
