// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: what is said to the host, and how.
 *
 *	rises, or is the first		record, and register set_perf: now
 *	falls				record: when the host next looks there
 *	equals the last			nothing
 *
 * A rise is what a task waits for.  A fall saves the host something, from the moment
 * on that it has to decide about the vCPU again; that is when it looks.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "vcpufreq.h"

/**
 * vcpufreq_request_send - ask the host for performance
 * @vdev: the device
 * @policy: the policy that it is for
 * @perf: performance, in the unit of the table
 *
 * To be called on a CPU of the policy, one call at a time: the host applies the
 * request to the vCPU thread in which it arrives.  Any context with no preemption.
 */
void vcpufreq_request_send(struct vcpufreq_device *vdev,
			   struct cpufreq_policy *policy, u32 perf)
{
	struct vcpufreq_table *table = vdev->table[policy->cpu];
	u32 last = table->request;
	bool found;

	if (perf == last) {
		this_cpu_inc(vdev->cpu->elided);
		return;
	}

	table->request = perf;
	found = vcpufreq_record_request(vdev, &table->cpus, policy->cpus, perf);
	if (found && perf < last) {
		this_cpu_inc(vdev->cpu->lazy);
		return;
	}

	vcpufreq_device_write(vdev, policy->cpu, PV_FREQ_SET_PERF, perf);
	this_cpu_inc(vdev->cpu->exits);
}

/**
 * vcpufreq_request_forget - have the next request sent, whatever it is
 * @vdev: the device
 * @policy: the policy, with no governor at work
 */
void vcpufreq_request_forget(struct vcpufreq_device *vdev,
			     struct cpufreq_policy *policy)
{
	vdev->table[policy->cpu]->request = 0;
}

/* What an attribute counts */
#define VCPUFREQ_REQUEST_EXITS	BIT(0)
#define VCPUFREQ_REQUEST_LAZY	BIT(1)
#define VCPUFREQ_REQUEST_ELIDED	BIT(2)
#define VCPUFREQ_REQUEST_ALL	GENMASK(2, 0)

static u64 vcpufreq_request_count(struct vcpufreq_device *vdev, unsigned int cpu,
				  struct device_attribute *attr)
{
	const struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);
	unsigned long what = (unsigned long)container_of(attr, struct dev_ext_attribute,
							 attr)->var;
	u64 count = 0;

	if (what & VCPUFREQ_REQUEST_EXITS)
		count += READ_ONCE(own->exits);
	if (what & VCPUFREQ_REQUEST_LAZY)
		count += READ_ONCE(own->lazy);
	if (what & VCPUFREQ_REQUEST_ELIDED)
		count += READ_ONCE(own->elided);
	return count;
}

static ssize_t vcpufreq_request_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += vcpufreq_request_count(vdev, cpu, attr);
	return sysfs_emit(buf, "%llu\n", sum);
}

static ssize_t vcpufreq_request_list(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	char line[sizeof("4294967295 18446744073709551615\n")];
	unsigned int cpu;
	int len = 0, n;

	/* Whole lines only, as far as sysfs goes. */
	for_each_possible_cpu(cpu) {
		n = scnprintf(line, sizeof(line), "%u %llu\n", cpu,
			      vcpufreq_request_count(vdev, cpu, attr));
		if (len + n >= PAGE_SIZE)
			break;
		len += sysfs_emit_at(buf, len, "%s", line);
	}
	return len;
}

#define VCPUFREQ_REQUEST_ATTR(_name, _show, _what)			\
	{ .attr = __ATTR(_name, 0444, _show, NULL), .var = (void *)(_what) }

static struct dev_ext_attribute vcpufreq_request_sums[] = {
	VCPUFREQ_REQUEST_ATTR(requests, vcpufreq_request_show, VCPUFREQ_REQUEST_ALL),
	VCPUFREQ_REQUEST_ATTR(exits, vcpufreq_request_show, VCPUFREQ_REQUEST_EXITS),
	VCPUFREQ_REQUEST_ATTR(lazy, vcpufreq_request_show, VCPUFREQ_REQUEST_LAZY),
	VCPUFREQ_REQUEST_ATTR(elided, vcpufreq_request_show, VCPUFREQ_REQUEST_ELIDED),
};

static struct dev_ext_attribute vcpufreq_request_lists[] = {
	VCPUFREQ_REQUEST_ATTR(requests, vcpufreq_request_list, VCPUFREQ_REQUEST_ALL),
	VCPUFREQ_REQUEST_ATTR(exits, vcpufreq_request_list, VCPUFREQ_REQUEST_EXITS),
	VCPUFREQ_REQUEST_ATTR(lazy, vcpufreq_request_list, VCPUFREQ_REQUEST_LAZY),
	VCPUFREQ_REQUEST_ATTR(elided, vcpufreq_request_list, VCPUFREQ_REQUEST_ELIDED),
};

static struct attribute *vcpufreq_request_attrs[] = {
	&vcpufreq_request_sums[0].attr.attr,
	&vcpufreq_request_sums[1].attr.attr,
	&vcpufreq_request_sums[2].attr.attr,
	&vcpufreq_request_sums[3].attr.attr,
	NULL
};

const struct attribute_group vcpufreq_request_group = {
	.attrs	= vcpufreq_request_attrs,
};

static struct attribute *vcpufreq_request_percpu_attrs[] = {
	&vcpufreq_request_lists[0].attr.attr,
	&vcpufreq_request_lists[1].attr.attr,
	&vcpufreq_request_lists[2].attr.attr,
	&vcpufreq_request_lists[3].attr.attr,
	NULL
};

const struct attribute_group vcpufreq_request_percpu_group = {
	.name	= "percpu",
	.attrs	= vcpufreq_request_percpu_attrs,
};
