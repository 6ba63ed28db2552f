// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls for the other modules of the guest, and the query of the host side.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <pv/hypercall.h>

#include "conduit.h"
#include "pv_hypervisor.h"

int pv_hypercall(u32 fn, const u64 args[4], u64 result[4])
{
	if (unlikely(!pv_on_kvm()))
		return -ENODEV;

	pv_conduit(fn, args, result);
	return 0;
}
EXPORT_SYMBOL_GPL(pv_hypercall);

static int query_word(pv_hypercall_fn *call, u64 word, s64 *answer)
{
	const u64 args[4] = { word };
	u64 result[4];
	int err;

	err = call(PV_HC_QUERY, args, result);
	if (!err)
		*answer = result[0];
	return err;
}

int pv_host_query_by(struct pv_host *host, pv_hypercall_fn *call)
{
	s64 abi, features;
	int err;

	*host = (struct pv_host){};
	err = query_word(call, PV_QUERY_MAGIC, &host->status);
	if (err)
		return err;
	if (host->status != PV_MAGIC)
		return 0;

	err = query_word(call, PV_QUERY_ABI, &abi);
	if (err)
		return err;
	err = query_word(call, PV_QUERY_FEATURES, &features);
	if (err)
		return err;
	/* The host can be detached between two queries. */
	if (abi < 1 || abi > U32_MAX || features < 0)
		return -EPROTO;

	host->present = true;
	host->abi = abi;
	host->features = features;
	return 0;
}
EXPORT_SYMBOL_GPL(pv_host_query_by);

int pv_host_query(struct pv_host *host)
{
	return pv_host_query_by(host, pv_hypercall);
}
