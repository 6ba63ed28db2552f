// SPDX-License-Identifier: GPL-2.0
/*
 * The host side: whether somebody answers PV_HC_QUERY.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <pv/hypercall.h>

#include "pv_hypervisor.h"

static int query_word(u64 word, s64 *answer)
{
	const u64 args[4] = { word };
	u64 result[4];
	int err;

	err = pv_hypercall(PV_HC_QUERY, args, result);
	if (!err)
		*answer = result[0];
	return err;
}

int pv_host_query(struct pv_host *host)
{
	s64 abi, features;
	int err;

	*host = (struct pv_host){};
	err = query_word(PV_QUERY_MAGIC, &host->status);
	if (err)
		return err;
	if (host->status != PV_MAGIC)
		return 0;

	err = query_word(PV_QUERY_ABI, &abi);
	if (err)
		return err;
	err = query_word(PV_QUERY_FEATURES, &features);
	if (err)
		return err;
	/* Also so where the host was detached between the words. */
	if (abi < 1 || abi > U32_MAX || features < 0)
		return -EPROTO;

	host->present = true;
	host->abi = abi;
	host->features = features;
	return 0;
}
EXPORT_SYMBOL_GPL(pv_host_query);
