/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pv_bench.ko: what an exit costs, in instructions of guest and host together.
 */
#ifndef _PV_BENCH_H
#define _PV_BENCH_H

#include <linux/init.h>
#include <linux/types.h>

/**
 * struct bench - something that can be measured
 * @name: name
 * @once: does it once, tells how many ticks that took, and returns the answer; NULL:
 *        this architecture has no such thing
 * @answer: what the answer has to be
 * @begin: takes what is needed; false: it is not there; NULL: nothing is needed
 * @end: gives it back; NULL: nothing to do
 * @before: what comes before each time, and does not count; NULL: nothing
 */
struct bench {
	const char *name;
	s64 (*once)(u64 *ticks);
	s64 answer;
	bool (*begin)(void);
	void (*end)(void);
	void (*before)(void);
};

/**
 * struct bench_result - what came out
 * @instructions: fewest, without those of the measurement
 * @exits: exits of the vCPU that one takes, -1: the host does not say
 * @answer: the last answer, which is not that of the bench if it failed
 */
struct bench_result {
	u64 instructions;
	s64 exits;
	s64 answer;
};

/* run.c */
bool bench_run(const struct bench *bench, struct bench_result *result);

/* call.c */
s64 bench_empty(u64 *ticks);
s64 bench_raw(u64 *ticks);
s64 bench_raw_vectors(u64 *ticks);
s64 bench_nop(u64 *ticks);
s64 bench_vcpu_info(u64 *ticks);
bool bench_exits(u64 *exits);
int __init bench_call_init(void);
void bench_call_exit(void);

/* mmio.c */
bool bench_host_there(void);
s64 bench_host_read(u64 *ticks);
s64 bench_host_write(u64 *ticks);
s64 bench_user_read(u64 *ticks);
s64 bench_user_write(u64 *ticks);
bool bench_floor_there(void);
s64 bench_floor_read(u64 *ticks);
s64 bench_floor_write(u64 *ticks);
int __init bench_mmio_init(void);
void bench_mmio_exit(void);

/* freq.c */
bool bench_freq_begin(void);
void bench_freq_end(void);
bool bench_freq_read_begin(void);
void bench_freq_read_end(void);
bool bench_freq_tick_begin(void);
void bench_freq_lower(void);
void bench_freq_raise(void);
s64 bench_freq_change(u64 *ticks);
s64 bench_freq_fall(u64 *ticks);
s64 bench_freq_same(u64 *ticks);
s64 bench_freq_read(u64 *ticks);
s64 bench_freq_tick_once(u64 *ticks);

#endif /* _PV_BENCH_H */
