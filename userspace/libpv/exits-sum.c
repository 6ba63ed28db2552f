// SPDX-License-Identifier: GPL-2.0
/*
 * Calculations with readings of the exits: what an interval adds, sums of vCPUs, percentiles.
 */
#include <stdint.h>
#include <stdlib.h>

#include "libpv.h"

static bool is_same_reason(const struct pv_exits_row *a, const struct pv_exits_row *b)
{
	return a->kind == b->kind && a->stat.reason == b->stat.reason;
}

static const struct pv_exits_row *find_row(const struct pv_exits *exits,
					   const struct pv_exits_row *row)
{
	size_t i;

	for (i = 0; i < exits->nr_rows; i++)
		if (exits->rows[i].vcpu == row->vcpu && is_same_reason(&exits->rows[i], row))
			return &exits->rows[i];
	return NULL;
}

/* Returns false if a counter decreased. */
static bool subtract(struct pv_exits_stat *a, const struct pv_exits_stat *b)
{
	bool under = false;
	size_t i;

	under |= __builtin_sub_overflow(a->count, b->count, &a->count);
	under |= __builtin_sub_overflow(a->time, b->time, &a->time);
	under |= __builtin_sub_overflow(a->users, b->users, &a->users);
	under |= __builtin_sub_overflow(a->user_time, b->user_time, &a->user_time);
	for (i = 0; i < PV_EXITS_STAT_BUCKETS; i++)
		under |= __builtin_sub_overflow(a->histogram[i], b->histogram[i], &a->histogram[i]);
	return !under;
}

/**
 * pv_exits_since - what has been counted since an earlier reading
 * @exits: reading; out: the differences, and the time in between
 * @before: the earlier reading
 *
 * Return: false if @exits is unchanged, because the counters began at 0 after @before.
 */
bool pv_exits_since(struct pv_exits *exits, const struct pv_exits *before)
{
	const struct pv_exits_row *old;
	struct pv_exits_row *row;
	__u64 from, to;
	size_t i;

	if (exits->info.epoch != before->info.epoch)
		return false;
	for (i = 0; i < exits->nr_rows; i++) {
		row = &exits->rows[i];
		old = find_row(before, row);
		if (old && !subtract(&row->stat, &old->stat))
			row->invalid = true;
		if (row->vcpu >= before->info.nr_vcpus)
			continue;
		from = before->vcpus[row->vcpu].now;
		to = exits->vcpus[row->vcpu].now;
		row->elapsed = to > from ? to - from : 0;
		row->seconds = (double)row->elapsed / exits->info.khz / 1000;
	}
	return true;
}

static __u64 add(__u64 a, __u64 b)
{
	return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

static void add_row(struct pv_exits_row *sum, const struct pv_exits_row *row)
{
	size_t i;

	sum->stat.count = add(sum->stat.count, row->stat.count);
	sum->stat.time = add(sum->stat.time, row->stat.time);
	sum->stat.users = add(sum->stat.users, row->stat.users);
	sum->stat.user_time = add(sum->stat.user_time, row->stat.user_time);
	for (i = 0; i < PV_EXITS_STAT_BUCKETS; i++)
		sum->stat.histogram[i] = add(sum->stat.histogram[i], row->stat.histogram[i]);
	sum->invalid |= row->invalid;
}

/* The time of all vCPUs, also of those that have no exit of a reason */
static __u64 total_elapsed(const struct pv_exits *exits)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < exits->nr_rows; i++)
		if (exits->rows[i].kind == PV_EXITS_KIND_HALT)
			sum = add(sum, exits->rows[i].elapsed);
	return sum;
}

/**
 * pv_exits_merge - add the rows of all vCPUs
 * @exits: reading; out: one row for each reason
 */
void pv_exits_merge(struct pv_exits *exits)
{
	const __u64 elapsed = total_elapsed(exits);
	size_t i, n, nr = 0;

	for (i = 0; i < exits->nr_rows; i++) {
		for (n = 0; n < nr && !is_same_reason(&exits->rows[n], &exits->rows[i]); n++)
			;
		if (n < nr)
			add_row(&exits->rows[n], &exits->rows[i]);
		else
			exits->rows[nr++] = exits->rows[i];
	}
	exits->nr_rows = nr;
	for (i = 0; i < nr; i++) {
		exits->rows[i].vcpu = 0;
		exits->rows[i].elapsed = elapsed;
		exits->rows[i].seconds = (double)elapsed / exits->info.nr_vcpus /
					 exits->info.khz / 1000;
	}
}

static int compare(const void *a, const void *b)
{
	const struct pv_exits_row *x = a, *y = b;

	if (x->vcpu != y->vcpu)
		return x->vcpu < y->vcpu ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->stat.time != y->stat.time)
		return x->stat.time > y->stat.time ? -1 : 1;
	return x->stat.reason < y->stat.reason ? -1 : x->stat.reason > y->stat.reason;
}

/**
 * pv_exits_sort - sort by vCPU and time
 * @exits: reading; out: for each vCPU, or all after pv_exits_merge(), the reason with the longest
 *         time first
 */
void pv_exits_sort(struct pv_exits *exits)
{
	qsort(exits->rows, exits->nr_rows, sizeof(*exits->rows), compare);
}

/**
 * pv_exits_timed - number of exits of which the host knows the time
 * @stat: counters
 *
 * Return: the number, at most @stat->count.
 */
__u64 pv_exits_timed(const struct pv_exits_stat *stat)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < PV_EXITS_STAT_BUCKETS; i++)
		sum = add(sum, stat->histogram[i]);
	return sum;
}

/**
 * pv_exits_percentile - the time that a share of all exits does not exceed
 * @stat: counters
 * @permille: the share, 1 .. 1000
 * @ticks: out: the longest time of the bucket that has the percentile
 *
 * Return: false if there are no times, or if the bucket has no longest time.
 */
bool pv_exits_percentile(const struct pv_exits_stat *stat, unsigned int permille, __u64 *ticks)
{
	double rank = (double)pv_exits_timed(stat) * permille / 1000, seen = 0;
	unsigned int i;

	for (i = 0; i < PV_EXITS_STAT_BUCKETS - 1; i++) {
		seen += stat->histogram[i];
		if (stat->histogram[i] && seen >= rank) {
			*ticks = (1ULL << i) - 1;
			return true;
		}
	}
	return false;
}
