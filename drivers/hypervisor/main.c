// SPDX-License-Identifier: GPL-2.0
/*
 * pv_hypervisor: which hypervisor a guest runs on, and the way to call it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/init.h>
#include <linux/module.h>

#include "machine.h"
#include "pv_hypervisor.h"

static bool any;
module_param(any, bool, 0444);
MODULE_PARM_DESC(any, "load on any machine, for what /sys/hypervisor/pv shows (default: on KVM only)");

static struct pv_detected detected __ro_after_init;
static bool on_kvm __ro_after_init;

bool pv_on_kvm(void)
{
	return on_kvm;
}
EXPORT_SYMBOL_GPL(pv_on_kvm);

bool pv_kvm_feature(unsigned int bit)
{
	return bit / 32 < ARRAY_SIZE(detected.kvm_features) &&
	       detected.kvm_features[bit / 32] & BIT(bit % 32);
}
EXPORT_SYMBOL_GPL(pv_kvm_feature);

static const char * __init name_found(void)
{
	const char *vendor = pv_detected_vendor(&detected);

	if (vendor)
		return vendor;
	if (detected.nr)
		return detected.found[0].text;
	return detected.hypervisor_bit ? "a hypervisor without a name" : "no hypervisor";
}

static int __init pv_hypervisor_init(void)
{
	int err;

	pv_machine_detect(&detected);
	on_kvm = pv_detected_kvm(&detected);
	if (!on_kvm && !any) {
		pr_info("no KVM here (%s found); nothing to do\n", name_found());
		return -ENODEV;
	}

	err = pv_vcpu_init();
	if (err)
		return err;
	err = pv_sysfs_init(&detected);
	if (err)
		goto exit_vcpu;
	return 0;

exit_vcpu:
	pv_vcpu_exit();
	return err;
}

static void __exit pv_hypervisor_exit(void)
{
	pv_sysfs_exit();
	pv_vcpu_exit();
}

module_init(pv_hypervisor_init);
module_exit(pv_hypervisor_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("Detection of the hypervisor, and calls to it");
MODULE_LICENSE("GPL");
