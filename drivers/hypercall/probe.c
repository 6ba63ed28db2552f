// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_PROBE: whether the hypervisor answers a call.  A probe makes only the calls that
 * the table names for it, which are allowed and have no effects.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"
#include "send.h"

static int pv_probe_by_call(struct pv_hypercall_probe *probe, const struct pv_call *call)
{
	const struct pv_call *sent = pv_table_find(call->probe_nr);
	const u64 args[4] = { call->probe_arg };
	u64 result[4];

	if (WARN_ON_ONCE(!sent || !sent->allowed))
		return 0;
	pv_send(sent->nr, args, result);
	probe->status = result[0];
	probe->answer = pv_calls_refused(result[0]) ? PV_HYPERCALL_REFUSED :
						      PV_HYPERCALL_ANSWERED;
	return 0;
}

static int pv_probe_by_host(struct pv_hypercall_probe *probe, const struct pv_call *call)
{
	struct pv_host host;
	int err;

	err = pv_host_query_by(&host, pv_send_call);
	if (err)
		return err;
	probe->answer = host.features & BIT(call->bit) ? PV_HYPERCALL_ANSWERED :
							 PV_HYPERCALL_REFUSED;
	return 0;
}

static int pv_probe_answer(struct pv_hypercall_probe *probe, const struct pv_call *call)
{
	switch (call->probe) {
	case PV_PROBE_CALL:
		return pv_probe_by_call(probe, call);
	case PV_PROBE_KVM:
		probe->answer = pv_kvm_feature(call->bit) ? PV_HYPERCALL_ANSWERED :
							    pv_calls_unannounced;
		return 0;
	case PV_PROBE_HOST:
		return pv_probe_by_host(probe, call);
	default:
		return 0;
	}
}

int pv_probe_ioctl(struct file *file, union pv_arg *arg)
{
	struct pv_hypercall_probe *probe = &arg->probe;
	const u32 size = probe->size, flags = probe->flags;
	const u64 nr = probe->nr;
	const struct pv_call *call;

	call = flags & PV_HYPERCALL_NEXT ? pv_table_next(nr) : pv_table_find(nr);
	if (!call)
		return -ENOENT;

	*probe = (struct pv_hypercall_probe){
		.size = size,
		.flags = flags,
		.nr = nr,
		.found = call->nr,
		.out_flags = pv_table_allowed(call->nr) ? PV_HYPERCALL_ALLOWED : 0,
		.argc = call->argc,
		.answer = PV_HYPERCALL_UNKNOWN,
	};
	strscpy(probe->name, call->name, sizeof(probe->name));
	return pv_probe_answer(probe, call);
}
