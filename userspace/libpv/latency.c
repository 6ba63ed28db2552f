// SPDX-License-Identifier: GPL-2.0
/*
 * The latency of a hypercall: a run of the driver, converted to nanoseconds.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "device.h"
#include "histogram.h"
#include "latency.h"

/**
 * pv_latency_ns - convert ticks to time
 * @ticks: any
 * @khz: frequency of the counter, not 0
 *
 * Return: nanoseconds, to the nearest.
 */
__u64 pv_latency_ns(__u64 ticks, __u32 khz)
{
	/* In two parts, since the product of large ticks can overflow */
	return ticks / khz * 1000000 + (ticks % khz * 1000000 + khz / 2) / khz;
}

/* The end of a bucket can be above the longest sample, so limit the result. */
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
 * pv_latency_take - convert a run to nanoseconds
 * @latency: @counts: histogram of the driver; out: all other members
 * @l: results of the driver
 *
 * Return: 0, or -ENODATA if the run has no samples.
 */
int pv_latency_take(struct pv_latency *latency, const struct pv_hypercall_latency *l)
{
	const __u32 *counts = latency->counts;

	if (!l->done || !l->counter_khz || !pv_histogram_total(counts))
		return -ENODATA;

	latency->samples = l->done;
	latency->khz = l->counter_khz;
	latency->status = l->status;
	latency->min = pv_latency_ns(l->min, l->counter_khz);
	latency->p50 = percentile(l, counts, 500);
	latency->p90 = percentile(l, counts, 900);
	latency->p99 = percentile(l, counts, 990);
	latency->p99_9 = percentile(l, counts, 999);
	latency->max = pv_latency_ns(l->max, l->counter_khz);
	/* The mean of ticks would be rounded to a tick. */
	latency->mean = pv_latency_ns(l->sum, l->counter_khz) / l->done;
	return 0;
}

/**
 * pv_latency_run - measure a call
 * @fd: device, see pv_device_open()
 * @l: call, CPU, samples and warm-up; out: results
 * @latency: out: results in nanoseconds
 *
 * Return: 0 or a negative errno: those of struct pv_hypercall_latency, and -ENODATA if the run
 * has no samples.
 */
int pv_latency_run(int fd, struct pv_hypercall_latency *l, struct pv_latency *latency)
{
	int err;

	memset(latency, 0, sizeof(*latency));
	l->buckets = (uintptr_t)latency->counts;
	err = pv_device_latency(fd, l);
	return err ? err : pv_latency_take(latency, l);
}
