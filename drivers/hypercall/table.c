// SPDX-License-Identifier: GPL-2.0
/*
 * The table of calls, and the calls that are allowed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bsearch.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "pv_hypercall.h"

static bool unsafe_calls;
module_param_unsafe(unsafe_calls, bool, 0444);
MODULE_PARM_DESC(unsafe_calls, "allow every number with any arguments; calls can overwrite memory and stop CPUs of this guest");

static const struct pv_call pv_table_any = { .argc = 4, .allowed = true };

void __init pv_table_init(void)
{
	if (unsafe_calls)
		pr_warn("unsafe_calls: programs may send calls that overwrite memory or stop CPUs\n");
}

/* The first call with a number that is not below @nr */
const struct pv_call *pv_table_next(u64 nr)
{
	const struct pv_call *call, *end = pv_calls + pv_calls_nr;

	for (call = pv_calls; call < end; call++)
		if (call->nr >= nr)
			return call;
	return NULL;
}

static int pv_table_compare(const void *key, const void *element)
{
	const struct pv_call *call = element;
	const u64 nr = *(const u64 *)key;

	return nr < call->nr ? -1 : nr > call->nr;
}

const struct pv_call *pv_table_find(u64 nr)
{
	return __inline_bsearch(&nr, pv_calls, pv_calls_nr, sizeof(*pv_calls), pv_table_compare);
}

const struct pv_call *pv_table_allowed(u64 nr)
{
	const struct pv_call *call;

	if (unsafe_calls)
		return nr <= U32_MAX ? &pv_table_any : NULL;
	call = pv_table_find(nr);
	return call && call->allowed ? call : NULL;
}
