// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handles changes by the host in process context: once a second, and soon after a request has
 * noticed one.
 *
 *   - The host side was attached, or the guest was migrated: the epoch of the shared pages
 *     differs.  Without shared pages, register perftbl_sel of CPU 0 shows it: the driver leaves
 *     it at a value other than 0, and it is 0 after the host side was attached.
 *   - A snapshot of the guest was loaded: the records have another request.
 *   - The host has changed the cap.  The driver sets it as a QoS constraint on the policy, so
 *     that governors and the scheduler take it into account.
 *
 * The host can change all of this while the CPUs send no requests: one CPU can be idle while
 * another one runs at constant frequency.  So the work is neither deferrable nor bound to a CPU.
 */
#include <linux/cpu.h>
#include <linux/smp.h>

#include "regs.h"

#define VCPUFREQ_MONITOR_PERIOD	HZ
/* Rate limit for changes by the host */
#define VCPUFREQ_MONITOR_SOON	(HZ / 100)

/* Called with CPU hotplug disabled. */
static void vcpufreq_monitor_attached(struct vcpufreq_device *vdev)
{
	unsigned int cpu;

	/* Logs changes, and marks the new host side. */
	for_each_possible_cpu(cpu)
		vcpufreq_domain_check(vdev, cpu);
	on_each_cpu(vcpufreq_request_resend, vdev, true);
	dev_info_ratelimited(vdev->dev, "host side attached, requests sent again\n");
}

/* Called with CPU hotplug disabled. */
static void vcpufreq_monitor_switch(struct vcpufreq_device *vdev, u32 epoch)
{
	u32 last = vdev->epoch;

	vcpufreq_record_switch(vdev, epoch);
	if (epoch)
		vcpufreq_monitor_attached(vdev);
	else if (last)
		dev_info_ratelimited(vdev->dev, "host side detached, using registers\n");
}

/* A CPU that comes online sends the request of its domain.  Called with CPU hotplug disabled. */
static bool vcpufreq_monitor_is_lost(struct vcpufreq_device *vdev)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (vcpufreq_request_is_lost(vdev, vdev->domain[cpu]))
			return true;
	}
	return false;
}

/* CPU hotplug reads the tables and sends requests too. */
static void vcpufreq_monitor_host(struct vcpufreq_device *vdev)
{
	u32 epoch;

	cpus_read_lock();
	epoch = vcpufreq_record_epoch(vdev);
	if (epoch != vdev->epoch) {
		vcpufreq_monitor_switch(vdev, epoch);
	} else if (epoch && vcpufreq_monitor_is_lost(vdev)) {
		on_each_cpu(vcpufreq_request_resend, vdev, true);
		dev_info_ratelimited(vdev->dev,
				     "the host has another request, requests sent again\n");
	} else if (!epoch && vcpufreq_domain_was_attached(vdev)) {
		vcpufreq_monitor_attached(vdev);
	}
	cpus_read_unlock();
}

/**
 * vcpufreq_monitor_add_cap - add the QoS constraint of a policy
 * @vdev: the device
 * @policy: the policy; the core calls this again when its first CPU comes online
 */
void vcpufreq_monitor_add_cap(struct vcpufreq_device *vdev, struct cpufreq_policy *policy)
{
	struct vcpufreq_domain *domain = vdev->domain[policy->cpu];
	int ret = 0;

	if (!vdev->shared)
		return;

	mutex_lock(&vdev->cap_lock);
	if (!freq_qos_request_active(&domain->cap)) {
		domain->cap_khz = FREQ_QOS_MAX_DEFAULT_VALUE;
		ret = freq_qos_add_request(&policy->constraints, &domain->cap,
					   FREQ_QOS_MAX, domain->cap_khz);
	}
	mutex_unlock(&vdev->cap_lock);

	if (ret < 0)
		dev_warn(vdev->dev,
			 "CPU%u: cannot add the QoS request of the host's cap: %d\n",
			 policy->cpu, ret);
	vcpufreq_monitor_kick(vdev);
}

/**
 * vcpufreq_monitor_remove_cap - remove the QoS constraint of a policy
 * @vdev: the device
 * @policy: the policy
 */
void vcpufreq_monitor_remove_cap(struct vcpufreq_device *vdev, struct cpufreq_policy *policy)
{
	struct vcpufreq_domain *domain = vdev->domain[policy->cpu];

	mutex_lock(&vdev->cap_lock);
	if (freq_qos_request_active(&domain->cap))
		freq_qos_remove_request(&domain->cap);
	mutex_unlock(&vdev->cap_lock);
}

/* The lowest cap of the CPUs, since a policy has one limit */
static s32 vcpufreq_monitor_cap(struct vcpufreq_device *vdev,
				const struct vcpufreq_domain *domain)
{
	u32 cap = FREQ_QOS_MAX_DEFAULT_VALUE;
	unsigned int cpu;

	for_each_cpu(cpu, &domain->cpus)
		cap = min(cap, vcpufreq_record_cap(vdev, cpu));
	return cap;
}

/*
 * When a constraint changes, the cpufreq core updates the limits of the policy from a work item,
 * so that this function does not need the lock of the policy.
 */
static void vcpufreq_monitor_caps(struct vcpufreq_device *vdev)
{
	unsigned int cpu;

	mutex_lock(&vdev->cap_lock);
	for_each_possible_cpu(cpu) {
		struct vcpufreq_domain *domain = vdev->domain[cpu];
		s32 cap;

		if (cpu != cpumask_first(&domain->cpus) ||
		    !freq_qos_request_active(&domain->cap))
			continue;

		cap = vcpufreq_monitor_cap(vdev, domain);
		if (cap != domain->cap_khz) {
			domain->cap_khz = cap;
			freq_qos_update_request(&domain->cap, cap);
		}
	}
	mutex_unlock(&vdev->cap_lock);
}

static void vcpufreq_monitor_work(struct work_struct *work)
{
	struct vcpufreq_device *vdev = container_of(to_delayed_work(work),
						    struct vcpufreq_device, monitor);

	/* Events from this point on queue the work again. */
	xchg(&vdev->event_pending, false);

	vcpufreq_monitor_host(vdev);
	vcpufreq_monitor_caps(vdev);

	if (READ_ONCE(vdev->monitoring))
		queue_delayed_work(vdev->monitor_wq, &vdev->monitor,
				   round_jiffies_relative(VCPUFREQ_MONITOR_PERIOD));
}

static void vcpufreq_monitor_irq(struct irq_work *kick)
{
	struct vcpufreq_device *vdev = container_of(kick, struct vcpufreq_device, kick);

	if (READ_ONCE(vdev->monitoring))
		mod_delayed_work(vdev->monitor_wq, &vdev->monitor,
				 VCPUFREQ_MONITOR_SOON);
}

/**
 * vcpufreq_monitor_kick - run the work soon
 * @vdev: the device
 *
 * Any context, including with locks of the scheduler held.
 */
void vcpufreq_monitor_kick(struct vcpufreq_device *vdev)
{
	/* Once: a kick per request would defer the work indefinitely. */
	if (READ_ONCE(vdev->monitoring) && !READ_ONCE(vdev->event_pending) &&
	    !xchg(&vdev->event_pending, true))
		irq_work_queue(&vdev->kick);
}

static void vcpufreq_monitor_exit(void *data)
{
	struct vcpufreq_device *vdev = data;

	WRITE_ONCE(vdev->monitoring, false);
	irq_work_sync(&vdev->kick);
	cancel_delayed_work_sync(&vdev->monitor);
	destroy_workqueue(vdev->monitor_wq);
}

/**
 * vcpufreq_monitor_init - start the periodic work
 * @vdev: the device
 *
 * Return: 0 or an error.
 */
int vcpufreq_monitor_init(struct vcpufreq_device *vdev)
{
	/* There is nothing to check. */
	if (!vdev->shared && !vdev->has_marker)
		return 0;

	vdev->monitor_wq = alloc_workqueue(VCPUFREQ_NAME, WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!vdev->monitor_wq)
		return -ENOMEM;

	init_irq_work(&vdev->kick, vcpufreq_monitor_irq);
	INIT_DELAYED_WORK(&vdev->monitor, vcpufreq_monitor_work);
	WRITE_ONCE(vdev->monitoring, true);
	queue_delayed_work(vdev->monitor_wq, &vdev->monitor, 0);

	return devm_add_action_or_reset(vdev->dev, vcpufreq_monitor_exit, vdev);
}
