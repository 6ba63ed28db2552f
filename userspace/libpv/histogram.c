// SPDX-License-Identifier: GPL-2.0
/*
 * The log-linear histogram of linux/pv_hypercall.h, which has the formula: exact
 * below LINEAR, and from there on LINEAR buckets to each power of two.
 */
#include "histogram.h"

enum {
	LINEAR = 1U << PV_HYPERCALL_BUCKET_BITS,
};

/**
 * pv_histogram_bucket - where a value is counted
 * @value: any
 *
 * Return: 0 .. PV_HYPERCALL_BUCKETS - 1.
 */
unsigned int pv_histogram_bucket(__u64 value)
{
	unsigned int shift;

	if (value < LINEAR)
		return value;
	shift = 63 - __builtin_clzll(value) - PV_HYPERCALL_BUCKET_BITS;
	return shift * LINEAR + (value >> shift);
}

/**
 * pv_histogram_low - the least value of a bucket
 * @bucket: 0 .. PV_HYPERCALL_BUCKETS - 1
 *
 * Return: the value.
 */
__u64 pv_histogram_low(unsigned int bucket)
{
	if (bucket < LINEAR)
		return bucket;
	return (__u64)(LINEAR + bucket % LINEAR) << (bucket / LINEAR - 1);
}

/**
 * pv_histogram_high - the greatest value of a bucket
 * @bucket: 0 .. PV_HYPERCALL_BUCKETS - 1
 *
 * Return: the value.
 */
__u64 pv_histogram_high(unsigned int bucket)
{
	if (bucket < LINEAR)
		return bucket;
	return pv_histogram_low(bucket) + ((1ULL << (bucket / LINEAR - 1)) - 1);
}

/**
 * pv_histogram_total - how many values were counted
 * @counts: histogram
 *
 * Return: the number.
 */
__u64 pv_histogram_total(const __u32 counts[PV_HYPERCALL_BUCKETS])
{
	__u64 total = 0;
	unsigned int b;

	for (b = 0; b < PV_HYPERCALL_BUCKETS; b++)
		total += counts[b];
	return total;
}

/**
 * pv_histogram_percentile - the value that a share of all values does not exceed
 * @counts: histogram
 * @permille: the share, 1 .. 1000; 999 is p99.9
 * @value: out: the greatest value of the bucket that holds the percentile, so that
 *         a price is never stated too low
 *
 * Return: false where nothing was counted.
 */
bool pv_histogram_percentile(const __u32 counts[PV_HYPERCALL_BUCKETS],
			     unsigned int permille, __u64 *value)
{
	__u64 total = pv_histogram_total(counts);
	__u64 rank, seen = 0;
	unsigned int b;

	/* The nearest rank: how many values, rounded up, make the share. */
	rank = (total * permille + 999) / 1000;
	for (b = 0; b < PV_HYPERCALL_BUCKETS; b++) {
		seen += counts[b];
		if (counts[b] && seen >= rank) {
			*value = pv_histogram_high(b);
			return true;
		}
	}
	return false;
}
