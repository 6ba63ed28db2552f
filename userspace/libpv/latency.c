// SPDX-License-Identifier: GPL-2.0
/*
 * The price of a hypercall: a run of the driver, its histogram and its counter
 * put into nanoseconds.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "device.h"
#include "histogram.h"
#include "latency.h"

#define WARMUP	100

/**
 * pv_latency_ns - time of a counter
 * @ticks: any
 * @khz: frequency of the counter, not 0
 *
 * Return: nanoseconds, to the nearest.
 */
__u64 pv_latency_ns(__u64 ticks, __u32 khz)
{
	/* By parts: the product of all ticks could overflow. */
	return ticks / khz * 1000000 + (ticks % khz * 1000000 + khz / 2) / khz;
}

/* A bucket is wider than the samples in it: its end may lie beyond the last one. */
static __u64 percentile(const struct pv_hypercall_latency *l, const __u32 *counts,
			unsigned int permille)
{
	__u64 ticks = l->max;

	pv_histogram_percentile(counts, permille, &ticks);
	if (ticks < l->min)
		ticks = l->min;
	if (ticks > l->max)
		ticks = l->max;
	return pv_latency_ns(ticks, l->counter_khz);
}

/**
 * pv_latency_run - measure a call
 * @fd: device, see pv_device_open()
 * @nr: number of the call
 * @cpu: CPU to measure on
 * @samples: calls to measure
 * @latency: out: what came of it
 *
 * Return: 0 or a negative errno: those of struct pv_hypercall_latency, and -ENODATA
 * where the driver measured nothing.
 */
int pv_latency_run(int fd, __u64 nr, unsigned int cpu, __u32 samples,
		   struct pv_latency *latency)
{
	struct pv_hypercall_latency l = {
		.nr = nr,
		.cpu = cpu,
		.warmup = WARMUP,
		.samples = samples,
	};
	__u32 *counts;
	int err;

	counts = calloc(PV_HYPERCALL_BUCKETS, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	l.buckets = (uintptr_t)counts;
	err = pv_device_latency(fd, &l);
	if (err)
		goto free_counts;
	err = -ENODATA;
	if (!l.samples || !l.counter_khz || !pv_histogram_total(counts))
		goto free_counts;

	latency->samples = l.samples;
	latency->status = l.status;
	latency->min = pv_latency_ns(l.min, l.counter_khz);
	latency->p50 = percentile(&l, counts, 500);
	latency->p99 = percentile(&l, counts, 990);
	latency->max = pv_latency_ns(l.max, l.counter_khz);
	err = 0;
free_counts:
	free(counts);
	return err;
}
