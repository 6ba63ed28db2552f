// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: the conversion of a latency run to nanoseconds, and the chart of a histogram, from
 * synthetic buckets.
 *
 * needs: native unit
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

static __u32 counts[PV_HYPERCALL_BUCKETS];
static struct pv_chart_line lines[PV_CHART_LINES];
static char bar[PV_CHART_BAR_SIZE];

static void add(__u64 value, __u32 count)
{
	counts[pv_histogram_bucket(value)] += count;
}

/* Checks the invariants of every chart; returns what is wrong, or NULL. */
static const char *fault(unsigned int n)
{
	__u64 total = pv_histogram_total(counts), sum = 0;
	unsigned int i, b = 0, last = PV_HYPERCALL_BUCKETS - 1;

	if (!n || n > PV_CHART_LINES)
		return "number of lines";
	while (!counts[b])
		b++;
	while (!counts[last])
		last--;
	if (lines[0].low != pv_histogram_low(b))
		return "the first line does not begin with the least value";
	if (lines[n - 1].high < pv_histogram_high(last))
		return "the last line ends before the greatest value";
	for (i = 0; i < n; i++) {
		if (lines[i].low > lines[i].high)
			return "a line upside down";
		if (i && lines[i - 1].high + 1 != lines[i].low)
			return "a gap";
		sum += lines[i].count;
	}
	return sum == total ? NULL : "counts do not add up";
}

static unsigned int characters(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

FIXTURE(chart)
{
};

FIXTURE_SETUP(chart)
{
	memset(counts, 0, sizeof(counts));
}

FIXTURE_TEARDOWN(chart)
{
}

TEST_F(chart, empty_histogram_has_no_lines)
{
	EXPECT_EQ(0, pv_chart_lines(counts, lines));
}

TEST_F(chart, one_value_makes_one_line)
{
	add(1000, 7);
	ASSERT_EQ(1, pv_chart_lines(counts, lines));
	EXPECT_EQ(NULL, fault(1));
	EXPECT_EQ(7, lines[0].count);
	EXPECT_GE(1000, lines[0].low);
	EXPECT_LE(1000, lines[0].high);
}

TEST_F(chart, few_buckets_are_not_merged)
{
	unsigned int v;

	for (v = 5; v < 17; v++)
		add(v, v);
	ASSERT_EQ(12, pv_chart_lines(counts, lines));
	EXPECT_EQ(NULL, fault(12));
	for (v = 5; v < 17; v++) {
		EXPECT_EQ(v, lines[v - 5].low);
		EXPECT_EQ(v, lines[v - 5].high);
		EXPECT_EQ(v, lines[v - 5].count);
	}
}

TEST_F(chart, powers_of_two_make_one_line_each)
{
	unsigned int i, n;

	/* One power of two in each of 12 octaves, with the same count */
	for (i = 10; i < 22; i++)
		add(1ULL << i, 100);
	n = pv_chart_lines(counts, lines);
	ASSERT_EQ(12, n);
	EXPECT_EQ(NULL, fault(n));
	for (i = 0; i < n; i++) {
		EXPECT_EQ(1ULL << (10 + i), lines[i].low);
		EXPECT_EQ((2ULL << (10 + i)) - 1, lines[i].high);
		EXPECT_EQ(100, lines[i].count);
	}
}

TEST_F(chart, long_tail_keeps_common_values_apart)
{
	unsigned int n, i;

	add(1000, 5000);
	add(1100, 4995);
	add(900000, 4);
	add(50000000, 1);
	n = pv_chart_lines(counts, lines);
	EXPECT_EQ(NULL, fault(n));
	/* The common values are in different lines, */
	EXPECT_EQ(5000, lines[0].count);
	for (i = 1; i < n && !lines[i].count; i++)
		;
	ASSERT_GT(n, i);
	EXPECT_EQ(4995, lines[i].count);
	EXPECT_GT(1200, lines[i].high);
	/* and so are the rare ones. */
	for (i++; i < n && !lines[i].count; i++)
		;
	ASSERT_GT(n, i);
	EXPECT_EQ(4, lines[i].count);
	EXPECT_EQ(1, lines[n - 1].count);
}

TEST_F(chart, full_histogram_covers_all_values)
{
	unsigned int b, n;

	for (b = 0; b < PV_HYPERCALL_BUCKETS; b++)
		counts[b] = UINT32_MAX;
	n = pv_chart_lines(counts, lines);
	EXPECT_EQ(NULL, fault(n));
	EXPECT_EQ(UINT64_MAX, lines[n - 1].high);
}

TEST_F(chart, lowest_and_highest_value_fit)
{
	unsigned int n;

	add(0, 1);
	add(UINT64_MAX, 1);
	n = pv_chart_lines(counts, lines);
	EXPECT_EQ(NULL, fault(n));
}

TEST_F(chart, random_histograms_lose_no_count)
{
	__u64 state = 88172645463325252ULL;
	unsigned int run, i;

	for (run = 0; run < 300; run++) {
		memset(counts, 0, sizeof(counts));
		for (i = 0; i <= run; i++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			add(state >> (state % 64), 1 + i % 5);
		}
		ASSERT_EQ(NULL, fault(pv_chart_lines(counts, lines)));
	}
}

TEST(ascii_bars_are_scaled_to_the_width)
{
	pv_chart_bar(0, 100, PV_CHART_WIDTH, false, bar);
	EXPECT_STREQ("", bar);
	pv_chart_bar(0, 0, PV_CHART_WIDTH, false, bar);
	EXPECT_STREQ("", bar);
	pv_chart_bar(1, UINT64_MAX, PV_CHART_WIDTH, false, bar);
	EXPECT_STREQ("#", bar);
	pv_chart_bar(25, 100, PV_CHART_WIDTH, false, bar);
	EXPECT_STREQ("##########", bar);
	pv_chart_bar(100, 100, PV_CHART_WIDTH, false, bar);
	EXPECT_EQ(PV_CHART_WIDTH, strlen(bar));
	EXPECT_EQ(PV_CHART_WIDTH, strspn(bar, "#"));
	pv_chart_bar(200, 100, PV_CHART_WIDTH, false, bar);
	EXPECT_EQ(PV_CHART_WIDTH, strlen(bar));
}

TEST(unicode_bars_are_scaled_to_eighths)
{
	pv_chart_bar(0, 320, PV_CHART_WIDTH, true, bar);
	EXPECT_STREQ("", bar);
	/* one eighth of a character per count */
	pv_chart_bar(1, 320, PV_CHART_WIDTH, true, bar);
	EXPECT_STREQ("▏", bar);
	pv_chart_bar(7, 320, PV_CHART_WIDTH, true, bar);
	EXPECT_STREQ("▉", bar);
	pv_chart_bar(8, 320, PV_CHART_WIDTH, true, bar);
	EXPECT_STREQ("█", bar);
	pv_chart_bar(20, 320, PV_CHART_WIDTH, true, bar);
	EXPECT_STREQ("██▌", bar);
	pv_chart_bar(320, 320, PV_CHART_WIDTH, true, bar);
	EXPECT_EQ(PV_CHART_WIDTH, characters(bar));
	EXPECT_EQ(PV_CHART_BAR_SIZE - 1, strlen(bar));
}

TEST(bars_are_scaled_to_any_width)
{
	pv_chart_bar(100, 100, 8, false, bar);
	EXPECT_STREQ("########", bar);
	pv_chart_bar(50, 100, 8, false, bar);
	EXPECT_STREQ("####", bar);
	pv_chart_bar(1, 100, 8, false, bar);
	EXPECT_STREQ("#", bar);
	pv_chart_bar(300, 100, 8, true, bar);
	EXPECT_EQ(8, characters(bar));
}

TEST(latency_run_is_converted_to_nanoseconds)
{
	static struct pv_latency l;
	struct pv_hypercall_latency run = {
		.samples = 1000,
		.done = 1000,
		.counter_khz = 2000000,
		.min = 10,
		.max = 5000,
		.sum = 900 * 10 + 90 * 20 + 9 * 30 + 5000,
		.status = -7,
	};

	memset(&l, 0, sizeof(l));
	l.counts[pv_histogram_bucket(10)] = 900;
	l.counts[pv_histogram_bucket(20)] = 90;
	l.counts[pv_histogram_bucket(30)] = 9;
	l.counts[pv_histogram_bucket(5000)] = 1;
	ASSERT_EQ(0, pv_latency_take(&l, &run));
	EXPECT_EQ(1000, l.samples);
	EXPECT_EQ(2000000, l.khz);
	EXPECT_EQ(-7, l.status);
	EXPECT_EQ(5, l.min);
	EXPECT_EQ(5, l.p50);
	EXPECT_EQ(5, l.p90);
	EXPECT_EQ(10, l.p99);
	EXPECT_EQ(15, l.p99_9);
	EXPECT_EQ(2500, l.max);
	EXPECT_EQ(8, l.mean);

	/* With a second slow call the 99.9th percentile is slow: it is limited to the maximum. */
	l.counts[pv_histogram_bucket(30)]--;
	l.counts[pv_histogram_bucket(5000)]++;
	ASSERT_EQ(0, pv_latency_take(&l, &run));
	EXPECT_EQ(2500, l.p99_9);
}

TEST(latency_run_without_samples_has_no_data)
{
	static struct pv_latency l;
	struct pv_hypercall_latency run = { .samples = 1, .done = 1, .counter_khz = 1000 };

	memset(&l, 0, sizeof(l));
	EXPECT_EQ(-ENODATA, pv_latency_take(&l, &run));
	l.counts[3] = 1;
	EXPECT_EQ(0, pv_latency_take(&l, &run));
	run.counter_khz = 0;
	EXPECT_EQ(-ENODATA, pv_latency_take(&l, &run));
	run.counter_khz = 1000;
	run.done = 0;
	EXPECT_EQ(-ENODATA, pv_latency_take(&l, &run));
}

TEST_HARNESS_MAIN
