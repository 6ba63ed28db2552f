// SPDX-License-Identifier: GPL-2.0-only
/*
 * arm64: the clocks are independent of the CPU's frequency, but the scheduler
 * scales load by the frequency relative to a reference.
 *
 * By which frequency is decided by the core: by the CPU's activity monitor where
 * there is one; else by what the tick finds here, which is what the host gives.
 */
#include <linux/arch_topology.h>
#include <linux/sched.h>

#include "../compat.h"
#include "vcpufreq.h"

/**
 * vcpufreq_clock_may_notify - whether transitions may be announced
 *
 * Return: true: no listener derives a clock from them.
 */
bool vcpufreq_clock_may_notify(void)
{
	return true;
}

/* A tick is given nothing but the CPU that it runs on. */
static struct vcpufreq_device *vcpufreq_clock_device;

static void vcpufreq_clock_tick(void)
{
	struct vcpufreq_device *vdev = vcpufreq_clock_device;
	unsigned int cpu = smp_processor_id();
	u64 perf = vcpufreq_record_cur(vdev, cpu);

	/* Not above the scale: the table's maximum is the most that there is. */
	if (perf)
		this_cpu_write(arch_freq_scale,
			       (perf << SCHED_CAPACITY_SHIFT) /
			       vdev->table[cpu]->max);
}

static struct scale_freq_data vcpufreq_clock_source = {
	.source		= PV_COMPAT_SCALE_FREQ_SOURCE,
	.set_freq_scale	= vcpufreq_clock_tick,
};

/*
 * drivers/base/arch_topology.c does so itself on device-tree systems, the first
 * time that a policy appears.  On ACPI systems it leaves it to CPPC, and to 1
 * where there is none; the scale of a CPU at 1 GHz would then be a million.
 */
static void vcpufreq_clock_set_reference(const struct cpumask *cpus,
					 unsigned int khz)
{
	unsigned int cpu;

	for_each_cpu(cpu, cpus)
		pv_compat_set_freq_ref(cpu, khz);
}

/**
 * vcpufreq_clock_start - let load tracking know what the CPUs get
 * @vdev: the device
 * @cpus: CPUs of a policy
 * @khz: their highest performance
 */
void vcpufreq_clock_start(struct vcpufreq_device *vdev,
			  const struct cpumask *cpus, unsigned int khz)
{
	vcpufreq_clock_set_reference(cpus, khz);

	vcpufreq_clock_device = vdev;
	topology_set_scale_freq_source(&vcpufreq_clock_source, cpus);
}

/**
 * vcpufreq_clock_stop - undo vcpufreq_clock_start()
 * @cpus: CPUs of a policy
 *
 * No tick is in here any more for these CPUs when this returns.  The scale is left
 * at full, as it is with no driver.
 */
void vcpufreq_clock_stop(const struct cpumask *cpus)
{
	unsigned int cpu;

	topology_clear_scale_freq_source(PV_COMPAT_SCALE_FREQ_SOURCE, cpus);

	for_each_cpu(cpu, cpus)
		per_cpu(arch_freq_scale, cpu) = SCHED_CAPACITY_SCALE;
}
