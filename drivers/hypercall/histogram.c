// SPDX-License-Identifier: GPL-2.0
/*
 * Log-linear histogram, as in linux/pv_hypercall.h: exact where values are small,
 * and to 1/32 of the value everywhere else.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "pv_hypercall.h"

#define LINEAR		BIT(PV_HYPERCALL_BUCKET_BITS)

u32 *pv_histogram_alloc(void)
{
	return kvcalloc(PV_HYPERCALL_BUCKETS, sizeof(u32), GFP_KERNEL);
}

static unsigned int bucket_of(u64 value)
{
	unsigned int shift;

	if (value < LINEAR)
		return value;
	shift = fls64(value) - 1 - PV_HYPERCALL_BUCKET_BITS;
	return (shift << PV_HYPERCALL_BUCKET_BITS) + (value >> shift);
}

void pv_histogram_add(u32 *counts, u64 value)
{
	counts[bucket_of(value)]++;
}
