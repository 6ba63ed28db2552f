/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intervals of a watch that the user interrupts.
 */
#ifndef _LIBPV_INTERVAL_H
#define _LIBPV_INTERVAL_H

#include <stdbool.h>
#include <linux/types.h>

#define NSEC_PER_SEC	1000000000ULL

/* The shortest interval that a user can choose */
#define PV_INTERVAL_MIN_MS	10

__u64 pv_interval_now(void);
void pv_interval_begin(void);
bool pv_interval_wait(__u64 end);

#endif /* _LIBPV_INTERVAL_H */
