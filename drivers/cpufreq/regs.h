/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to the registers, see pv/vcpufreq.h.
 */
#ifndef _VCPUFREQ_REGS_H
#define _VCPUFREQ_REGS_H

#include <linux/io.h>

#include "vcpufreq.h"

static inline void __iomem *vcpufreq_reg(struct vcpufreq_device *vdev, unsigned int cpu,
					 unsigned int reg)
{
	return vdev->base + (size_t)cpu * PV_FREQ_STRIDE + reg;
}

/**
 * vcpufreq_read - read a register of a CPU's frame
 * @vdev: the device
 * @cpu: logical CPU number
 * @reg: PV_FREQ_*
 *
 * Return: the value, which is not validated.
 */
static inline u32 vcpufreq_read(struct vcpufreq_device *vdev, unsigned int cpu,
				unsigned int reg)
{
	return readl_relaxed(vcpufreq_reg(vdev, cpu, reg));
}

/**
 * vcpufreq_write - write a register of a CPU's frame
 * @vdev: the device
 * @cpu: logical CPU number
 * @reg: PV_FREQ_*
 * @value: new value
 *
 * A host that observes this write also observes earlier writes to memory.
 */
static inline void vcpufreq_write(struct vcpufreq_device *vdev, unsigned int cpu,
				  unsigned int reg, u32 value)
{
	writel(value, vcpufreq_reg(vdev, cpu, reg));
}

/**
 * vcpufreq_read_perf - read an entry of a CPU's perf table
 * @vdev: the device
 * @cpu: logical CPU number
 * @index: entry
 *
 * The register perftbl_sel is state between the write and the read, so callers must not run
 * concurrently for one frame: probe, CPU online, and the monitor with CPU hotplug disabled.
 *
 * Return: the entry, which is not validated.
 */
static inline u32 vcpufreq_read_perf(struct vcpufreq_device *vdev, unsigned int cpu, u32 index)
{
	vcpufreq_write(vdev, cpu, PV_FREQ_PERFTBL_SEL, index);
	return vcpufreq_read(vdev, cpu, PV_FREQ_PERFTBL_RD);
}

/**
 * vcpufreq_read_cur - read the current performance of a CPU
 * @vdev: the device
 * @cpu: logical CPU number
 *
 * Return: performance within the table, or 0 if the host does not report it.
 */
static inline u32 vcpufreq_read_cur(struct vcpufreq_device *vdev, unsigned int cpu)
{
	const struct vcpufreq_domain *domain = vdev->domain[cpu];
	u32 perf = vcpufreq_read(vdev, cpu, PV_FREQ_CUR_PERF);

	return perf ? clamp(perf, domain->min, domain->max) : 0;
}

#endif /* _VCPUFREQ_REGS_H */
