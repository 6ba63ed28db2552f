/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A malicious guest: internal interfaces of kvm_pv_hostile.ko.
 */
#ifndef _KVM_PV_HOSTILE_H
#define _KVM_PV_HOSTILE_H

#include <linux/prandom.h>
#include <linux/types.h>

struct task_struct;

/**
 * enum hostile_count - counters
 * @HOSTILE_OPS: all accesses, calls, and writes to shared memory
 * @HOSTILE_READS: 32-bit reads of the device
 * @HOSTILE_REQUESTS: valid writes of set_perf
 * @HOSTILE_REFUSED: accesses that the device must reject.  The host may count more, because
 *                   only the host knows whether it rejects a record
 * @HOSTILE_CALLS: hypercalls with pvguest numbers
 * @HOSTILE_STRANGE: hypercalls with other numbers
 * @HOSTILE_RECORDS: attempts to switch a record on
 * @HOSTILE_SCRIBBLES: writes to memory that may be shared
 * @HOSTILE_OUTSIDE: accesses before and after the device
 * @HOSTILE_UNPLUGS: times that memory was removed from the guest, or added again
 * @HOSTILE_WRONG: results that violate a rule
 * @HOSTILE_NR_COUNTS: number of counters
 */
enum hostile_count {
	HOSTILE_OPS,
	HOSTILE_READS,
	HOSTILE_REQUESTS,
	HOSTILE_REFUSED,
	HOSTILE_CALLS,
	HOSTILE_STRANGE,
	HOSTILE_RECORDS,
	HOSTILE_SCRIBBLES,
	HOSTILE_OUTSIDE,
	HOSTILE_UNPLUGS,
	HOSTILE_WRONG,
	HOSTILE_NR_COUNTS,
};

/**
 * struct hostile - a thread that is bound to a CPU
 * @task: the thread
 * @rnd: state of its random numbers
 * @counts: its counters
 */
struct hostile {
	struct task_struct *task;
	struct rnd_state rnd;
	u64 counts[HOSTILE_NR_COUNTS];
};

static inline void hostile_count(struct hostile *h, enum hostile_count count)
{
	WRITE_ONCE(h->counts[count], h->counts[count] + 1);
}

static inline u32 hostile_u32(struct hostile *h)
{
	return prandom_u32_state(&h->rnd);
}

static inline u64 hostile_u64(struct hostile *h)
{
	return (u64)hostile_u32(h) << 32 | hostile_u32(h);
}

/* 0 .. n - 1 */
static inline u32 hostile_below(struct hostile *h, u32 n)
{
	return hostile_u32(h) % n;
}

void hostile_wrong(struct hostile *h, const char *what, u64 at, u64 answer);

/* access.c */
extern u64 hostile_base;
extern u32 hostile_windows;

int hostile_access_init(struct hostile *h);
void hostile_access_exit(void);
void hostile_access(struct hostile *h);
void hostile_access_outside(struct hostile *h);
void hostile_write(struct hostile *h, u32 window, u32 reg, u32 value);

/* call.c */
void hostile_call(struct hostile *h);

/* memory.c */
int hostile_memory_init(void);
void hostile_memory_exit(void);
u32 hostile_safe(u32 value);
u32 hostile_value(struct hostile *h);
u64 hostile_address(struct hostile *h);
void hostile_scribble(struct hostile *h);
void hostile_unplug(struct hostile *h);

/* record.c */
void hostile_record_on(struct hostile *h);
void hostile_record_switch(struct hostile *h);
void hostile_record_init(struct hostile *h);
void hostile_record_exit(struct hostile *h);

#endif /* _KVM_PV_HOSTILE_H */
