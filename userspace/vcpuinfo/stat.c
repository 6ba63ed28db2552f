// SPDX-License-Identifier: GPL-2.0
/*
 * Times of the CPUs in /proc/stat, and from them the steal time: the part in which the
 * hypervisor ran something else although the CPU had work.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor.h"
#include "stat.h"

#define STAT	"/proc/stat"

/* user, nice, system, idle, iowait, irq, softirq, steal; guest times are in the first two. */
#define COLUMNS	8

/**
 * stat_read - read the times of all CPUs
 * @v: machine
 *
 * Return: the text, for free(), or NULL.
 */
char *stat_read(const struct vcpuinfo *v)
{
	return pv_sysfs_text(&v->sysfs, "%s", STAT);
}

/* The times after "cpuN ", or after "cpu " if @cpu is negative */
static const char *find_line(const char *text, int cpu)
{
	char name[16];
	size_t len;

	len = cpu < 0 ? snprintf(name, sizeof(name), "cpu ") :
			snprintf(name, sizeof(name), "cpu%d ", cpu);
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, name, len))
			return text + len;
	}
	return NULL;
}

static bool find_times(const char *text, int cpu, __u64 *steal, __u64 *all)
{
	const char *p = text ? find_line(text, cpu) : NULL;
	char *end;
	int i;

	*all = 0;
	for (i = 0; p && i < COLUMNS; i++) {
		*steal = strtoull(p, &end, 10);
		if (end == p || __builtin_add_overflow(*all, *steal, all))
			return false;
		p = end;
	}
	return p;
}

/* Without KVM's feature the kernel counts 0 although the time is not known. */
static bool counts_steal(const struct vcpuinfo *v)
{
	struct json_object *list = json_object_object_get(v->hypervisor, "features");
	const char *vendor = hypervisor_member(v->hypervisor, "vendor");
	size_t i;

	if (!vendor || strcmp(vendor, "KVM") || !list || fact_arch(v) != ARCH_X86)
		return true;
	for (i = 0; i < json_object_array_length(list); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
			    "steal_time"))
			return true;
	return false;
}

/**
 * stat_steal - the steal time of a CPU in percent
 * @v: machine
 * @now: of stat_read(), may be NULL
 * @before: an earlier one, or NULL: since boot
 * @cpu: the CPU, or -1: all
 * @percent: out: the part of the time
 *
 * Return: false if it is not known.
 */
bool stat_steal(const struct vcpuinfo *v, const char *now, const char *before, int cpu,
		double *percent)
{
	__u64 steal, all, steal_before = 0, all_before = 0;

	if (!find_times(now, cpu, &steal, &all) ||
	    (before && !find_times(before, cpu, &steal_before, &all_before)))
		return false;
	if (steal < steal_before || all <= all_before || (!steal && !counts_steal(v)))
		return false;
	*percent = 100.0 * (steal - steal_before) / (all - all_before);
	return true;
}
