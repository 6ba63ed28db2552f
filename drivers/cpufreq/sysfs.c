// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of the device: its description, the CPUs that use records, and request statistics,
 * as totals and by the CPU that sent the requests.
 */
#include <linux/acpi.h>
#include <linux/device.h>
#include <linux/of.h>
#include <linux/property.h>
#include <linux/sysfs.h>

#include "vcpufreq.h"

static ssize_t source_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct fwnode_handle *fwnode = dev_fwnode(dev);

	if (is_of_node(fwnode))
		return sysfs_emit(buf, "device-tree\n");
	if (is_acpi_device_node(fwnode))
		return sysfs_emit(buf, "acpi\n");
	/* The property of the device that pv_hypervisor creates */
	if (device_property_present(dev, "pvguest,hypercall"))
		return sysfs_emit(buf, "hypercall\n");
	return sysfs_emit(buf, "platform\n");
}
static DEVICE_ATTR_RO(source);

static ssize_t shared_mem_show(struct device *dev, struct device_attribute *attr,
			       char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	cpumask_var_t cpus;
	unsigned int cpu;
	ssize_t len;

	if (!zalloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		if (READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->record))
			cpumask_set_cpu(cpu, cpus);
	}
	len = sysfs_emit(buf, "%*pbl\n", cpumask_pr_args(cpus));
	free_cpumask_var(cpus);
	return len;
}
static DEVICE_ATTR_RO(shared_mem);

/* Kinds of requests that an attribute counts */
#define VCPUFREQ_SYSFS_WRITES	BIT(0)
#define VCPUFREQ_SYSFS_DEFERRED	BIT(1)
#define VCPUFREQ_SYSFS_SUPPRESSED	BIT(2)
#define VCPUFREQ_SYSFS_ALL	GENMASK(2, 0)

static u64 vcpufreq_sysfs_count(struct vcpufreq_device *vdev, unsigned int cpu,
				struct device_attribute *attr)
{
	const struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);
	unsigned long what = (unsigned long)container_of(attr, struct dev_ext_attribute,
							 attr)->var;
	u64 count = 0;

	if (what & VCPUFREQ_SYSFS_WRITES)
		count += READ_ONCE(own->register_writes);
	if (what & VCPUFREQ_SYSFS_DEFERRED)
		count += READ_ONCE(own->deferred);
	if (what & VCPUFREQ_SYSFS_SUPPRESSED)
		count += READ_ONCE(own->suppressed);
	return count;
}

static ssize_t vcpufreq_sysfs_show(struct device *dev, struct device_attribute *attr,
				   char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += vcpufreq_sysfs_count(vdev, cpu, attr);
	return sysfs_emit(buf, "%llu\n", sum);
}

static ssize_t vcpufreq_sysfs_list(struct device *dev, struct device_attribute *attr,
				   char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	char line[sizeof("4294967295 18446744073709551615\n")];
	unsigned int cpu;
	int len = 0, n;

	/* sysfs limits the size to one page: emit complete lines only. */
	for_each_possible_cpu(cpu) {
		n = scnprintf(line, sizeof(line), "%u %llu\n", cpu,
			      vcpufreq_sysfs_count(vdev, cpu, attr));
		if (len + n >= PAGE_SIZE)
			break;
		len += sysfs_emit_at(buf, len, "%s", line);
	}
	return len;
}

#define VCPUFREQ_SYSFS_ATTR(_name, _show, _what)			\
	{ .attr = __ATTR(_name, 0444, _show, NULL), .var = (void *)(_what) }

static struct dev_ext_attribute vcpufreq_sysfs_sums[] = {
	VCPUFREQ_SYSFS_ATTR(requests, vcpufreq_sysfs_show, VCPUFREQ_SYSFS_ALL),
	VCPUFREQ_SYSFS_ATTR(register_writes, vcpufreq_sysfs_show, VCPUFREQ_SYSFS_WRITES),
	VCPUFREQ_SYSFS_ATTR(deferred, vcpufreq_sysfs_show, VCPUFREQ_SYSFS_DEFERRED),
	VCPUFREQ_SYSFS_ATTR(suppressed, vcpufreq_sysfs_show, VCPUFREQ_SYSFS_SUPPRESSED),
};

static struct dev_ext_attribute vcpufreq_sysfs_lists[] = {
	VCPUFREQ_SYSFS_ATTR(requests, vcpufreq_sysfs_list, VCPUFREQ_SYSFS_ALL),
	VCPUFREQ_SYSFS_ATTR(register_writes, vcpufreq_sysfs_list, VCPUFREQ_SYSFS_WRITES),
	VCPUFREQ_SYSFS_ATTR(deferred, vcpufreq_sysfs_list, VCPUFREQ_SYSFS_DEFERRED),
	VCPUFREQ_SYSFS_ATTR(suppressed, vcpufreq_sysfs_list, VCPUFREQ_SYSFS_SUPPRESSED),
};

static struct attribute *vcpufreq_sysfs_attrs[] = {
	&dev_attr_source.attr,
	&dev_attr_shared_mem.attr,
	&vcpufreq_sysfs_sums[0].attr.attr,
	&vcpufreq_sysfs_sums[1].attr.attr,
	&vcpufreq_sysfs_sums[2].attr.attr,
	&vcpufreq_sysfs_sums[3].attr.attr,
	NULL
};

static const struct attribute_group vcpufreq_sysfs_group = {
	.attrs	= vcpufreq_sysfs_attrs,
};

static struct attribute *vcpufreq_sysfs_percpu_attrs[] = {
	&vcpufreq_sysfs_lists[0].attr.attr,
	&vcpufreq_sysfs_lists[1].attr.attr,
	&vcpufreq_sysfs_lists[2].attr.attr,
	&vcpufreq_sysfs_lists[3].attr.attr,
	NULL
};

static const struct attribute_group vcpufreq_sysfs_percpu_group = {
	.name	= "percpu",
	.attrs	= vcpufreq_sysfs_percpu_attrs,
};

const struct attribute_group *vcpufreq_sysfs_groups[] = {
	&vcpufreq_sysfs_group,
	&vcpufreq_sysfs_percpu_group,
	NULL
};
