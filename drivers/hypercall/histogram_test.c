// SPDX-License-Identifier: GPL-2.0
/*
 * The histogram of latencies.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "histogram.h"

/* Smallest value of a bucket, from the description in linux/pv_hypercall.h */
static u64 pv_histogram_test_first(u32 bucket)
{
	u32 linear = PV_HISTOGRAM_LINEAR, shift;

	if (bucket < linear)
		return bucket;
	shift = bucket / linear - 1;
	return (u64)(bucket % linear + linear) << shift;
}

static void pv_histogram_test_bounds(struct kunit *test)
{
	u32 i;

	for (i = 0; i < PV_HYPERCALL_BUCKETS; i++) {
		u64 first = pv_histogram_test_first(i);

		KUNIT_EXPECT_EQ(test, i, pv_histogram_bucket(first));
		if (i)
			KUNIT_EXPECT_EQ(test, i - 1, pv_histogram_bucket(first - 1));
	}
	KUNIT_EXPECT_EQ(test, PV_HYPERCALL_BUCKETS - 1, pv_histogram_bucket(U64_MAX));
}

/* The host can move the vCPU, and its counter then runs backwards. */
static void pv_histogram_test_elapsed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 3, pv_histogram_elapsed(4, 7));
	KUNIT_EXPECT_EQ(test, 0, pv_histogram_elapsed(7, 7));
	KUNIT_EXPECT_EQ(test, 0, pv_histogram_elapsed(8, 7));
	KUNIT_EXPECT_EQ(test, 0, pv_histogram_elapsed(U64_MAX, 0));
	KUNIT_EXPECT_EQ(test, U64_MAX, pv_histogram_elapsed(0, U64_MAX));
}

static void pv_histogram_test_adds(struct kunit *test)
{
	struct pv_histogram h = { .min = U64_MAX };

	h.counts = kunit_kcalloc(test, PV_HYPERCALL_BUCKETS, sizeof(u32), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, h.counts);

	pv_histogram_add(&h, 100, 120, 5);
	pv_histogram_add(&h, 100, 140, 5);
	/* Shorter than an empty measurement */
	pv_histogram_add(&h, 100, 103, 5);
	/* Backwards */
	pv_histogram_add(&h, 100, 99, 5);
	KUNIT_EXPECT_EQ(test, 0, h.min);
	KUNIT_EXPECT_EQ(test, 35, h.max);
	KUNIT_EXPECT_EQ(test, 50, h.sum);
	KUNIT_EXPECT_EQ(test, 2, h.counts[0]);
	KUNIT_EXPECT_EQ(test, 1, h.counts[15]);
	KUNIT_EXPECT_EQ(test, 1, h.counts[pv_histogram_bucket(35)]);
}

static void pv_histogram_test_longest(struct kunit *test)
{
	struct pv_histogram h = { .min = U64_MAX };

	h.counts = kunit_kcalloc(test, PV_HYPERCALL_BUCKETS, sizeof(u32), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, h.counts);

	pv_histogram_add(&h, 0, U64_MAX, 0);
	KUNIT_EXPECT_EQ(test, U64_MAX, h.min);
	KUNIT_EXPECT_EQ(test, U64_MAX, h.max);
	KUNIT_EXPECT_EQ(test, 1, h.counts[PV_HYPERCALL_BUCKETS - 1]);
}

static struct kunit_case pv_histogram_test_cases[] = {
	KUNIT_CASE(pv_histogram_test_bounds),
	KUNIT_CASE(pv_histogram_test_elapsed),
	KUNIT_CASE(pv_histogram_test_adds),
	KUNIT_CASE(pv_histogram_test_longest),
	{}
};

static struct kunit_suite pv_histogram_test_suite = {
	.name = "pv_histogram",
	.test_cases = pv_histogram_test_cases,
};

kunit_test_suite(pv_histogram_test_suite);

MODULE_DESCRIPTION("KUnit tests of pv_hypercall");
MODULE_LICENSE("GPL");
