/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The log-linear histogram of linux/pv_hypercall.h.
 */
#ifndef _LIBPV_HISTOGRAM_H
#define _LIBPV_HISTOGRAM_H

#include <stdbool.h>
#include <linux/pv_hypercall.h>

unsigned int pv_histogram_bucket(__u64 value);
__u64 pv_histogram_low(unsigned int bucket);
__u64 pv_histogram_high(unsigned int bucket);
__u64 pv_histogram_total(const __u32 counts[PV_HYPERCALL_BUCKETS]);
bool pv_histogram_percentile(const __u32 counts[PV_HYPERCALL_BUCKETS],
			     unsigned int permille, __u64 *value);

#endif /* _LIBPV_HISTOGRAM_H */
