// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: another platform driver of the device, as Linux 6.13 has on arm64.  It knows
 * the compatible string of Linux only, and does not access the registers.
 */
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include <pv/vcpufreq.h>

static int vcpufreq_other_probe(struct platform_device *pdev)
{
	return 0;
}

static const struct of_device_id vcpufreq_other_ids[] = {
	{ .compatible = PV_FREQ_COMPATIBLE_QEMU },
	{ }
};

static struct platform_driver vcpufreq_other_driver = {
	.probe	= vcpufreq_other_probe,
	.driver	= {
		.name		= "vcpufreq-other",
		.of_match_table	= vcpufreq_other_ids,
	},
};
module_platform_driver(vcpufreq_other_driver);

MODULE_DESCRIPTION("Another driver of the vCPUFreq device, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
