// SPDX-License-Identifier: GPL-2.0-only
/*
 * What became of requests, in sysfs: in sum, and by the CPU that they left from.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "vcpufreq.h"

/* What an attribute counts */
#define VCPUFREQ_COUNTER_EXITS	BIT(0)
#define VCPUFREQ_COUNTER_LAZY	BIT(1)
#define VCPUFREQ_COUNTER_ELIDED	BIT(2)
#define VCPUFREQ_COUNTER_ALL	GENMASK(2, 0)

static u64 vcpufreq_counter_count(struct vcpufreq_device *vdev, unsigned int cpu,
				  struct device_attribute *attr)
{
	const struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);
	unsigned long what = (unsigned long)container_of(attr, struct dev_ext_attribute,
							 attr)->var;
	u64 count = 0;

	if (what & VCPUFREQ_COUNTER_EXITS)
		count += READ_ONCE(own->exits);
	if (what & VCPUFREQ_COUNTER_LAZY)
		count += READ_ONCE(own->lazy);
	if (what & VCPUFREQ_COUNTER_ELIDED)
		count += READ_ONCE(own->elided);
	return count;
}

static ssize_t vcpufreq_counter_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += vcpufreq_counter_count(vdev, cpu, attr);
	return sysfs_emit(buf, "%llu\n", sum);
}

static ssize_t vcpufreq_counter_list(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	char line[sizeof("4294967295 18446744073709551615\n")];
	unsigned int cpu;
	int len = 0, n;

	/* Whole lines only, as far as sysfs goes. */
	for_each_possible_cpu(cpu) {
		n = scnprintf(line, sizeof(line), "%u %llu\n", cpu,
			      vcpufreq_counter_count(vdev, cpu, attr));
		if (len + n >= PAGE_SIZE)
			break;
		len += sysfs_emit_at(buf, len, "%s", line);
	}
	return len;
}

#define VCPUFREQ_COUNTER_ATTR(_name, _show, _what)			\
	{ .attr = __ATTR(_name, 0444, _show, NULL), .var = (void *)(_what) }

static struct dev_ext_attribute vcpufreq_counter_sums[] = {
	VCPUFREQ_COUNTER_ATTR(requests, vcpufreq_counter_show, VCPUFREQ_COUNTER_ALL),
	VCPUFREQ_COUNTER_ATTR(exits, vcpufreq_counter_show, VCPUFREQ_COUNTER_EXITS),
	VCPUFREQ_COUNTER_ATTR(lazy, vcpufreq_counter_show, VCPUFREQ_COUNTER_LAZY),
	VCPUFREQ_COUNTER_ATTR(elided, vcpufreq_counter_show, VCPUFREQ_COUNTER_ELIDED),
};

static struct dev_ext_attribute vcpufreq_counter_lists[] = {
	VCPUFREQ_COUNTER_ATTR(requests, vcpufreq_counter_list, VCPUFREQ_COUNTER_ALL),
	VCPUFREQ_COUNTER_ATTR(exits, vcpufreq_counter_list, VCPUFREQ_COUNTER_EXITS),
	VCPUFREQ_COUNTER_ATTR(lazy, vcpufreq_counter_list, VCPUFREQ_COUNTER_LAZY),
	VCPUFREQ_COUNTER_ATTR(elided, vcpufreq_counter_list, VCPUFREQ_COUNTER_ELIDED),
};

static struct attribute *vcpufreq_counter_attrs[] = {
	&vcpufreq_counter_sums[0].attr.attr,
	&vcpufreq_counter_sums[1].attr.attr,
	&vcpufreq_counter_sums[2].attr.attr,
	&vcpufreq_counter_sums[3].attr.attr,
	NULL
};

const struct attribute_group vcpufreq_counter_group = {
	.attrs	= vcpufreq_counter_attrs,
};

static struct attribute *vcpufreq_counter_percpu_attrs[] = {
	&vcpufreq_counter_lists[0].attr.attr,
	&vcpufreq_counter_lists[1].attr.attr,
	&vcpufreq_counter_lists[2].attr.attr,
	&vcpufreq_counter_lists[3].attr.attr,
	NULL
};

const struct attribute_group vcpufreq_counter_percpu_group = {
	.name	= "percpu",
	.attrs	= vcpufreq_counter_percpu_attrs,
};
