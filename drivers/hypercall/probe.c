// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_PROBE: is a call answered.  What is called to find out is in the table,
 * and is admitted: it has no effects.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"
#include "send.h"

static int ask_call(struct pv_hypercall_probe *probe, const struct pv_call *call)
{
	const struct pv_call *asked = pv_call_find(call->ask);
	const u64 args[4] = { call->ask_arg };
	u64 result[4];

	if (WARN_ON_ONCE(!asked || !asked->admitted))
		return 0;
	pv_send(asked->nr, args, result);
	probe->status = result[0];
	probe->answer = pv_call_refused(result[0]) ? PV_HYPERCALL_REFUSED :
						     PV_HYPERCALL_ANSWERED;
	return 0;
}

static int ask_host(struct pv_hypercall_probe *probe, const struct pv_call *call)
{
	struct pv_host host;
	int err;

	err = pv_host_query(&host);
	if (err)
		return err;
	probe->answer = host.features & BIT(call->bit) ? PV_HYPERCALL_ANSWERED :
							 PV_HYPERCALL_REFUSED;
	return 0;
}

static int ask(struct pv_hypercall_probe *probe, const struct pv_call *call)
{
	switch (call->teller) {
	case PV_TOLD_BY_CALL:
		return ask_call(probe, call);
	case PV_TOLD_BY_KVM:
		probe->answer = pv_kvm_feature(call->bit) ? PV_HYPERCALL_ANSWERED :
							    pv_call_unannounced;
		return 0;
	case PV_TOLD_BY_HOST:
		return ask_host(probe, call);
	default:
		return 0;
	}
}

int pv_ioctl_probe(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_probe probe;
	const struct pv_call *call;
	u32 size;
	int err;

	if (copy_from_user(&probe, user, sizeof(probe)))
		return -EFAULT;
	call = flags & PV_HYPERCALL_NEXT ? pv_call_from(probe.nr) : pv_call_find(probe.nr);
	if (!call)
		return -ENOENT;

	size = probe.size;
	probe = (struct pv_hypercall_probe){
		.size = size,
		.flags = pv_call_admit(call->nr) ? PV_HYPERCALL_ADMITTED : 0,
		.nr = call->nr,
		.argc = call->argc,
		.answer = PV_HYPERCALL_UNKNOWN,
	};
	strscpy(probe.name, call->name, sizeof(probe.name));
	err = ask(&probe, call);
	if (err)
		return err;
	return copy_to_user(user, &probe, sizeof(probe)) ? -EFAULT : 0;
}
