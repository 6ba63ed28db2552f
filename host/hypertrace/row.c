// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms of one number and vCPU, of all threads that were this vCPU.
 */
#include <err.h>
#include <stdlib.h>

#include "hypertrace.h"
#include "userspace/libpv/histogram.h"

static int compare_u64(__u64 a, __u64 b)
{
	return a < b ? -1 : a > b;
}

static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return compare_u64(x->pid, y->pid) ? :
	       compare_u64(x->number, y->number) ? :
	       compare_u64(x->vcpu_id, y->vcpu_id);
}

static void fill(struct row *row, const struct state_histogram *p)
{
	unsigned int i;

	row->pid = p->id >> 32;
	row->vcpu_id = p->vcpu_id;
	row->number = p->number;
	row->min = p->min;
	row->max = p->max;
	row->sum = p->sum;
	row->handler = p->handler;
	row->user = p->user;
	row->count = 0;
	for (i = 0; i < STATE_BUCKETS; i++) {
		row->counts[i] = p->counts[i];
		row->count += p->counts[i];
	}
}

static void merge(struct row *row, const struct row *other)
{
	unsigned int i;

	row->min = other->min < row->min ? other->min : row->min;
	row->max = other->max > row->max ? other->max : row->max;
	row->sum += other->sum;
	row->handler += other->handler;
	row->user += other->user;
	for (i = 0; i < STATE_BUCKETS; i++)
		row->counts[i] += other->counts[i];
	row->count += other->count;
}

/**
 * row_list - what a trace has counted
 * @trace: that has been detached
 * @nr: how many rows
 *
 * Returns the rows by process, number and vCPU, for free().
 */
struct row *row_list(const struct trace *trace, size_t *nr)
{
	size_t i, all = *trace->nr_histograms, used = 0;
	struct row *rows;

	all = all < STATE_HISTOGRAMS ? all : STATE_HISTOGRAMS;
	rows = calloc(all + 1, sizeof(*rows));
	if (!rows)
		err(EXIT_FAILURE, "result");

	for (i = 0; i < all; i++) {
		fill(&rows[used], &trace->histograms[i]);
		used += rows[used].count > 0;
	}

	qsort(rows, used, sizeof(*rows), compare);
	for (i = 1, *nr = used > 0; i < used; i++) {
		if (!compare(&rows[*nr - 1], &rows[i]))
			merge(&rows[*nr - 1], &rows[i]);
		else
			rows[(*nr)++] = rows[i];
	}

	return rows;
}

/**
 * row_percentile - the value that a share of all does not exceed
 * @row: of row_list()
 * @permille: the share; as pv_histogram_percentile(), whose counts are of 32 bits
 */
__u64 row_percentile(const struct row *row, unsigned int permille)
{
	const __u64 rank = (row->count * permille + 999) / 1000;
	__u64 value, seen = 0;
	unsigned int b;

	for (b = 0; b < STATE_BUCKETS - 1; b++) {
		seen += row->counts[b];
		if (seen >= rank)
			break;
	}

	/* A bucket is wider than the values in it. */
	value = pv_histogram_high(b);
	if (value < row->min)
		return row->min;
	return value > row->max ? row->max : value;
}
