// SPDX-License-Identifier: GPL-2.0
/*
 * The result of the detection, and whether KVM's hypercalls work.  Written once, when the
 * module is loaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/printk.h>

#include "conduit.h"
#include "machine.h"
#include "pv_hypervisor.h"

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

const struct pv_detected *pv_kvm_detected(void)
{
	return &detected;
}

static const char * __init name_found(void)
{
	const char *vendor = pv_detected_vendor(&detected);

	if (vendor)
		return vendor;
	if (detected.nr)
		return detected.found[0].text;
	return detected.hypervisor_bit ? "a hypervisor without a name" : "no hypervisor";
}

/* Make the first hypercall, before pv_on_kvm() allows others. */
static bool __init hypercalls_work(void)
{
	const char *failure = pv_conduit_probe();

	if (failure)
		pr_warn("the hypervisor offers KVM's interface, but a hypercall %s: hypercalls are disabled\n",
			failure);
	return !failure;
}

int __init pv_kvm_init(bool any)
{
	bool kvm;

	pv_machine_detect(&detected);
	kvm = pv_machine_kvm(&detected);
	if (!kvm && !any) {
		pr_info("no KVM here (%s found); nothing to do\n", name_found());
		return -ENODEV;
	}

	on_kvm = kvm && hypercalls_work();
	return 0;
}
