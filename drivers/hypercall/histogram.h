/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The log-linear histogram of linux/pv_hypercall.h.
 */
#ifndef _PV_HISTOGRAM_H
#define _PV_HISTOGRAM_H

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/pv_hypercall.h>
#include <linux/types.h>

#define PV_HISTOGRAM_LINEAR	BIT(PV_HYPERCALL_BUCKET_BITS)

/**
 * struct pv_histogram - times of calls
 * @counts: PV_HYPERCALL_BUCKETS counts
 * @min: ticks of the shortest call; U64_MAX before the first one
 * @max: ticks of the longest call
 * @sum: ticks of all calls
 */
struct pv_histogram {
	u32 *counts;
	u64 min;
	u64 max;
	u64 sum;
};

/* Ticks, or 0 if the counter went backwards because the host moved the vCPU */
static inline u64 pv_histogram_elapsed(u64 begin, u64 end)
{
	return end > begin ? end - begin : 0;
}

static inline unsigned int pv_histogram_bucket(u64 ticks)
{
	unsigned int shift;

	if (ticks < PV_HISTOGRAM_LINEAR)
		return ticks;
	shift = fls64(ticks) - 1 - PV_HYPERCALL_BUCKET_BITS;
	return (shift << PV_HYPERCALL_BUCKET_BITS) + (ticks >> shift);
}

/**
 * pv_histogram_add - add a call
 * @h: the histogram
 * @begin: counter before the call
 * @end: counter after it
 * @overhead: ticks of an empty measurement
 */
static inline void pv_histogram_add(struct pv_histogram *h, u64 begin, u64 end, u64 overhead)
{
	u64 ticks = pv_histogram_elapsed(begin, end);

	ticks -= min(ticks, overhead);
	h->min = min(h->min, ticks);
	h->max = max(h->max, ticks);
	h->sum += ticks;
	h->counts[pv_histogram_bucket(ticks)]++;
}

#endif /* _PV_HISTOGRAM_H */
