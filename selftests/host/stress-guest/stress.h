/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A malicious guest: internal interfaces of kvm_pv_stress.ko.
 */
#ifndef _KVM_PV_STRESS_H
#define _KVM_PV_STRESS_H

#include <linux/prandom.h>
#include <linux/types.h>

struct task_struct;

/**
 * enum stress_count - counters
 * @STRESS_OPS: all accesses, calls, and writes to the shared pages
 * @STRESS_READS: 32-bit reads of the device
 * @STRESS_REQUESTS: valid writes of set_perf
 * @STRESS_REFUSED: accesses that the device must reject
 * @STRESS_CALLS: hypercalls with pvguest numbers
 * @STRESS_STRANGE: hypercalls with other numbers
 * @STRESS_SCRIBBLES: writes to the shared pages
 * @STRESS_OUTSIDE: accesses before and after the device
 * @STRESS_UNPLUGS: times that memory was removed from the guest, or added again
 * @STRESS_WRONG: results that violate a rule
 * @STRESS_NR_COUNTS: number of counters
 */
enum stress_count {
	STRESS_OPS,
	STRESS_READS,
	STRESS_REQUESTS,
	STRESS_REFUSED,
	STRESS_CALLS,
	STRESS_STRANGE,
	STRESS_SCRIBBLES,
	STRESS_OUTSIDE,
	STRESS_UNPLUGS,
	STRESS_WRONG,
	STRESS_NR_COUNTS,
};

/**
 * struct stress - a thread that is bound to a CPU
 * @task: the thread
 * @rnd: state of its random numbers
 * @counts: its counters
 */
struct stress {
	struct task_struct *task;
	struct rnd_state rnd;
	u64 counts[STRESS_NR_COUNTS];
};

static inline void stress_count(struct stress *h, enum stress_count count)
{
	WRITE_ONCE(h->counts[count], h->counts[count] + 1);
}

static inline u32 stress_u32(struct stress *h)
{
	return prandom_u32_state(&h->rnd);
}

static inline u64 stress_u64(struct stress *h)
{
	return (u64)stress_u32(h) << 32 | stress_u32(h);
}

/* 0 .. n - 1 */
static inline u32 stress_below(struct stress *h, u32 n)
{
	return stress_u32(h) % n;
}

void stress_wrong(struct stress *h, const char *what, u64 at, u64 answer);

/* access.c */
extern u64 stress_base;
extern u32 stress_windows;

int stress_access_init(struct stress *h);
void stress_access_exit(void);
void stress_access(struct stress *h);
void stress_access_outside(struct stress *h);

/* call.c */
void stress_call(struct stress *h);

/* memory.c */
int stress_memory_init(void);
void stress_memory_exit(void);
u32 stress_value(struct stress *h);
u64 stress_address(struct stress *h);
void stress_unplug(struct stress *h);

/* pages.c */
extern u64 stress_shared;

int stress_pages_init(void);
void stress_pages_exit(void);
void stress_scribble(struct stress *h);

#endif /* _KVM_PV_STRESS_H */
