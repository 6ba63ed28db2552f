// SPDX-License-Identifier: GPL-2.0
/*
 * One bench: the fewest instructions of many single runs.  What a host does now and
 * then, its tick above all, is in some of them and not in all.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "arch.h"
#include "bench.h"

#define BENCH_RUNS	1000
#define BENCH_EXIT_RUNS	64

/* With interrupts off, and nothing that waits for them to be on. */
static bool bench_loop(const struct bench *bench, u64 *fewest, s64 *answer)
{
	u64 ticks;
	int i;

	*fewest = U64_MAX;
	for (i = 0; i < BENCH_RUNS; i++) {
		if (bench->before)
			bench->before();
		*answer = bench->once(&ticks);
		if (*answer != bench->answer)
			return false;
		*fewest = min(*fewest, ticks);
	}
	return true;
}

/* Each run makes as many, and a few more come from the host's interrupts. */
static s64 bench_count_exits(const struct bench *bench)
{
	u64 before, after, ticks, exits = 0;
	int i;

	for (i = 0; i < BENCH_EXIT_RUNS; i++) {
		if (bench->before)
			bench->before();
		if (!bench_exits(&before))
			return -1;
		bench->once(&ticks);
		if (!bench_exits(&after))
			return -1;
		/* The call that tells the second number is in it. */
		exits += after - before - 1;
	}
	return div_u64(exits + BENCH_EXIT_RUNS / 2, BENCH_EXIT_RUNS);
}

bool bench_run(const struct bench *bench, struct bench_result *result)
{
	static const struct bench empty = { "empty", bench_empty, 0 };
	u64 overhead, fewest, timer;
	unsigned long flags;
	s64 answer;
	bool ok;

	/* The host switches away from a vCPU that sleeps: its vector registers are unused. */
	usleep_range(2000, 4000);
	local_irq_save(flags);
	timer = bench_timer_mask();

	bench_loop(&empty, &overhead, &answer);
	/* The first exit to the VMM costs the host more: it is not in any row. */
	bench_user_read(&fewest);

	ok = bench_loop(bench, &fewest, &answer);
	result->exits = ok ? bench_count_exits(bench) : -1;

	bench_timer_restore(timer);
	local_irq_restore(flags);

	result->instructions = fewest - overhead;
	result->answer = answer;
	return ok;
}
