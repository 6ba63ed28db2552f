// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual cpufreq: lets a guest ask its host for CPU performance, per vCPU, by
 * the registers of include/pv/vcpufreq.h.  It needs no hypercall, and works on
 * whatever VMM or host kernel offers the registers.
 */
#include <linux/module.h>

#include "vcpufreq.h"

static int __init vcpufreq_init(void)
{
	return platform_driver_register(&vcpufreq_device_driver);
}
module_init(vcpufreq_init);

static void __exit vcpufreq_exit(void)
{
	platform_driver_unregister(&vcpufreq_device_driver);
}
module_exit(vcpufreq_exit);

MODULE_DESCRIPTION("Virtual cpufreq driver for guests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
