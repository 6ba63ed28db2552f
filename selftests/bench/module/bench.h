/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pv_bench.ko: counts the instructions of guest and host together for a VM exit.
 */
#ifndef _PV_BENCH_H
#define _PV_BENCH_H

#include <linux/init.h>
#include <linux/types.h>

/**
 * struct bench - operation that can be measured
 * @name: name of its file in debugfs
 * @once: run the operation once, store its duration in ticks and return its result; NULL:
 *        this architecture lacks the operation
 * @expected: result of a successful operation
 * @begin: acquire the driver or device; return false if it is not present; NULL: not needed
 * @end: release the driver or device; NULL: not needed
 * @before: prepare a run, without being measured; NULL: not needed
 */
struct bench {
	const char *name;
	s64 (*once)(u64 *ticks);
	s64 expected;
	bool (*begin)(void);
	void (*end)(void);
	void (*before)(void);
};

/**
 * struct bench_result - result of a measurement
 * @instructions: minimum of all runs, without the instructions of the measurement itself
 * @exits: exits of the vCPU for one operation, -1: the host does not report exits
 * @ret: last result of the operation; differs from the expected result on failure
 */
struct bench_result {
	u64 instructions;
	s64 exits;
	s64 ret;
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
bool bench_host_present(void);
s64 bench_host_read(u64 *ticks);
s64 bench_host_write(u64 *ticks);
s64 bench_user_read(u64 *ticks);
s64 bench_user_write(u64 *ticks);
bool bench_floor_present(void);
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
