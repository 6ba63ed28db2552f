/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The price of a hypercall in nanoseconds.
 */
#ifndef _LIBPV_LATENCY_H
#define _LIBPV_LATENCY_H

#include <linux/types.h>
#include <linux/pv_hypercall.h>

#define PV_LATENCY_SAMPLES	10000
#define PV_LATENCY_WARMUP	100

/**
 * struct pv_latency - what a run gave
 * @samples: calls measured
 * @khz: ticks of the counter in a millisecond
 * @status: what the hypervisor answered; a refusal costs the exit just the same
 * @min: cheapest call in ns
 * @p50: median in ns
 * @p90: 90th percentile in ns
 * @p99: 99th percentile in ns
 * @p99_9: 99.9th percentile in ns
 * @max: dearest call in ns
 * @mean: of all calls, in ns
 * @counts: histogram of the ticks, cut at the dearest call
 */
struct pv_latency {
	__u32 samples;
	__u32 khz;
	__s64 status;
	__u64 min;
	__u64 p50;
	__u64 p90;
	__u64 p99;
	__u64 p99_9;
	__u64 max;
	__u64 mean;
	__u32 counts[PV_HYPERCALL_BUCKETS];
};

__u64 pv_latency_ns(__u64 ticks, __u32 khz);
int pv_latency_take(struct pv_latency *latency, const struct pv_hypercall_latency *l);
int pv_latency_run(int fd, struct pv_hypercall_latency *l, struct pv_latency *latency);

#endif /* _LIBPV_LATENCY_H */
