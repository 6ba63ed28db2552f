/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that the user types.
 */
#ifndef _LIBPV_NUMBER_H
#define _LIBPV_NUMBER_H

#include <linux/types.h>
#include <stdbool.h>

int pv_number_scan(const char **text, unsigned int base, __u64 *value);
int pv_number_parse(const char *text, __u64 *value);
bool pv_number_read(const char *what, const char *text, __u64 min, __u64 max, __u64 *value);

#endif /* _LIBPV_NUMBER_H */
