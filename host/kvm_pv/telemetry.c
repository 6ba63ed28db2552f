// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_PV_TELEMETRY.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "kvm_pv.h"
#include "trace.h"

static const char * const kvm_pv_telemetry_names[] = {
	[KVM_PV_TELEMETRY_OFF]		= "off",
	[KVM_PV_TELEMETRY_COUNTERS]	= "counters",
	[KVM_PV_TELEMETRY_EVENTS]	= "events",
};

/* A program can change levels each second: the event is complete, the log is not. */
static void kvm_pv_telemetry_log(u32 id, u32 level)
{
	pr_info_ratelimited("vm %u: telemetry %s\n", id, kvm_pv_telemetry_names[level]);
	trace_vm_telemetry(id, level);
}

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
	kvm_pv_audit_telemetry(pv, arg->level, err);
	if (err)
		pr_debug("vm %u: telemetry: level %u is rejected (%d)\n", pv->id, arg->level, err);
	else
		kvm_pv_telemetry_log(pv->id, arg->level);
	kvm_pv_vm_put(pv);
	return err;
}
