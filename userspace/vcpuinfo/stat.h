/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times of the CPUs in /proc/stat.
 */
#ifndef _VCPUINFO_STAT_H
#define _VCPUINFO_STAT_H

#include "vcpuinfo.h"

char *stat_read(const struct vcpuinfo *v);
bool stat_steal(const struct vcpuinfo *v, const char *now, const char *before, int cpu,
		double *percent);

#endif /* _VCPUINFO_STAT_H */
