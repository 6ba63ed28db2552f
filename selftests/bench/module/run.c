// SPDX-License-Identifier: GPL-2.0
/*
 * Measures one operation: the minimum of the instructions of many single runs.  Periodic work of
 * the host, mainly its tick, is in some of the runs only.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "arch.h"
#include "bench.h"

#define BENCH_ROUNDS	4
#define BENCH_RUNS	250
#define BENCH_EXIT_RUNS	64

/*
 * Lowers @fewest to the minimum of all runs.  Called with interrupts disabled and the timer masked
 * by bench_timer_mask().
 */
static bool bench_loop(const struct bench *bench, u64 *fewest, s64 *ret)
{
	u64 ticks;
	int i;

	for (i = 0; i < BENCH_RUNS; i++) {
		if (bench->before)
			bench->before();
		*ret = bench->once(&ticks);
		if (*ret != bench->expected)
			return false;
		*fewest = min(*fewest, ticks);
	}
	return true;
}

/* Each run takes the same number of exits.  Interrupts of the host cause a few more, so round. */
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
		/* Without the exit of the second bench_exits() */
		exits += after - before - 1;
	}
	return div_u64(exits + BENCH_EXIT_RUNS / 2, BENCH_EXIT_RUNS);
}

/*
 * An interrupt that is pending before the first run stays pending, and each entry takes more
 * instructions.  So the interrupts are enabled between rounds.
 */
static bool bench_round(const struct bench *bench, struct bench_result *result, u64 *fewest,
			u64 *overhead)
{
	static const struct bench empty = { "empty", bench_empty, 0 };
	unsigned long flags;
	u64 timer, unused;
	bool ok;

	/*
	 * While the vCPU sleeps, the host switches away from it and stops saving its vector
	 * registers.
	 */
	usleep_range(2000, 4000);
	local_irq_save(flags);
	timer = bench_timer_mask();

	bench_loop(&empty, overhead, &result->ret);
	/* The first exit to the VMM costs the host more instructions: do not measure it. */
	bench_user_read(&unused);

	ok = bench_loop(bench, fewest, &result->ret);
	result->exits = ok ? bench_count_exits(bench) : -1;

	bench_timer_restore(timer);
	local_irq_restore(flags);
	return ok;
}

bool bench_run(const struct bench *bench, struct bench_result *result)
{
	u64 overhead = U64_MAX, fewest = U64_MAX;
	bool ok;
	int i;

	for (i = 0, ok = true; ok && i < BENCH_ROUNDS; i++)
		ok = bench_round(bench, result, &fewest, &overhead);
	result->instructions = fewest - overhead;
	return ok;
}
