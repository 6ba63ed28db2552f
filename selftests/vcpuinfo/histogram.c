// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: the buckets of the latency histogram, and its percentiles compared with sorted values.
 *
 * needs: native unit
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

#define VALUES	5000

static __u32 counts[PV_HYPERCALL_BUCKETS];

/* xorshift64: the same values in every run. */
static __u64 next_random(__u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

TEST(bucket_bounds_match_the_formula)
{
	unsigned int b;

	for (b = 0; b < 32; b++)
		EXPECT_EQ(b, pv_histogram_low(b));
	for (b = 32; b < PV_HYPERCALL_BUCKETS; b++)
		EXPECT_EQ((32ULL + b % 32) << (b / 32 - 1), pv_histogram_low(b));
}

TEST(buckets_have_no_gaps)
{
	unsigned int b;

	EXPECT_EQ(0, pv_histogram_low(0));
	for (b = 1; b < PV_HYPERCALL_BUCKETS; b++)
		EXPECT_EQ(pv_histogram_high(b - 1) + 1, pv_histogram_low(b));
	EXPECT_EQ(UINT64_MAX, pv_histogram_high(PV_HYPERCALL_BUCKETS - 1));
}

TEST(values_are_within_their_bucket)
{
	__u64 state = 88172645463325252ULL, v;
	unsigned int b, i;

	for (b = 0; b < PV_HYPERCALL_BUCKETS; b++) {
		EXPECT_EQ(b, pv_histogram_bucket(pv_histogram_low(b)));
		EXPECT_EQ(b, pv_histogram_bucket(pv_histogram_high(b)));
	}
	for (i = 0; i < 100000; i++) {
		v = next_random(&state) >> (i % 64);
		b = pv_histogram_bucket(v);
		ASSERT_GT(PV_HYPERCALL_BUCKETS, b);
		EXPECT_LE(pv_histogram_low(b), v);
		EXPECT_GE(pv_histogram_high(b), v);
	}
}

TEST(bucket_width_is_at_most_a_32nd_of_its_value)
{
	unsigned int b;

	for (b = 32; b < PV_HYPERCALL_BUCKETS; b++)
		EXPECT_GE(pv_histogram_low(b) / 32,
			  pv_histogram_high(b) - pv_histogram_low(b));
}

TEST(percentiles_equal_those_of_sorted_values)
{
	static const unsigned int permille[] = { 1, 10, 499, 500, 501, 900, 990, 999, 1000 };
	static __u64 values[VALUES];
	__u64 state = 1442695040888963407ULL, got, expected;
	unsigned int i, n, rank;

	for (n = 1; n <= VALUES; n = n * 3 + 1) {
		memset(counts, 0, sizeof(counts));
		for (i = 0; i < n; i++) {
			values[i] = next_random(&state) >> (20 + i % 40);
			counts[pv_histogram_bucket(values[i])]++;
		}
		qsort(values, n, sizeof(values[0]), compare);
		EXPECT_EQ(n, pv_histogram_total(counts));
		for (i = 0; i < ARRAY_SIZE(permille); i++) {
			/* The lowest rank that reaches the share */
			for (rank = 1; rank * 1000 < n * permille[i]; rank++)
				;
			expected = values[rank - 1];
			ASSERT_TRUE(pv_histogram_percentile(counts, permille[i], &got));
			EXPECT_EQ(pv_histogram_high(pv_histogram_bucket(expected)), got);
		}
	}
}

TEST(empty_histogram_has_no_percentile)
{
	__u64 got = 7;

	memset(counts, 0, sizeof(counts));
	EXPECT_FALSE(pv_histogram_percentile(counts, 500, &got));
	EXPECT_EQ(7, got);
}

TEST(full_buckets_do_not_overflow)
{
	__u64 got;

	memset(counts, 0xff, sizeof(counts));
	EXPECT_EQ((__u64)UINT32_MAX * PV_HYPERCALL_BUCKETS, pv_histogram_total(counts));
	ASSERT_TRUE(pv_histogram_percentile(counts, 1000, &got));
	EXPECT_EQ(UINT64_MAX, got);
	ASSERT_TRUE(pv_histogram_percentile(counts, 500, &got));
	EXPECT_EQ(pv_histogram_high(PV_HYPERCALL_BUCKETS / 2 - 1), got);
}

TEST(ticks_are_converted_to_nanoseconds)
{
	EXPECT_EQ(0, pv_latency_ns(0, 1));
	EXPECT_EQ(16, pv_latency_ns(1, 62500));
	EXPECT_EQ(1600, pv_latency_ns(100, 62500));
	EXPECT_EQ(123456789, pv_latency_ns(123456789, 1000000));
	/* rounded to nearest: 1/3 and 2/3 ns */
	EXPECT_EQ(0, pv_latency_ns(1, 3000000));
	EXPECT_EQ(1, pv_latency_ns(2, 3000000));
	/* a product of 10^6 would overflow 64 bits */
	EXPECT_EQ(1ULL << 60, pv_latency_ns(1ULL << 60, 1000000));
}

TEST_HARNESS_MAIN
