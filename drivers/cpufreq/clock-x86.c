// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: where a CPU does not promise a constant TSC, the TSC code and KVM listen to
 * cpufreq transitions.  They take one to mean that the TSC changes its rate: with
 * one CPU online they rescale tsc_khz, with more they mark the TSC unstable.
 *
 * VMMs withhold that promise by default where it hinders migration (AMD's
 * invariant TSC bit), yet a request to the host never changes a virtual TSC.
 */
#include <asm/cpufeature.h>

#include "vcpufreq.h"

/**
 * vcpufreq_clock_may_notify - whether transitions may be announced
 *
 * Return: false where listeners would draw wrong conclusions.
 */
bool vcpufreq_clock_may_notify(void)
{
	return boot_cpu_has(X86_FEATURE_CONSTANT_TSC);
}

/**
 * vcpufreq_clock_start - let load tracking know what the CPUs get
 * @vdev: the device
 * @cpus: CPUs of a policy
 * @khz: their highest performance
 *
 * Not here: x86 scales load by APERF/MPERF, and has no hook for a driver.
 */
void vcpufreq_clock_start(struct vcpufreq_device *vdev,
			  const struct cpumask *cpus, unsigned int khz)
{
}

/**
 * vcpufreq_clock_stop - undo vcpufreq_clock_start()
 * @cpus: CPUs of a policy
 */
void vcpufreq_clock_stop(const struct cpumask *cpus)
{
}
