// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's cap (thermal, or an administrator's) as a constraint on the policy, so
 * that governors and the scheduler know what they cannot have.
 *
 * A constraint that is added or changed has cpufreq look at the policy's limits from
 * a work of its own: none of this needs the policy's lock.
 */
#include "vcpufreq.h"

/**
 * vcpufreq_ceiling_add - prepare for caps on a policy
 * @vdev: the device
 * @policy: the policy; again when its first CPU comes back
 */
void vcpufreq_ceiling_add(struct vcpufreq_device *vdev,
			  struct cpufreq_policy *policy)
{
	struct vcpufreq_table *table = vdev->table[policy->cpu];
	int ret = 0;

	if (!vdev->records)
		return;

	mutex_lock(&vdev->ceiling_lock);
	if (!freq_qos_request_active(&table->ceiling)) {
		table->cap = FREQ_QOS_MAX_DEFAULT_VALUE;
		ret = freq_qos_add_request(&policy->constraints, &table->ceiling,
					   FREQ_QOS_MAX, table->cap);
	}
	mutex_unlock(&vdev->ceiling_lock);

	if (ret < 0)
		dev_warn(vdev->dev,
			 "CPU%u: the host's ceilings are not followed: error %d\n",
			 policy->cpu, ret);
	vcpufreq_watch_kick(vdev);
}

/**
 * vcpufreq_ceiling_remove - withdraw the cap of a policy
 * @vdev: the device
 * @policy: the policy, which is going away
 */
void vcpufreq_ceiling_remove(struct vcpufreq_device *vdev,
			     struct cpufreq_policy *policy)
{
	struct vcpufreq_table *table = vdev->table[policy->cpu];

	mutex_lock(&vdev->ceiling_lock);
	if (freq_qos_request_active(&table->ceiling))
		freq_qos_remove_request(&table->ceiling);
	mutex_unlock(&vdev->ceiling_lock);
}

/* The lowest of its CPUs: one policy has one limit. */
static s32 vcpufreq_ceiling_get(struct vcpufreq_device *vdev,
				const struct vcpufreq_table *table)
{
	u32 cap = FREQ_QOS_MAX_DEFAULT_VALUE;
	unsigned int cpu;

	for_each_cpu(cpu, &table->cpus)
		cap = min(cap, vcpufreq_record_ceiling(vdev, cpu));
	return cap;
}

/**
 * vcpufreq_ceiling_update - follow the host's caps of all policies
 * @vdev: the device
 *
 * May sleep.
 */
void vcpufreq_ceiling_update(struct vcpufreq_device *vdev)
{
	unsigned int cpu;

	mutex_lock(&vdev->ceiling_lock);
	for_each_possible_cpu(cpu) {
		struct vcpufreq_table *table = vdev->table[cpu];
		s32 cap;

		if (cpu != cpumask_first(&table->cpus) ||
		    !freq_qos_request_active(&table->ceiling))
			continue;

		cap = vcpufreq_ceiling_get(vdev, table);
		if (cap != table->cap) {
			table->cap = cap;
			freq_qos_update_request(&table->ceiling, cap);
		}
	}
	mutex_unlock(&vdev->ceiling_lock);
}
