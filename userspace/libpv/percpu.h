/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters by CPU as vcpufreq.ko shows them: a line with the CPU's number and its count.
 */
#ifndef _LIBPV_PERCPU_H
#define _LIBPV_PERCPU_H

#include <linux/types.h>

#include "cpulist.h"

int pv_percpu_sum(const char *text, const struct pv_cpulist *cpus, __u64 *sum);

#endif /* _LIBPV_PERCPU_H */
