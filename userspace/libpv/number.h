/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that the user types.
 */
#ifndef _LIBPV_NUMBER_H
#define _LIBPV_NUMBER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct pv_number_unit - a unit of numbers with a decimal point
 * @name: the text after the number, in any case
 * @places: decimal places that are a whole number of the smallest unit
 */
struct pv_number_unit {
	const char *name;
	unsigned int places;
};

int pv_number_scan(const char **text, unsigned int base, __u64 *value);
int pv_number_parse(const char *text, __u64 *value);
int pv_number_scaled(const char *text, const struct pv_number_unit *units, size_t nr_units,
		     __u64 *value);
bool pv_number_read(const char *what, const char *text, __u64 min, __u64 max, __u64 *value);
bool pv_number_duration(const char *what, const char *text, unsigned int min_ms,
			unsigned int max_s, __u64 *ns);

#endif /* _LIBPV_NUMBER_H */
