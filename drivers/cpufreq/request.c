// SPDX-License-Identifier: GPL-2.0-only
/*
 * Performance requests: coalescing and delivery.
 *
 *	above the last sent target	record and register set_perf, immediately
 *	equal				nothing
 *	below				record, after a delay
 *
 * A task waits for an increase.  A decrease saves resources of the host only when the host
 * schedules the vCPU again, and the host reads the record then.
 *
 * Governors oscillate under bursty load.  If each decrease were sent, the next increase would
 * cost a VM exit, and half of all requests are increases.  So decreases are deferred for a
 * short time, and an increase within that time cancels the decrease without an exit.  In
 * the meantime the vCPU can get more performance than requested; while it is idle this
 * has no effect.
 *
 * If load is not scaled by frequency, as on x86, governors ramp up in steps.  So an increase
 * soon after another increase that caused an exit requests the maximum of the policy, and
 * the difference to the target of the governor is a deferred decrease: a ramp-up costs two
 * exits.
 *
 * Unless all CPUs of the perf domain have a record, all requests are written to the register
 * immediately.
 */
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "../compat.h"
#include "regs.h"

/* Three half-lives of the scheduler's load tracking */
static unsigned int hold = 100;
module_param(hold, uint, 0644);
MODULE_PARM_DESC(hold, "milliseconds that a decrease in shared memory is deferred (default: 100)");

/* Called with the lock of the domain held */
static void vcpufreq_request_publish(struct vcpufreq_domain *domain, u32 perf)
{
	domain->sent = perf;
	timer_delete(&domain->fall_timer);
	vcpufreq_record_post(domain->vdev, domain, perf);
}

/* Called with the lock of the domain held.  The timer runs until the next publication. */
static void vcpufreq_request_defer(struct vcpufreq_domain *domain)
{
	unsigned long delay = msecs_to_jiffies(READ_ONCE(hold));

	if (!delay) {
		vcpufreq_request_publish(domain, domain->requested);
		return;
	}

	if (!timer_pending(&domain->fall_timer))
		mod_timer(&domain->fall_timer, jiffies + delay);
}

/**
 * vcpufreq_request_flush - publish a deferred decrease
 * @domain: the perf domain
 *
 * Any context.
 */
void vcpufreq_request_flush(struct vcpufreq_domain *domain)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	if (domain->requested < domain->sent)
		vcpufreq_request_publish(domain, domain->requested);
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

/* Target of an increase to @perf.  Out of line, since it causes an exit anyway. */
static noinline u32 vcpufreq_request_rise_target(struct vcpufreq_domain *domain,
						 const struct cpufreq_policy *policy,
						 u32 perf)
{
	unsigned long window = msecs_to_jiffies(READ_ONCE(hold));
	bool ramps_up = window && time_before(jiffies, domain->last_doorbell + window);

	domain->last_doorbell = jiffies;
	return ramps_up ? max(perf, READ_ONCE(policy->max)) : perf;
}

static void vcpufreq_request_fall_expired(struct timer_list *timer)
{
	vcpufreq_request_flush(container_of(timer, struct vcpufreq_domain, fall_timer));
}

/**
 * vcpufreq_request_send - request performance from the host
 * @vdev: the device
 * @policy: the policy
 * @perf: performance, in the unit of the table
 *
 * Runs on a CPU of the policy, one call at a time, and writes to the frame of that CPU: the
 * host applies the request to the vCPU thread that writes it.  Any context with preemption
 * disabled.
 *
 * Return: true if the host has changed something that the monitor handles.
 */
bool vcpufreq_request_send(struct vcpufreq_device *vdev,
			   struct cpufreq_policy *policy, u32 perf)
{
	struct vcpufreq_domain *domain = vdev->domain[policy->cpu];
	bool event = false;
	unsigned long flags;
	bool shared;
	u32 now = 0;

	shared = vcpufreq_record_can_post(vdev, domain, &event);
	raw_spin_lock_irqsave(&domain->lock, flags);
	if (perf == domain->requested) {
		this_cpu_inc(vdev->cpu->suppressed);
	} else if (shared && perf == domain->sent) {
		timer_delete(&domain->fall_timer);
		this_cpu_inc(vdev->cpu->suppressed);
		domain->requested = perf;
	} else if (shared && perf < domain->sent) {
		this_cpu_inc(vdev->cpu->deferred);
		domain->requested = perf;
		vcpufreq_request_defer(domain);
	} else {
		this_cpu_inc(vdev->cpu->register_writes);
		now = shared ? vcpufreq_request_rise_target(domain, policy, perf) : perf;
		domain->requested = perf;
		vcpufreq_request_publish(domain, now);
		if (perf < now)
			vcpufreq_request_defer(domain);
	}
	raw_spin_unlock_irqrestore(&domain->lock, flags);

	if (now)
		vcpufreq_write(vdev, smp_processor_id(), PV_FREQ_SET_PERF, now);
	return event;
}

/**
 * vcpufreq_request_resend - send the last request of the domain of this CPU again
 * @data: the device
 *
 * The host then knows the vCPU that is this CPU.  Called with preemption disabled, by
 * on_each_cpu() too.
 */
void vcpufreq_request_resend(void *data)
{
	struct vcpufreq_device *vdev = data;
	struct vcpufreq_domain *domain = vdev->domain[smp_processor_id()];
	unsigned long flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	if (domain->requested) {
		this_cpu_inc(vdev->cpu->register_writes);
		vcpufreq_request_publish(domain, domain->requested);
		/* With the lock held: a concurrent request of another CPU comes later. */
		vcpufreq_write(vdev, smp_processor_id(), PV_FREQ_SET_PERF, domain->requested);
	}
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

/**
 * vcpufreq_request_set - set the request and post it
 * @domain: the perf domain; no governor is active
 * @perf: performance
 *
 * The caller sends it by vcpufreq_request_resend() on each online CPU of the domain.  Until then
 * the monitor must not find another request in the records.
 */
void vcpufreq_request_set(struct vcpufreq_domain *domain, u32 perf)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	domain->requested = perf;
	vcpufreq_request_publish(domain, perf);
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

/**
 * vcpufreq_request_is_lost - check that the records still have the last request
 * @vdev: the device
 * @domain: the perf domain
 *
 * If a snapshot of the guest is loaded, the shared pages keep what the guest has written later.
 *
 * Return: true if a record has another request.
 */
bool vcpufreq_request_is_lost(struct vcpufreq_device *vdev, struct vcpufreq_domain *domain)
{
	unsigned int cpu = cpumask_first(&domain->cpus);
	unsigned long flags;
	bool lost;

	raw_spin_lock_irqsave(&domain->lock, flags);
	lost = READ_ONCE(domain->has_records) && domain->requested &&
	       vcpufreq_record_posted(vdev, cpu) != domain->sent;
	raw_spin_unlock_irqrestore(&domain->lock, flags);

	return lost;
}

/**
 * vcpufreq_request_init - prepare a perf domain for requests
 * @domain: the perf domain
 */
void vcpufreq_request_init(struct vcpufreq_domain *domain)
{
	raw_spin_lock_init(&domain->lock);
	domain->last_doorbell = jiffies - MAX_JIFFY_OFFSET;
	/*
	 * Not deferrable: the CPU that starts the timer can become idle while other CPUs of
	 * the domain continue to run at the old frequency.
	 */
	timer_setup(&domain->fall_timer, vcpufreq_request_fall_expired, 0);
}

/**
 * vcpufreq_request_exit - send deferred requests and stop the timer
 * @domain: the perf domain
 */
void vcpufreq_request_exit(struct vcpufreq_domain *domain)
{
	vcpufreq_request_flush(domain);
	timer_delete_sync(&domain->fall_timer);
}
