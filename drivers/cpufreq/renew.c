// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records that the host has let go of without a word: it was detached and attached
 * again, it lost the memory, or the guest lives on another host since.  Nothing is
 * written to memory then, so a register is asked, once a second and for all CPUs in
 * turn.
 */
#include <linux/cpu.h>
#include <linux/smp.h>

#include "vcpufreq.h"

static bool vcpufreq_renew_needed(struct vcpufreq_device *vdev)
{
	unsigned int cpu;
	bool needed;

	/* A CPU that comes or goes switches its record itself. */
	cpus_read_lock();
	cpu = cpumask_next(vdev->asked, cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(cpu_online_mask);
	vdev->asked = cpu;

	/* What was refused from the start is not asked for again. */
	if (READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->live))
		needed = vcpufreq_device_read(vdev, cpu, PV_FREQ_RECORD_CTL) !=
			 PV_FREQ_RECORD_ON;
	else
		needed = vdev->lost && vcpufreq_record_offered(vdev);
	cpus_read_unlock();

	return needed;
}

/* What the host was told is forgotten there as well, so it is said again. */
static void vcpufreq_renew_here(void *data)
{
	struct vcpufreq_device *vdev = data;
	unsigned int cpu = smp_processor_id();
	struct vcpufreq_table *table = vdev->table[cpu];

	vcpufreq_record_forget(vdev);
	if (!vdev->lost)
		vcpufreq_record_on(vdev);
	if (cpu == cpumask_first_and(&table->cpus, cpu_online_mask))
		vcpufreq_request_repeat(vdev, table);
}

/**
 * vcpufreq_renew_check - see whether the host still keeps a record
 * @vdev: the device
 *
 * Where it does not, all CPUs use the registers until it offers records again.  May
 * sleep.
 */
void vcpufreq_renew_check(struct vcpufreq_device *vdev)
{
	if (READ_ONCE(vdev->closed) || !vcpufreq_renew_needed(vdev))
		return;

	vdev->lost = !vcpufreq_record_offered(vdev);
	if (vdev->lost)
		dev_info_ratelimited(vdev->dev,
				     "the host keeps no records any more: its registers are used meanwhile\n");
	else
		dev_info_ratelimited(vdev->dev,
				     "the host had let go of the records: they are shared anew\n");

	cpus_read_lock();
	on_each_cpu(vcpufreq_renew_here, vdev, true);
	cpus_read_unlock();
}
