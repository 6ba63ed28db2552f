// SPDX-License-Identifier: GPL-2.0-only
/*
 * arm64: clocks are independent of the frequency of the CPU, but the scheduler scales load by
 * the frequency relative to a reference.
 *
 * The core selects the source of the frequency per CPU: the activity monitor of the CPU if
 * there is one, else this driver, which provides the current performance at each tick.
 */
#include <linux/arch_topology.h>
#include <linux/sched.h>

#include "../compat.h"
#include "vcpufreq.h"

/**
 * vcpufreq_arch_may_notify - can the driver announce transitions
 *
 * Return: true: no listener derives a clock from them.
 */
bool vcpufreq_arch_may_notify(void)
{
	return true;
}

/* The tick has no argument. */
static struct vcpufreq_device *vcpufreq_arch_device;

static void vcpufreq_arch_tick(void)
{
	struct vcpufreq_device *vdev = vcpufreq_arch_device;
	unsigned int cpu = smp_processor_id();
	u64 perf = vcpufreq_record_cur(vdev, cpu);

	if (!perf)
		return;

	/* At most SCHED_CAPACITY_SCALE, since @perf is within the table */
	pv_compat_set_this_freq_scale((perf << SCHED_CAPACITY_SHIFT) / vdev->domain[cpu]->max);
	this_cpu_write(vdev->cpu->sets_scale, true);
}

static struct scale_freq_data vcpufreq_arch_source = {
	.source		= PV_COMPAT_SCALE_FREQ_SOURCE,
	.set_freq_scale	= vcpufreq_arch_tick,
};

/*
 * On device-tree systems drivers/base/arch_topology.c sets the reference when the first policy
 * is created.  On ACPI systems the CPPC driver sets it.  Without CPPC it is 1, and the scale
 * of a CPU at 1 GHz would be a million.
 */
static void vcpufreq_arch_set_reference(const struct cpumask *cpus, unsigned int khz)
{
	unsigned int cpu;

	for_each_cpu(cpu, cpus)
		pv_compat_set_freq_ref(cpu, khz);
}

/**
 * vcpufreq_arch_start - report the performance of CPUs to load tracking
 * @vdev: the device
 * @cpus: CPUs of a policy
 * @khz: their highest performance
 */
void vcpufreq_arch_start(struct vcpufreq_device *vdev, const struct cpumask *cpus,
			 unsigned int khz)
{
	vcpufreq_arch_set_reference(cpus, khz);

	vcpufreq_arch_device = vdev;
	topology_set_scale_freq_source(&vcpufreq_arch_source, cpus);
}

/**
 * vcpufreq_arch_stop - undo vcpufreq_arch_start()
 * @vdev: the device
 * @cpus: CPUs of a policy
 *
 * No tick of these CPUs uses the driver after this returns.  Their scale is the maximum, as
 * without a driver, unless another source sets it.
 */
void vcpufreq_arch_stop(struct vcpufreq_device *vdev, const struct cpumask *cpus)
{
	unsigned int cpu;

	topology_clear_scale_freq_source(PV_COMPAT_SCALE_FREQ_SOURCE, cpus);

	for_each_cpu(cpu, cpus) {
		struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);

		if (own->sets_scale)
			pv_compat_set_freq_scale(cpu, SCHED_CAPACITY_SCALE);
		own->sets_scale = false;
	}
}
