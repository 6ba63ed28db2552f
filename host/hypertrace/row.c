// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms of one number and vCPU, of all threads that ran this vCPU.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

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

/* Returns all rows since the start of the trace, by process, number and vCPU. */
static struct row *read_rows(const struct trace *trace, size_t *nr)
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

/* The programs keep the minimum and the maximum of the trace only. */
static void limit(struct row *row)
{
	unsigned int first = 0, last = STATE_BUCKETS - 1;

	while (first < last && !row->counts[first])
		first++;
	while (last > first && !row->counts[last])
		last--;
	if (pv_histogram_low(first) > row->min)
		row->min = pv_histogram_low(first);
	if (pv_histogram_high(last) < row->max)
		row->max = pv_histogram_high(last);
}

static void subtract(struct row *row, const struct row *before)
{
	unsigned int i;

	row->sum -= before->sum;
	row->handler -= before->handler;
	row->user -= before->user;
	row->count -= before->count;
	for (i = 0; i < STATE_BUCKETS; i++)
		row->counts[i] -= before->counts[i];
	limit(row);
}

static bool selected(const struct options *opts, const struct row *row)
{
	bool vcpu = !opts->nr_vcpus;
	size_t i;

	for (i = 0; i < opts->nr_vcpus; i++)
		vcpu |= opts->vcpus[i] == row->vcpu_id;
	return vcpu && (!opts->reasons || reason_listed(opts->reasons, row->number));
}

/* The largest value first */
static int by_order(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return compare_u64(y->order, x->order) ? : compare(a, b);
}

/**
 * row_list - rows of the interval
 * @trace: the trace; its values at the start of the interval become those of now
 * @opts: options that select and sort rows
 * @nr: out: number of rows
 *
 * Returns the rows, for free().
 */
struct row *row_list(struct trace *trace, const struct options *opts, size_t *nr)
{
	size_t i, all, used = 0;
	struct row *now = read_rows(trace, &all), *rows, *before;

	rows = calloc(all + 1, sizeof(*rows));
	if (!rows)
		err(EXIT_FAILURE, "result");
	for (i = 0; i < all; i++) {
		if (!selected(opts, &now[i]))
			continue;
		rows[used] = now[i];
		before = bsearch(&now[i], trace->before, trace->nr_before, sizeof(*now), compare);
		if (before)
			subtract(&rows[used], before);
		used += rows[used].count > 0;
	}

	free(trace->before);
	trace->before = now;
	trace->nr_before = all;
	for (i = 0; opts->sort && i < used; i++)
		rows[i].order = opts->sort(&rows[i]);
	if (opts->sort)
		qsort(rows, used, sizeof(*rows), by_order);
	*nr = used;
	return rows;
}

static __u64 value_count(const struct row *row)
{
	return row->count;
}

static __u64 value_time(const struct row *row)
{
	return row->sum;
}

static __u64 value_mean(const struct row *row)
{
	return row->sum / row->count;
}

static __u64 value_max(const struct row *row)
{
	return row->max;
}

static __u64 value_p50(const struct row *row)
{
	return row_percentile(row, 500);
}

static __u64 value_p99(const struct row *row)
{
	return row_percentile(row, 990);
}

static const struct {
	const char *name;
	row_value value;
} orders[] = {
	{ "pid", NULL },
	{ "count", value_count },
	{ "time", value_time },
	{ "mean", value_mean },
	{ "max", value_max },
	{ "p50", value_p50 },
	{ "p99", value_p99 },
};

/**
 * row_sort - parse an order
 * @name: as typed
 *
 * Returns the value to sort by, NULL: by process, number and vCPU.
 */
row_value row_sort(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		if (!strcasecmp(orders[i].name, name))
			return orders[i].value;
	}

	errx(EXIT_FAILURE,
	     "--sort: unknown order \"%s\": expected pid, count, time, mean, max, p50 or p99",
	     name);
}
