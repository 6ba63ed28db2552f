// SPDX-License-Identifier: GPL-2.0
/*
 * pv_hypervisor: detects the hypervisor that a guest runs on, makes hypercalls, and creates
 * the device that the host reports.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "../compat.h"
#include "machine.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a kernel that this version is not tested with (default: N)");

static bool any;
module_param(any, bool, 0444);
MODULE_PARM_DESC(any, "load on any machine, for what /sys/hypervisor/pv shows (default: on KVM only)");

static int __init pv_hypervisor_init(void)
{
	int err;

	err = pv_compat_fence(force);
	if (err)
		return err;
	err = pv_kvm_init(any);
	if (err)
		return err;
	err = pv_vcpu_init();
	if (err)
		return err;
	err = pv_discover_init();
	if (err)
		goto exit_vcpu;
	err = pv_sysfs_init();
	if (err)
		goto exit_device;
	return 0;

exit_device:
	pv_discover_exit();
exit_vcpu:
	pv_vcpu_exit();
	return err;
}

static void __exit pv_hypervisor_exit(void)
{
	pv_sysfs_exit();
	pv_discover_exit();
	pv_vcpu_exit();
}

module_init(pv_hypervisor_init);
module_exit(pv_hypervisor_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("Detection of the hypervisor, hypercalls, and devices of the host");
MODULE_LICENSE("GPL");
MODULE_VERSION(PV_VERSION);
