// SPDX-License-Identifier: GPL-2.0
/*
 * Clocks of this host: its counter and CLOCK_MONOTONIC, which is what BPF programs read, and the
 * time of day.
 *
 * A pair of both is taken where a read of the clock between two of the counter took the
 * shortest of many: they are apart by no more than half of that.  Times between two pairs
 * are on the line from one to the other, as the clock may be slewed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

#define TRIES	200
/* Pairs that the line goes on from: it is the straighter the longer it is. */
#define SLOPE	10

static void give_up(struct clock *clock)
{
	const size_t half = clock->nr / 2;

	clock->error = clock_error(clock);
	memmove(clock->pairs, clock->pairs + half, (clock->nr - half) * sizeof(*clock->pairs));
	clock->nr -= half;
}

/**
 * clock_add - take a pair
 * @clock: gets it
 */
void clock_add(struct clock *clock)
{
	__u64 before, after, ns, best = ~0ULL;
	struct clock_pair *pair;
	unsigned int i;

	if (clock->keep && clock->nr >= clock->keep)
		give_up(clock);
	clock->pairs = reallocarray(clock->pairs, clock->nr + 1, sizeof(*clock->pairs));
	if (!clock->pairs)
		err(EXIT_FAILURE, "clock");
	pair = &clock->pairs[clock->nr++];

	for (i = 0; i < TRIES; i++) {
		before = clock_counter();
		ns = pv_interval_now();
		after = clock_counter();
		if (after - before >= best)
			continue;
		best = after - before;
		pair->ticks = before + best / 2;
		pair->ns = ns;
	}

	pair->error = best / 2 + 1;
}

/**
 * clock_tell - let programs know what the clock is now
 * @clock: of two pairs or more
 * @clocks: where they read it
 * @index: which of them they read
 */
void clock_tell(const struct clock *clock, struct state_clock *clocks, __u32 *index)
{
	const struct clock_pair *last = &clock->pairs[clock->nr - 1];
	const struct clock_pair *other = clock->nr > SLOPE ? last - SLOPE : clock->pairs;
	const __u32 next = (*index + 1) % STATE_CLOCKS;
	struct state_clock *c = &clocks[next];

	c->ticks = last->ticks;
	c->ns = last->ns;
	c->scale = ((long double)(last->ns - other->ns) / (last->ticks - other->ticks)) *
		   (1ULL << STATE_CLOCK_SHIFT);
	__atomic_store_n(index, next, __ATOMIC_RELEASE);
}

static __u64 on_line(const struct clock_pair *a, const struct clock_pair *b, __u64 ns)
{
	return a->ticks + (__s64)((long double)(__s64)(ns - a->ns) * (b->ticks - a->ticks) /
				  (b->ns - a->ns));
}

/**
 * clock_ticks - the counter at a time
 * @clock: of two pairs or more
 * @ns: CLOCK_MONOTONIC
 */
__u64 clock_ticks(const struct clock *clock, __u64 ns)
{
	size_t low = 0, high = clock->nr - 1, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (clock->pairs[middle].ns <= ns)
			low = middle;
		else
			high = middle;
	}
	return on_line(&clock->pairs[low], &clock->pairs[high], ns);
}

/* How far a pair is from the line between its neighbours, in nanoseconds */
static __u64 deviation(const struct clock_pair *pair)
{
	const struct clock_pair *a = pair - 1, *b = pair + 1;
	__s64 off = on_line(a, b, pair->ns) - pair->ticks;

	return (long double)llabs(off) * (b->ns - a->ns) / (b->ticks - a->ticks) + 1;
}

/**
 * clock_error - by how much clock_ticks() may be wrong
 * @clock: of two pairs or more
 *
 * Returns nanoseconds: the greatest error of a pair, and what the clock was unsteady by.
 */
__u64 clock_error(const struct clock *clock)
{
	const struct clock_pair *first = clock->pairs, *last = first + clock->nr - 1;
	__u64 error = 0, unsteady = 0, off;
	size_t i;

	for (i = 0; i < clock->nr; i++) {
		if (clock->pairs[i].error > error)
			error = clock->pairs[i].error;
		off = i && i + 1 < clock->nr ? deviation(&clock->pairs[i]) : 0;
		if (off > unsteady)
			unsteady = off;
	}
	/* From ticks, at the rate of the whole trace */
	error = (long double)error * (last->ns - first->ns) / (last->ticks - first->ticks) + 1;
	error += unsteady;
	return error > clock->error ? error : clock->error;
}

/**
 * clock_print - print a time of day in the local time zone, as 23:59:59
 * @time: seconds since the epoch
 */
void clock_print(time_t time)
{
	struct tm tm;

	if (localtime_r(&time, &tm))
		printf("%02d:%02d:%02d\n", tm.tm_hour, tm.tm_min, tm.tm_sec);
}
