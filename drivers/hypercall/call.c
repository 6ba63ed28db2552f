// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_NOP and PV_HYPERCALL_CALL: one call, there and back.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <pv/hypercall.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"

const struct pv_call *pv_call_find(u64 nr)
{
	unsigned int i;

	for (i = 0; i < pv_nr_calls; i++)
		if (pv_calls[i].nr == nr)
			return &pv_calls[i];
	return NULL;
}

int pv_ioctl_nop(void *arg)
{
	static const u64 args[4];
	struct pv_hypercall_nop *nop = arg;
	u64 result[4];
	int err;

	err = pv_hypercall(PV_HC_NOP, args, result);
	if (err)
		return err;
	nop->status = result[0];
	return 0;
}

int pv_ioctl_call(void *arg)
{
	struct pv_hypercall_call *c = arg;
	const struct pv_call *call = pv_call_find(c->nr);
	unsigned int i;

	if (!call)
		return -EPERM;
	for (i = call->argc; i < ARRAY_SIZE(c->args); i++)
		if (c->args[i])
			return -EINVAL;
	return pv_hypercall(call->nr, c->args, c->result);
}
