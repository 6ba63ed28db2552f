// SPDX-License-Identifier: GPL-2.0-only
/*
 * A described virtual cpufreq device: a platform device with the property "compatible", as
 * device tree and ACPI have it.  It has no registers, so no driver binds.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <pv/vcpufreq.h>

static struct platform_device *pv_describe_device;

static const struct property_entry pv_describe_properties[] = {
	PROPERTY_ENTRY_STRING("compatible", PV_FREQ_COMPATIBLE_QEMU),
	{ }
};

static int __init pv_describe_init(void)
{
	const struct platform_device_info info = {
		.name		= "pv_described",
		.id		= PLATFORM_DEVID_NONE,
		.properties	= pv_describe_properties,
	};

	pv_describe_device = platform_device_register_full(&info);
	return PTR_ERR_OR_ZERO(pv_describe_device);
}
module_init(pv_describe_init);

static void __exit pv_describe_exit(void)
{
	platform_device_unregister(pv_describe_device);
}
module_exit(pv_describe_exit);

MODULE_DESCRIPTION("Described virtual cpufreq device without registers");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
