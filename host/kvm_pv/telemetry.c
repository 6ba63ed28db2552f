// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_TELEMETRY.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>

#include "kvm_pv.h"

int kvm_pv_telemetry(const struct kvm_pv_telemetry *arg)
{
	struct kvm_pv *pv;
	int err;

	if (arg->flags || arg->level > KVM_PV_TELEMETRY_EVENTS) {
		pr_debug("vm %u: telemetry: flags %#x, level %u\n", arg->id, arg->flags,
			 arg->level);
		return -EINVAL;
	}

	pv = kvm_pv_vm_get_id(arg->id);
	if (!pv)
		return -ENOENT;

	err = kvm_pv_exits_change(pv->exits, arg->level);
	if (err)
		pr_debug("vm %u: telemetry: level %u is rejected (%d)\n", pv->id, arg->level, err);
	kvm_pv_vm_put(pv);
	return err;
}
