// SPDX-License-Identifier: GPL-2.0
/*
 * The log-linear histogram of linux/pv_hypercall.h, and its chart.
 *
 * The header has the formula: buckets are exact below LINEAR, and each power of two from there on
 * has LINEAR buckets.
 *
 * A chart fits a screen: neighbouring buckets are merged, so many to each line that 20 lines
 * suffice.  Since the buckets are logarithmic, so are the lines.  A latency has a long tail: one
 * call in many thousands takes a hundred times as long as the others.  If all lines were alike,
 * these others would be in one of them; so what is beyond the 95th percentile has lines of its
 * own, which are wider.
 */
#include <string.h>

#include "libpv.h"

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

#define BODY_PERMILLE	950
#define BODY_LINES	12
#define TAIL_LINES	(PV_CHART_LINES - BODY_LINES)

/* Of 1/8, 2/8, .. 8/8 of a character's width: U+258F down to U+2588 */
static const char * const blocks[] = {
	"\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589", "\u2588",
};

static unsigned int first_used(const __u32 *counts)
{
	unsigned int b = 0;

	while (b < PV_HYPERCALL_BUCKETS && !counts[b])
		b++;
	return b;
}

static unsigned int last_used(const __u32 *counts)
{
	unsigned int b = PV_HYPERCALL_BUCKETS - 1;

	while (b && !counts[b])
		b--;
	return b;
}

/* Buckets to a line: powers of two, so that lines end where powers of two do. */
static unsigned int fit(unsigned int first, unsigned int last, unsigned int width,
			unsigned int max)
{
	while (last / width - first / width + 1 > max)
		width *= 2;
	return width;
}

static void merge(const __u32 *counts, unsigned int first, unsigned int last,
		  struct pv_chart_line *line)
{
	unsigned int b;

	line->low = pv_histogram_low(first);
	line->high = pv_histogram_high(last);
	line->count = 0;
	for (b = first; b <= last; b++)
		line->count += counts[b];
}

/**
 * pv_chart_lines - merge the buckets of a histogram
 * @counts: histogram
 * @lines: out: the lines, in the order of their values, without a gap between them
 *
 * The first line begins with the bucket of the least value that was counted; a line
 * may be empty, but not the last.
 *
 * Return: how many lines, 0 where nothing was counted.
 */
unsigned int pv_chart_lines(const __u32 counts[PV_HYPERCALL_BUCKETS],
			    struct pv_chart_line lines[PV_CHART_LINES])
{
	unsigned int b, next, body, last, width, n = 0;
	__u64 value;

	if (!pv_histogram_percentile(counts, BODY_PERMILLE, &value))
		return 0;
	b = first_used(counts);
	body = pv_histogram_bucket(value);
	last = last_used(counts);

	width = fit(b, body, 1, BODY_LINES);
	for (; b <= last; b = next) {
		if (b > body) {
			width = fit(b, last, width, TAIL_LINES);
			body = last;
		}
		next = (b / width + 1) * width;
		if (next > PV_HYPERCALL_BUCKETS)
			next = PV_HYPERCALL_BUCKETS;
		merge(counts, b, next - 1, &lines[n++]);
	}
	return n;
}

/**
 * pv_chart_bar - a bar for a count
 * @count: any up to @most
 * @most: the count that has a bar of @width characters
 * @width: up to PV_CHART_WIDTH
 * @utf8: with blocks of eighths of a character; else with "#"
 * @bar: out: the bar; empty for 0 only
 */
void pv_chart_bar(__u64 count, __u64 most, unsigned int width, bool utf8,
		  char bar[PV_CHART_BAR_SIZE])
{
	const unsigned int steps = utf8 ? ARRAY_SIZE(blocks) : 1;
	unsigned int length = 0;

	if (most)
		length = (double)count / most * (width * steps) + 0.5;
	if (!length && count)
		length = 1;
	if (length > width * steps)
		length = width * steps;

	for (; length >= steps; length -= steps)
		bar = stpcpy(bar, utf8 ? blocks[steps - 1] : "#");
	stpcpy(bar, length ? blocks[length - 1] : "");
}
