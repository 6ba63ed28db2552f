// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercalls of pvguest.
 */
#include <assert.h>
#include <pv/hypercall.h>

#include "calls.h"
#include "compiler.h"

/* Bit n of PV_QUERY_FEATURES says that call n is answered. */
static const struct pv_call calls[] = {
	{ PV_HC_QUERY, "PV_HC_QUERY", 0 },
	{ PV_HC_NOP, "PV_HC_NOP", 1 },
	{ PV_HC_VCPU_INFO, "PV_HC_VCPU_INFO", 2 },
};

static_assert(ARRAY_SIZE(calls) == PV_HC_NR, "every call of ours is in the table");

/**
 * pv_calls_own - the hypercalls of pvguest
 * @nr: out: how many
 *
 * Return: the table, in the order of the numbers.
 */
const struct pv_call *pv_calls_own(size_t *nr)
{
	*nr = ARRAY_SIZE(calls);
	return calls;
}
