/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that the user types.
 */
#ifndef _LIBPV_NUMBER_H
#define _LIBPV_NUMBER_H

#include <linux/types.h>

int pv_number_parse(const char *text, __u64 *value);

#endif /* _LIBPV_NUMBER_H */
