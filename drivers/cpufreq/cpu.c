// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a CPU does when it comes and goes.  Set up before cpufreq hears of the device,
 * so that a CPU has its record before it has a policy, and for longer.
 */
#include <linux/cpuhotplug.h>

#include "vcpufreq.h"

/* The state's callbacks are given nothing but the CPU. */
static struct vcpufreq_device *vcpufreq_cpu_device;
static enum cpuhp_state vcpufreq_cpu_state = CPUHP_OFFLINE;

static int vcpufreq_cpu_online(unsigned int cpu)
{
	struct vcpufreq_device *vdev = vcpufreq_cpu_device;

	/* While it is set up, the tables have just been read. */
	if (vcpufreq_cpu_state != CPUHP_OFFLINE)
		vcpufreq_table_check(vdev, cpu);

	preempt_disable();
	vcpufreq_record_on(vdev);
	preempt_enable();
	return 0;
}

static int vcpufreq_cpu_offline(unsigned int cpu)
{
	preempt_disable();
	vcpufreq_record_off(vcpufreq_cpu_device);
	preempt_enable();
	return 0;
}

static void vcpufreq_cpu_exit(void *unused)
{
	cpuhp_remove_state(vcpufreq_cpu_state);
	vcpufreq_cpu_state = CPUHP_OFFLINE;
	vcpufreq_cpu_device = NULL;
}

/**
 * vcpufreq_cpu_init - follow the CPUs, and begin with those that are online
 * @vdev: the device
 *
 * Return: 0 or an error.
 */
int vcpufreq_cpu_init(struct vcpufreq_device *vdev)
{
	int ret;

	vcpufreq_cpu_device = vdev;
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "cpufreq/vcpufreq:online",
				vcpufreq_cpu_online, vcpufreq_cpu_offline);
	if (ret < 0)
		return ret;

	vcpufreq_cpu_state = ret;
	return devm_add_action_or_reset(vdev->dev, vcpufreq_cpu_exit, NULL);
}
