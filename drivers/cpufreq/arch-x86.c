// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: without a constant TSC the TSC code and KVM listen to cpufreq transitions, and assume
 * that the rate of the TSC changes with the frequency: with one CPU online they rescale
 * tsc_khz, with more CPUs they mark the TSC unstable.
 *
 * VMMs hide the constant TSC by default if it prevents migration (AMD's invariant TSC bit),
 * but a request to the host never changes a virtual TSC.
 */
#include <asm/cpufeature.h>
#include <asm/processor.h>

#include "vcpufreq.h"

/**
 * vcpufreq_arch_may_notify - can the driver announce transitions
 *
 * Return: false if listeners would change the TSC.
 */
bool vcpufreq_arch_may_notify(void)
{
	return boot_cpu_has(X86_FEATURE_CONSTANT_TSC);
}

/**
 * vcpufreq_arch_start - report the performance of CPUs to load tracking
 * @vdev: the device
 * @cpus: CPUs of a policy
 * @khz: their highest performance
 *
 * Does nothing: x86 scales load by APERF/MPERF, and has no hook for a driver.
 */
void vcpufreq_arch_start(struct vcpufreq_device *vdev, const struct cpumask *cpus,
			 unsigned int khz)
{
}

/**
 * vcpufreq_arch_stop - undo vcpufreq_arch_start()
 * @vdev: the device
 * @cpus: CPUs of a policy
 */
void vcpufreq_arch_stop(struct vcpufreq_device *vdev, const struct cpumask *cpus)
{
}
