// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device: its registers, and the checks that come before cpufreq sees it.
 */
#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pm.h>
#include <linux/sysfs.h>

#include "vcpufreq.h"

/* Windows are per CPU of the system, so there is one device, or none. */
static struct device *vcpufreq_device_bound;

static void __iomem *vcpufreq_device_reg(struct vcpufreq_device *vdev,
					 unsigned int cpu, unsigned int reg)
{
	return vdev->base + (size_t)cpu * PV_FREQ_STRIDE + reg;
}

/**
 * vcpufreq_device_read - read a register of a CPU's window
 * @vdev: the device
 * @cpu: logical CPU number
 * @reg: PV_FREQ_*
 *
 * Return: what the host answers: a number that nothing is known of yet.
 */
u32 vcpufreq_device_read(struct vcpufreq_device *vdev, unsigned int cpu,
			 unsigned int reg)
{
	return readl_relaxed(vcpufreq_device_reg(vdev, cpu, reg));
}

/**
 * vcpufreq_device_write - write a register of a CPU's window
 * @vdev: the device
 * @cpu: logical CPU number
 * @reg: PV_FREQ_*
 * @value: for it
 *
 * What was written to memory before is seen by a host that sees this.
 */
void vcpufreq_device_write(struct vcpufreq_device *vdev, unsigned int cpu,
			   unsigned int reg, u32 value)
{
	writel(value, vcpufreq_device_reg(vdev, cpu, reg));
}

/**
 * vcpufreq_device_perf - read an entry of a CPU's perf table
 * @vdev: the device
 * @cpu: logical CPU number
 * @index: entry
 *
 * Select and read are a pair with state between them: probe does this, and then the
 * CPU of the window alone, when it comes online.
 *
 * Return: the entry, unchecked.
 */
u32 vcpufreq_device_perf(struct vcpufreq_device *vdev, unsigned int cpu,
			 u32 index)
{
	vcpufreq_device_write(vdev, cpu, PV_FREQ_PERFTBL_SEL, index);
	return vcpufreq_device_read(vdev, cpu, PV_FREQ_PERFTBL_RD);
}

/**
 * vcpufreq_device_cur - what a CPU gets, by register
 * @vdev: the device
 * @cpu: logical CPU number
 *
 * Return: performance within the table, or 0 where the host does not say.
 */
u32 vcpufreq_device_cur(struct vcpufreq_device *vdev, unsigned int cpu)
{
	const struct vcpufreq_table *table = vdev->table[cpu];
	u32 perf = vcpufreq_device_read(vdev, cpu, PV_FREQ_CUR_PERF);

	return perf ? clamp(perf, table->min, table->max) : 0;
}

static ssize_t source_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct fwnode_handle *fwnode = dev_fwnode(dev);

	if (is_of_node(fwnode))
		return sysfs_emit(buf, "device-tree\n");
	if (is_acpi_device_node(fwnode))
		return sysfs_emit(buf, "acpi\n");
	return sysfs_emit(buf, "platform\n");
}
static DEVICE_ATTR_RO(source);

static ssize_t records_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct vcpufreq_device *vdev = dev_get_drvdata(dev);
	cpumask_var_t cpus;
	unsigned int cpu;
	ssize_t len;

	if (!zalloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		if (READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->live))
			cpumask_set_cpu(cpu, cpus);
	}
	len = sysfs_emit(buf, "%*pbl\n", cpumask_pr_args(cpus));
	free_cpumask_var(cpus);
	return len;
}
static DEVICE_ATTR_RO(records);

static struct attribute *vcpufreq_device_attrs[] = {
	&dev_attr_source.attr,
	&dev_attr_records.attr,
	NULL
};

static const struct attribute_group vcpufreq_device_group = {
	.attrs = vcpufreq_device_attrs,
};

static const struct attribute_group *vcpufreq_device_groups[] = {
	&vcpufreq_device_group,
	&vcpufreq_counter_group,
	&vcpufreq_counter_percpu_group,
	NULL
};

static void vcpufreq_device_release(void *unused)
{
	WRITE_ONCE(vcpufreq_device_bound, NULL);
}

static int vcpufreq_device_claim(struct device *dev)
{
	struct device *other = cmpxchg(&vcpufreq_device_bound, NULL, dev);

	/* @other may be going away: compare it, do not look into it. */
	if (other)
		return dev_err_probe(dev, -EBUSY,
				     "another device is bound, and a guest has one: describe one, or unbind the other\n");

	return devm_add_action_or_reset(dev, vcpufreq_device_release, NULL);
}

static int vcpufreq_device_map(struct platform_device *pdev,
			       struct vcpufreq_device *vdev)
{
	resource_size_t need = (resource_size_t)nr_cpu_ids * PV_FREQ_STRIDE;
	struct resource *res = platform_get_resource(pdev, IORESOURCE_MEM, 0);
	struct device *dev = &pdev->dev;
	resource_size_t have;

	if (!res)
		return dev_err_probe(dev, -EINVAL, "described with no registers\n");

	have = resource_size(res);
	if (have < need)
		return dev_err_probe(dev, -EINVAL,
				     "region too small: has %pa bytes, but %u CPUs need %pa: describe as many windows as the guest can have CPUs\n",
				     &have, nr_cpu_ids, &need);

	/* Unaligned accesses to device memory fault on arm64. */
	if (!IS_ALIGNED(res->start, sizeof(u32)))
		return dev_err_probe(dev, -EINVAL, "registers at %pR are not aligned\n",
				     res);

	vdev->base = devm_ioremap_resource(dev, res);
	return PTR_ERR_OR_ZERO(vdev->base);
}

static int vcpufreq_device_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct vcpufreq_device *vdev;
	int ret;

	vdev = devm_kzalloc(dev, struct_size(vdev, table, nr_cpu_ids), GFP_KERNEL);
	if (!vdev)
		return -ENOMEM;

	vdev->dev = dev;
	mutex_init(&vdev->ceiling_lock);
	vdev->cpu = devm_alloc_percpu(dev, struct vcpufreq_cpu);
	if (!vdev->cpu)
		return -ENOMEM;

	ret = vcpufreq_device_claim(dev);
	if (ret)
		return ret;

	ret = vcpufreq_device_map(pdev, vdev);
	if (ret)
		return ret;

	ret = vcpufreq_table_load(vdev);
	if (ret)
		return ret;

	platform_set_drvdata(pdev, vdev);

	ret = vcpufreq_record_init(vdev);
	if (ret)
		return ret;

	ret = vcpufreq_cpu_init(vdev);
	if (ret)
		return ret;

	ret = vcpufreq_watch_init(vdev);
	if (ret)
		return ret;

	ret = vcpufreq_policy_register(vdev);
	if (ret)
		return ret;

	return devm_add_action_or_reset(dev, vcpufreq_policy_unregister, NULL);
}

/* A kernel that is started next must not find the host writing to its memory. */
static void vcpufreq_device_shutdown(struct platform_device *pdev)
{
	vcpufreq_record_close(platform_get_drvdata(pdev));
}

/* The machine that resumes may be another one, with a host that knows no record. */
static int vcpufreq_device_suspend(struct device *dev)
{
	vcpufreq_record_close(dev_get_drvdata(dev));
	return 0;
}

static int vcpufreq_device_resume(struct device *dev)
{
	vcpufreq_record_reopen(dev_get_drvdata(dev));
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(vcpufreq_device_pm, vcpufreq_device_suspend,
				vcpufreq_device_resume);

/* Matched by ACPI too (PRP0001), with or without CONFIG_OF: no of_match_ptr(). */
static const struct of_device_id vcpufreq_device_ids[] = {
	{ .compatible = PV_FREQ_COMPATIBLE },
	{ }
};
MODULE_DEVICE_TABLE(of, vcpufreq_device_ids);

struct platform_driver vcpufreq_device_driver = {
	.probe		= vcpufreq_device_probe,
	.shutdown	= vcpufreq_device_shutdown,
	.driver		= {
		.name		= VCPUFREQ_NAME,
		.of_match_table	= vcpufreq_device_ids,
		.dev_groups	= vcpufreq_device_groups,
		.pm		= pm_sleep_ptr(&vcpufreq_device_pm),
	},
};
