/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The price of a hypercall in nanoseconds.
 */
#ifndef _LIBPV_LATENCY_H
#define _LIBPV_LATENCY_H

#include <linux/types.h>

/**
 * struct pv_latency - what a run gave
 * @samples: calls measured
 * @status: what the hypervisor answered; a refusal costs the exit just the same
 * @min: cheapest call in ns
 * @p50: median in ns
 * @p99: 99th percentile in ns
 * @max: dearest call in ns
 */
struct pv_latency {
	__u32 samples;
	__s64 status;
	__u64 min;
	__u64 p50;
	__u64 p99;
	__u64 max;
};

__u64 pv_latency_ns(__u64 ticks, __u32 khz);
int pv_latency_run(int fd, __u64 nr, unsigned int cpu, __u32 samples,
		   struct pv_latency *latency);

#endif /* _LIBPV_LATENCY_H */
