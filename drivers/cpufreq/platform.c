// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual cpufreq: a guest requests CPU performance from its host, per vCPU, with the registers
 * of pv/vcpufreq.h.  The driver needs no hypercalls, and works with every VMM or host kernel that
 * implements the registers.
 *
 * This file has the platform driver, and CPU hotplug.
 */
#include <linux/cpuhotplug.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include "../compat.h"
#include "vcpufreq.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a kernel that this version is not tested with (default: N)");

/* The region has a register frame for each CPU of the system, so there is one device. */
static struct device *vcpufreq_platform_bound;

/* CPU hotplug callbacks have no argument but the CPU. */
static struct vcpufreq_device *vcpufreq_platform_device;
static enum cpuhp_state vcpufreq_platform_state = CPUHP_OFFLINE;

/* Whether the domain has another online CPU than @cpu, so that its policy is online */
static bool vcpufreq_platform_has_policy(const struct vcpufreq_domain *domain, unsigned int cpu)
{
	unsigned int other;

	for_each_cpu_and(other, &domain->cpus, cpu_online_mask) {
		if (other != cpu)
			return true;
	}
	return false;
}

/*
 * The host learns which vCPU this CPU is.  If no other CPU of the domain is online, cpufreq sends
 * the request when it brings the policy online.
 */
static int vcpufreq_platform_online(unsigned int cpu)
{
	struct vcpufreq_device *vdev = vcpufreq_platform_device;

	/* Probe has read the tables before it registers the state. */
	if (vcpufreq_platform_state == CPUHP_OFFLINE)
		return 0;

	vcpufreq_domain_check(vdev, cpu);
	if (vcpufreq_platform_has_policy(vdev->domain[cpu], cpu)) {
		preempt_disable();
		vcpufreq_request_resend(vdev);
		preempt_enable();
	}
	return 0;
}

/* The host reads a deferred request when the vCPU leaves its CPU. */
static int vcpufreq_platform_offline(unsigned int cpu)
{
	vcpufreq_request_flush(vcpufreq_platform_device->domain[cpu]);
	return 0;
}

static void vcpufreq_platform_remove_state(void *unused)
{
	cpuhp_remove_state(vcpufreq_platform_state);
	vcpufreq_platform_state = CPUHP_OFFLINE;
	vcpufreq_platform_device = NULL;
}

static int vcpufreq_platform_add_state(struct vcpufreq_device *vdev)
{
	int ret;

	vcpufreq_platform_device = vdev;
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "cpufreq/vcpufreq:online",
				vcpufreq_platform_online, vcpufreq_platform_offline);
	if (ret < 0)
		return ret;

	vcpufreq_platform_state = ret;
	return devm_add_action_or_reset(vdev->dev, vcpufreq_platform_remove_state, NULL);
}

static void vcpufreq_platform_release(void *unused)
{
	WRITE_ONCE(vcpufreq_platform_bound, NULL);
}

static int vcpufreq_platform_claim(struct device *dev)
{
	struct device *other = cmpxchg(&vcpufreq_platform_bound, NULL, dev);

	/* @other can be freed concurrently, so do not dereference it. */
	if (other)
		return dev_err_probe(dev, -EBUSY,
				     "another device is bound: describe one device, or unbind the other\n");

	return devm_add_action_or_reset(dev, vcpufreq_platform_release, NULL);
}

static int vcpufreq_platform_map(struct platform_device *pdev, struct vcpufreq_device *vdev)
{
	resource_size_t need = (resource_size_t)nr_cpu_ids * PV_FREQ_STRIDE;
	struct resource *res = platform_get_resource(pdev, IORESOURCE_MEM, 0);
	struct device *dev = &pdev->dev;
	resource_size_t have;

	if (!res)
		return dev_err_probe(dev, -EINVAL, "the description has no registers\n");

	have = resource_size(res);
	if (have < need)
		return dev_err_probe(dev, -EINVAL,
				     "region too small: has %pa bytes, but %u CPUs need %pa: describe a frame per possible CPU\n",
				     &have, nr_cpu_ids, &need);

	/* Unaligned accesses to device memory fault on arm64. */
	if (!IS_ALIGNED(res->start, sizeof(u32)))
		return dev_err_probe(dev, -EINVAL, "registers at %pR are not aligned\n",
				     res);

	vdev->base = devm_ioremap_resource(dev, res);
	return PTR_ERR_OR_ZERO(vdev->base);
}

static int vcpufreq_platform_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct vcpufreq_device *vdev;
	unsigned int cpu;
	int ret;

	vdev = devm_kzalloc(dev, struct_size(vdev, domain, nr_cpu_ids), GFP_KERNEL);
	if (!vdev)
		return -ENOMEM;

	vdev->dev = dev;
	mutex_init(&vdev->cap_lock);
	vdev->cpu = devm_alloc_percpu(dev, struct vcpufreq_cpu);
	if (!vdev->cpu)
		return -ENOMEM;

	ret = vcpufreq_platform_claim(dev);
	if (ret)
		return ret;

	ret = vcpufreq_platform_map(pdev, vdev);
	if (ret)
		return ret;

	ret = vcpufreq_domain_load(vdev);
	if (ret)
		return ret;
	for_each_possible_cpu(cpu)
		vcpufreq_request_init(vdev->domain[cpu]);

	platform_set_drvdata(pdev, vdev);

	ret = vcpufreq_record_map(vdev, platform_get_resource(pdev, IORESOURCE_MEM, 1));
	if (ret)
		return ret;
	vcpufreq_record_switch(vdev, vcpufreq_record_epoch(vdev));

	ret = vcpufreq_platform_add_state(vdev);
	if (ret)
		return ret;

	ret = vcpufreq_monitor_init(vdev);
	if (ret)
		return ret;

	ret = vcpufreq_policy_register(vdev);
	if (ret)
		return ret;

	return devm_add_action_or_reset(dev, vcpufreq_policy_unregister, NULL);
}

/* ACPI matches these too (PRP0001), also without CONFIG_OF: no of_match_ptr(). */
static const struct of_device_id vcpufreq_platform_ids[] = {
	{ .compatible = PV_FREQ_COMPATIBLE },
	{ .compatible = PV_FREQ_COMPATIBLE_QEMU },
	{ }
};
MODULE_DEVICE_TABLE(of, vcpufreq_platform_ids);

static struct platform_driver vcpufreq_platform_driver = {
	.probe		= vcpufreq_platform_probe,
	.driver		= {
		.name		= VCPUFREQ_NAME,
		.of_match_table	= vcpufreq_platform_ids,
		.dev_groups	= vcpufreq_sysfs_groups,
	},
};

/* Linux 6.13 has a driver for the same device on arm64, and the first driver binds. */
static int __init vcpufreq_platform_warn_bound(struct device *dev, void *unused)
{
	struct device_driver *own = &vcpufreq_platform_driver.driver;
	struct device_driver *driver = READ_ONCE(dev->driver);

	if (driver && driver != own && platform_bus_type.match(dev, own))
		dev_warn(dev,
			 "bound to driver %s: set driver_override to %s, unbind and probe the device\n",
			 dev_driver_string(dev), own->name);
	return 0;
}

static int __init vcpufreq_platform_init(void)
{
	int ret = pv_compat_fence(force);

	if (ret)
		return ret;
	ret = platform_driver_register(&vcpufreq_platform_driver);
	if (ret)
		return ret;

	bus_for_each_dev(&platform_bus_type, NULL, NULL, vcpufreq_platform_warn_bound);
	return 0;
}
module_init(vcpufreq_platform_init);

static void __exit vcpufreq_platform_exit(void)
{
	platform_driver_unregister(&vcpufreq_platform_driver);
}
module_exit(vcpufreq_platform_exit);

/* The device that pv_hypervisor creates from the answer of the host */
MODULE_ALIAS("platform:" VCPUFREQ_NAME);
MODULE_DESCRIPTION("Virtual cpufreq driver for guests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PV_VERSION);
