// SPDX-License-Identifier: GPL-2.0-only
/*
 * Perf tables: read at probe, from every possible CPU's window, and refused as a
 * whole where a window makes no sense.  A CPU that comes back reads its window again,
 * and goes on with what it had.
 */
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/sort.h>

#include "vcpufreq.h"

/* What one window says. */
struct vcpufreq_window {
	u32 domain;
	u32 nr;
	u32 perf[PV_FREQ_PERFTBL_MAX];
};

static int vcpufreq_table_cmp(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static int vcpufreq_table_read_len(struct vcpufreq_device *vdev, unsigned int cpu,
				   struct vcpufreq_window *win)
{
	win->nr = vcpufreq_device_read(vdev, cpu, PV_FREQ_PERFTBL_LEN);

	/* What a bus answers for an address that is nobody's. */
	if (win->nr == 0 || win->nr == U32_MAX)
		return dev_err_probe(vdev->dev, -ENODEV,
				     "CPU%u: perftbl_len reads %#x, so no host side answers there: attach it, then bind again\n",
				     cpu, win->nr);

	if (win->nr > PV_FREQ_PERFTBL_MAX)
		return dev_err_probe(vdev->dev, -ENODEV,
				     "CPU%u: perftbl_len is %u, above the maximum of %u\n",
				     cpu, win->nr, PV_FREQ_PERFTBL_MAX);
	return 0;
}

static int vcpufreq_table_read(struct vcpufreq_device *vdev, unsigned int cpu,
			       struct vcpufreq_window *win)
{
	int ret;
	u32 i;

	ret = vcpufreq_table_read_len(vdev, cpu, win);
	if (ret)
		return ret;

	win->domain = vcpufreq_device_read(vdev, cpu, PV_FREQ_PERF_DOMAIN);

	for (i = 0; i < win->nr; i++) {
		win->perf[i] = vcpufreq_device_perf(vdev, cpu, i);

		/* Frequency constraints are signed; the end mark lies above. */
		if (win->perf[i] == 0 || win->perf[i] > S32_MAX)
			return dev_err_probe(vdev->dev, -EINVAL,
					     "CPU%u: perf table entry %u is %u, not in 1 .. %d\n",
					     cpu, i, win->perf[i], S32_MAX);
	}

	sort(win->perf, win->nr, sizeof(win->perf[0]), vcpufreq_table_cmp, NULL);

	for (i = 1; i < win->nr; i++) {
		if (win->perf[i] == win->perf[i - 1])
			return dev_err_probe(vdev->dev, -EINVAL,
					     "CPU%u: perf table has %u twice\n",
					     cpu, win->perf[i]);
	}
	return 0;
}

static struct vcpufreq_table *vcpufreq_table_find(struct vcpufreq_device *vdev,
						  u32 domain)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct vcpufreq_table *table = vdev->table[cpu];

		if (table && table->domain == domain)
			return table;
	}
	return NULL;
}

static bool vcpufreq_table_same(const struct vcpufreq_table *table,
				const struct vcpufreq_window *win)
{
	u32 i;

	if (table->nr != win->nr)
		return false;

	for (i = 0; i < win->nr; i++) {
		if (table->entry[i].frequency != win->perf[i])
			return false;
	}
	return true;
}

static struct vcpufreq_table *vcpufreq_table_new(struct vcpufreq_device *vdev,
						 const struct vcpufreq_window *win)
{
	struct vcpufreq_table *table;
	u32 i;

	table = devm_kzalloc(vdev->dev, struct_size(table, entry, win->nr + 1),
			     GFP_KERNEL);
	if (!table)
		return NULL;

	table->vdev = vdev;
	table->domain = win->domain;
	table->nr = win->nr;
	for (i = 0; i < win->nr; i++)
		table->entry[i].frequency = win->perf[i];
	table->entry[i].frequency = CPUFREQ_TABLE_END;
	table->min = win->nr > 1 ? win->perf[0] : 1;
	table->max = win->perf[win->nr - 1];
	vcpufreq_request_init(table);

	return table;
}

/**
 * vcpufreq_table_load - read and check the tables of all possible CPUs
 * @vdev: the device; its @table is filled
 *
 * Return: 0, or an error after a message that names the CPU and the reason:
 * -ENODEV where no device is there, -EINVAL where it makes no sense.
 */
int vcpufreq_table_load(struct vcpufreq_device *vdev)
{
	struct vcpufreq_window win;
	struct vcpufreq_table *table;
	unsigned int cpu;
	int ret;

	for_each_possible_cpu(cpu) {
		ret = vcpufreq_table_read(vdev, cpu, &win);
		if (ret)
			return ret;

		table = vcpufreq_table_find(vdev, win.domain);
		if (!table)
			table = vcpufreq_table_new(vdev, &win);
		else if (!vcpufreq_table_same(table, &win))
			return dev_err_probe(vdev->dev, -EINVAL,
					     "CPU%u: perf table differs from that of the other CPUs of perf domain %u\n",
					     cpu, win.domain);
		if (!table)
			return -ENOMEM;

		cpumask_set_cpu(cpu, &table->cpus);
		vdev->table[cpu] = table;
	}
	return 0;
}

/**
 * vcpufreq_table_check - see whether a CPU's table is still what it was
 * @vdev: the device
 * @cpu: the CPU, which has been away
 *
 * A policy cannot change its table while it has users, and a CPU that is refused for
 * that would take its policy with it: the change is refused, and the log says so.
 */
void vcpufreq_table_check(struct vcpufreq_device *vdev, unsigned int cpu)
{
	const struct vcpufreq_table *table = vdev->table[cpu];
	struct vcpufreq_window win;

	if (vcpufreq_table_read(vdev, cpu, &win) ||
	    (win.domain == table->domain && vcpufreq_table_same(table, &win)))
		return;

	dev_err(vdev->dev,
		"CPU%u: perf table or domain has changed: the old one is kept, unbind and bind for the new one\n",
		cpu);
}
