// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_CAP.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "kvm_pv.h"
#include "trace.h"

/* A daemon can change caps each second: the event is complete, the log is not. */
static void kvm_pv_cap_log(u32 id, u32 cap)
{
	if (cap)
		pr_info_ratelimited("vm %u: cap %u\n", id, cap);
	else
		pr_info_ratelimited("vm %u: no cap\n", id);
	trace_vm_cap(id, cap);
}

int kvm_pv_cap(const struct kvm_pv_cap *arg)
{
	struct kvm_pv *pv;
	int err;

	if (arg->flags) {
		pr_debug("vm %u: cap: flags %#x\n", arg->id, arg->flags);
		return -EINVAL;
	}

	pv = kvm_pv_vm_get_id(arg->id);
	if (!pv)
		return -ENOENT;

	err = kvm_pv_policy_cap(pv, arg->cap);
	kvm_pv_audit_cap(pv, arg->cap, err);
	if (err)
		pr_debug("vm %u: cap: %u is rejected (%d)\n", pv->id, arg->cap, err);
	else
		kvm_pv_cap_log(pv->id, arg->cap);
	kvm_pv_vm_put(pv);
	return err;
}
