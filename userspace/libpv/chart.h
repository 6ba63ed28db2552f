/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A histogram that fits a screen.
 */
#ifndef _LIBPV_CHART_H
#define _LIBPV_CHART_H

#include <stdbool.h>
#include <linux/pv_hypercall.h>

#define PV_CHART_LINES		20
#define PV_CHART_WIDTH		40
#define PV_CHART_BAR_SIZE	(3 * PV_CHART_WIDTH + 1)	/* a block is 3 bytes of UTF-8 */

/**
 * struct pv_chart_line - buckets of a histogram, merged
 * @low: least value
 * @high: greatest value
 * @count: values from @low to @high
 */
struct pv_chart_line {
	__u64 low;
	__u64 high;
	__u64 count;
};

unsigned int pv_chart_lines(const __u32 counts[PV_HYPERCALL_BUCKETS],
			    struct pv_chart_line lines[PV_CHART_LINES]);
void pv_chart_bar(__u64 count, __u64 most, unsigned int width, bool utf8,
		  char bar[PV_CHART_BAR_SIZE]);

#endif /* _LIBPV_CHART_H */
