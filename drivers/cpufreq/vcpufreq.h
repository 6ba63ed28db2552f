/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of vcpufreq.ko:
 *
 *   main    module init and exit
 *   device  the registers, and whether they can be believed: probe
 *   table   what the registers say of each perf domain
 *   policy  the cpufreq driver
 *   clock   what a change of performance means to this architecture's clocks
 */
#ifndef _VCPUFREQ_H
#define _VCPUFREQ_H

#include <linux/cpufreq.h>
#include <linux/cpumask.h>
#include <linux/platform_device.h>
#include <linux/types.h>

#define VCPUFREQ_NAME	"vcpufreq"

/**
 * struct vcpufreq_table - one perf domain
 * @domain: the host's number of it
 * @nr: entries of @entry, without the end mark; 1: the entry is the maximum,
 *      and anything from 1 to it may be asked for
 * @entry: ascending, none twice, ended by CPUFREQ_TABLE_END
 */
struct vcpufreq_table {
	u32 domain;
	unsigned int nr;
	struct cpufreq_frequency_table entry[];
};

/**
 * struct vcpufreq_device - the bound device
 * @dev: for messages and managed resources
 * @base: window of CPU 0
 * @requests: writes of set_perf, counted on the CPU that wrote
 * @table: by CPU number, for each possible CPU; CPUs of one perf domain share one
 */
struct vcpufreq_device {
	struct device *dev;
	void __iomem *base;
	u64 __percpu *requests;
	struct vcpufreq_table *table[];
};

extern struct platform_driver vcpufreq_device_driver;

u32 vcpufreq_device_read(struct vcpufreq_device *vdev, unsigned int cpu,
			 unsigned int reg);
u32 vcpufreq_device_perf(struct vcpufreq_device *vdev, unsigned int cpu,
			 u32 index);
void vcpufreq_device_request(struct vcpufreq_device *vdev, unsigned int cpu,
			     u32 perf);

int vcpufreq_table_load(struct vcpufreq_device *vdev);

int vcpufreq_policy_register(struct vcpufreq_device *vdev);
void vcpufreq_policy_unregister(void *unused);

bool vcpufreq_clock_may_notify(void);
void vcpufreq_clock_set_reference(const struct cpumask *cpus, unsigned int khz);

#endif /* _VCPUFREQ_H */
