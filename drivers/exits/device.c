// SPDX-License-Identifier: GPL-2.0-only
/*
 * pv_exits: the exits of this guest's vCPUs, as its host counts them.
 *
 * The telemetry is in the shared pages of the virtual cpufreq device.  The driver vcpufreq binds to
 * the device, so this module binds to nothing: it looks for the device on the platform bus, and
 * maps the pages for itself.  It works without vcpufreq, as where another cpufreq driver is in
 * use.
 */
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include "../shared.h"
#include "pv_exits.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a kernel that this version is not tested with (default: N)");

/* ACPI matches these too (PRP0001), also without CONFIG_OF: no of_match_ptr(). */
static const struct of_device_id pv_device_ids[] = {
	{ .compatible = PV_FREQ_COMPATIBLE },
	{ }
};
MODULE_DEVICE_TABLE(of, pv_device_ids);

/* For the match function of the bus only: it is not registered. */
static struct platform_driver pv_device_driver = {
	.driver	= {
		.name		= "vcpufreq",
		.of_match_table	= pv_device_ids,
		.bus		= &platform_bus_type,
	},
};

static void pv_device_unmap(void)
{
	lockdep_assert_held(&pv_area_lock);

	if (!pv_area.header)
		return;

	pv_drain_close();
	memunmap(pv_area.header);
	put_device(pv_area.dev);
	pv_area.header = NULL;
	pv_area.dev = NULL;
}

static void pv_device_map(struct device *dev, const struct resource *res)
{
	struct pv_shared_header *header = pv_shared_map(res);

	if (!header) {
		dev_warn(dev, "the shared pages at %pR cannot be mapped, no telemetry\n", res);
		return;
	}

	pv_device_unmap();
	pv_area.header = header;
	pv_area.size = resource_size(res);
	pv_area.dev = get_device(dev);
	pv_drain_close();
}

/* A guest usually has one device.  Of more, one that has telemetry is used. */
static int pv_device_add(struct device *dev, void *unused)
{
	struct resource *res;

	if (!platform_bus_type.match(dev, &pv_device_driver.driver))
		return 0;
	res = platform_get_resource(to_platform_device(dev), IORESOURCE_MEM, 1);
	if (!res)
		return 0;

	mutex_lock(&pv_area_lock);
	if (pv_area_update())
		pv_device_map(dev, res);
	mutex_unlock(&pv_area_lock);
	return 0;
}

static void pv_device_remove(const struct device *dev)
{
	bool removed;

	mutex_lock(&pv_area_lock);
	removed = pv_area.dev == dev;
	if (removed)
		pv_device_unmap();
	mutex_unlock(&pv_area_lock);
	if (removed)
		bus_for_each_dev(&platform_bus_type, NULL, NULL, pv_device_add);
}

static int pv_device_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		pv_device_add(data, NULL);
		return NOTIFY_OK;
	case BUS_NOTIFY_REMOVED_DEVICE:
		pv_device_remove(data);
		return NOTIFY_OK;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block pv_device_nb = {
	.notifier_call	= pv_device_notify,
};

static void pv_device_unmap_all(void)
{
	mutex_lock(&pv_area_lock);
	pv_device_unmap();
	mutex_unlock(&pv_area_lock);
}

static int __init pv_device_init(void)
{
	int err = pv_compat_fence(force);

	if (err)
		return err;
	err = pv_drain_init();
	if (err)
		return err;
	err = bus_register_notifier(&platform_bus_type, &pv_device_nb);
	if (err)
		goto exit_drain;
	bus_for_each_dev(&platform_bus_type, NULL, NULL, pv_device_add);

	err = pv_chardev_init();
	if (err)
		goto unregister_notifier;
	return 0;

unregister_notifier:
	bus_unregister_notifier(&platform_bus_type, &pv_device_nb);
	pv_device_unmap_all();
exit_drain:
	pv_drain_exit();
	return err;
}
module_init(pv_device_init);

static void __exit pv_device_exit(void)
{
	pv_chardev_exit();
	bus_unregister_notifier(&platform_bus_type, &pv_device_nb);
	pv_device_unmap_all();
	pv_drain_exit();
}
module_exit(pv_device_exit);

/* The device that pv_hypervisor creates from the answer of the host */
MODULE_ALIAS("platform:vcpufreq");
MODULE_DESCRIPTION("Exits of the vCPUs of this guest");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PV_VERSION);
