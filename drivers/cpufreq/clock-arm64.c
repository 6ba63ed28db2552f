// SPDX-License-Identifier: GPL-2.0-only
/*
 * arm64: the clocks are independent of the CPU's frequency, but the scheduler
 * scales load by the frequency relative to a reference.
 */
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

/**
 * vcpufreq_clock_set_reference - say what the frequency scale is relative to
 * @cpus: CPUs of a policy
 * @khz: their highest performance
 *
 * drivers/base/arch_topology.c does so itself on device-tree systems, the first
 * time that a policy appears.  On ACPI systems it leaves it to CPPC, and to 1
 * where there is none; the scale of a CPU at 1 GHz would then be a million.
 */
void vcpufreq_clock_set_reference(const struct cpumask *cpus, unsigned int khz)
{
	unsigned int cpu;

	for_each_cpu(cpu, cpus)
		pv_compat_set_freq_ref(cpu, khz);
}
