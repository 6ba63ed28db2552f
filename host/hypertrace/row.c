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
	       compare_u64(x->prices.number, y->prices.number) ? :
	       compare_u64(x->prices.vcpu_id, y->prices.vcpu_id);
}

static void merge(struct row *row, const struct row *other)
{
	struct state_prices *p = &row->prices;
	const struct state_prices *o = &other->prices;
	unsigned int i;

	p->min = o->min < p->min ? o->min : p->min;
	p->max = o->max > p->max ? o->max : p->max;
	p->sum += o->sum;
	p->handler += o->handler;
	p->user += o->user;
	for (i = 0; i < STATE_BUCKETS; i++)
		p->counts[i] += o->counts[i];
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
	size_t i, all = *trace->nr_prices, used = 0;
	struct row *rows;

	all = all < STATE_PRICES ? all : STATE_PRICES;
	rows = calloc(all + 1, sizeof(*rows));
	if (!rows)
		err(EXIT_FAILURE, "result");

	for (i = 0; i < all; i++) {
		rows[used].prices = trace->prices[i];
		rows[used].pid = trace->prices[i].id >> 32;
		rows[used].count = pv_histogram_total(trace->prices[i].counts);
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
