// SPDX-License-Identifier: GPL-2.0
/*
 * The table of calls, and which of them are admitted.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "pv_hypercall.h"

static bool unsafe_calls;
module_param_unsafe(unsafe_calls, bool, 0444);
MODULE_PARM_DESC(unsafe_calls, "admit every number, with any arguments: what the calls do to this guest is the caller's affair");

static const struct pv_call any_call = { .argc = 4, .admitted = true };

void __init pv_table_init(void)
{
	if (unsafe_calls)
		pr_warn("unsafe_calls: programs may send calls that overwrite memory or stop CPUs\n");
}

/* The first one whose number is not below @nr */
const struct pv_call *pv_call_from(u64 nr)
{
	unsigned int begin = 0, end = pv_nr_calls, middle;

	while (begin < end) {
		middle = (begin + end) / 2;
		if (pv_calls[middle].nr < nr)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin < pv_nr_calls ? &pv_calls[begin] : NULL;
}

const struct pv_call *pv_call_find(u64 nr)
{
	const struct pv_call *call = pv_call_from(nr);

	return call && call->nr == nr ? call : NULL;
}

const struct pv_call *pv_call_admit(u64 nr)
{
	const struct pv_call *call;

	if (unsafe_calls)
		return nr <= U32_MAX ? &any_call : NULL;
	call = pv_call_find(nr);
	return call && call->admitted ? call : NULL;
}
