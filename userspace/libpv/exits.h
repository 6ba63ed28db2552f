/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The exits of this guest's vCPUs, from /dev/pv_exits or from a recording.
 */
#ifndef _LIBPV_EXITS_H
#define _LIBPV_EXITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/pv_exits.h>

#define PV_EXITS_PATH	"/dev/pv_exits"

/**
 * enum pv_exits_kind - what a row counts
 * @PV_EXITS_KIND_EXIT: exits of one reason
 * @PV_EXITS_KIND_HALT: times that the vCPU was halted; only count and time
 * @PV_EXITS_KIND_PREEMPTION: times that the vCPU was preempted; only count and time
 */
enum pv_exits_kind {
	PV_EXITS_KIND_EXIT,
	PV_EXITS_KIND_HALT,
	PV_EXITS_KIND_PREEMPTION,
};

/**
 * struct pv_exits_row - counters of one reason
 * @kind: what it counts
 * @vcpu: the vCPU; 0 after pv_exits_merge()
 * @stat: the counters; @stat.reason is valid for PV_EXITS_KIND_EXIT only
 * @elapsed: ticks since the earlier reading, of all vCPUs of this row; 0: not known
 * @seconds: seconds since the earlier reading; 0: not known
 * @invalid: the counters contradict each other
 */
struct pv_exits_row {
	enum pv_exits_kind kind;
	__u32 vcpu;
	struct pv_exits_stat stat;
	__u64 elapsed;
	double seconds;
	bool invalid;
};

/**
 * struct pv_exits - a reading of all counters
 * @info: of the device
 * @vcpus: of each vCPU, @info.nr_vcpus
 * @rows: the counters
 * @nr_rows: entries of @rows
 */
struct pv_exits {
	struct pv_exits_info info;
	struct pv_exits_read *vcpus;
	struct pv_exits_row *rows;
	size_t nr_rows;
};

int pv_exits_open(void);
int pv_exits_take(int fd, struct pv_exits *exits);
int pv_exits_copy(struct pv_exits *to, const struct pv_exits *from);
void pv_exits_free(struct pv_exits *exits);
int pv_exits_load(const char *bytes, size_t len, struct pv_exits *exits);
int pv_exits_store(const struct pv_exits *exits, FILE *file);

/* exits-sum.c */
bool pv_exits_since(struct pv_exits *exits, const struct pv_exits *before);
void pv_exits_merge(struct pv_exits *exits);
void pv_exits_sort(struct pv_exits *exits);
__u64 pv_exits_timed(const struct pv_exits_stat *stat);
bool pv_exits_percentile(const struct pv_exits_stat *stat, unsigned int permille, __u64 *ticks);

#endif /* _LIBPV_EXITS_H */
