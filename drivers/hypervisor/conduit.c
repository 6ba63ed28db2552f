// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls, for the modules of the guest.
 */
#include <linux/errno.h>
#include <linux/export.h>

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
