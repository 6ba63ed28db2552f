// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that the user types: decimal, or hexadecimal after 0x; with a unit also with decimal
 * places.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "libpv.h"

static const struct pv_number_unit durations[] = {
	{ "", 9 },
	{ "s", 9 },
	{ "ms", 6 },
	{ "us", 3 },
};

/**
 * pv_number_scan - read the digits at the start of a text
 * @text: the text; out: what follows the digits
 * @base: 10 or 16
 * @value: out: the number, on success
 *
 * Return: 0, -EINVAL (no digit), -ERANGE (more than 64 bits).
 */
int pv_number_scan(const char **text, unsigned int base, __u64 *value)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	size_t len = strspn(*text, base == 16 ? digits : "0123456789"), i;
	__u64 number = 0;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		unsigned int digit = strchr(digits, (*text)[i]) - digits;

		if (__builtin_mul_overflow(number, base, &number) ||
		    __builtin_add_overflow(number, digit < 16 ? digit : digit - 6, &number))
			return -ERANGE;
	}
	*text += len;
	*value = number;
	return 0;
}

/**
 * pv_number_parse - read a number
 * @text: the number and nothing else; it is decimal if it has leading zeros
 * @value: out: the number, on success
 *
 * Return: 0, -EINVAL (not a number), -ERANGE (more than 64 bits).
 */
int pv_number_parse(const char *text, __u64 *value)
{
	unsigned int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	__u64 number;
	int err;

	text += base == 16 ? 2 : 0;
	err = pv_number_scan(&text, base, &number);
	if (err)
		return err;
	if (*text)
		return -EINVAL;
	*value = number;
	return 0;
}

static const struct pv_number_unit *find_unit(const struct pv_number_unit *units, size_t nr_units,
					      const char *name)
{
	size_t i;

	for (i = 0; i < nr_units; i++) {
		if (!strcasecmp(units[i].name, name))
			return &units[i];
	}
	return NULL;
}

/**
 * pv_number_scaled - read a number with a unit
 * @text: a decimal number, which can have a point, and the name of a unit
 * @units: the units
 * @nr_units: entries of @units
 * @value: out: the number in the smallest unit, on success
 *
 * Return: 0, -EINVAL (not a number, more decimal places than the unit has, or another unit),
 * -ERANGE (more than 32 bits before the point).
 */
int pv_number_scaled(const char *text, const struct pv_number_unit *units, size_t nr_units,
		     __u64 *value)
{
	const struct pv_number_unit *unit = find_unit(units, nr_units,
						      text + strspn(text, "0123456789."));
	unsigned int i, places = 0;
	__u64 number;
	int err;

	if (!unit)
		return -EINVAL;
	err = pv_number_scan(&text, 10, &number);
	if (err || number > UINT32_MAX)
		return err ? err : -ERANGE;
	if (*text == '.') {
		for (text++; isdigit((unsigned char)*text) && places < unit->places; places++)
			number = number * 10 + *text++ - '0';
		if (!places)
			return -EINVAL;
	}
	if (find_unit(units, nr_units, text) != unit)
		return -EINVAL;
	for (i = places; i < unit->places; i++)
		number *= 10;
	*value = number;
	return 0;
}

/**
 * pv_number_read - read a number within limits, and print an error if it is invalid
 * @what: the option or operand, for the message
 * @text: as typed
 * @min: the smallest valid number
 * @max: the largest valid number
 * @value: out: the number, on success
 *
 * Return: true on success.
 */
bool pv_number_read(const char *what, const char *text, __u64 min, __u64 max, __u64 *value)
{
	__u64 number;

	if (pv_number_parse(text, &number) || number < min || number > max) {
		warnx("%s: invalid number \"%s\": expected %llu..%llu", what, text, min, max);
		return false;
	}
	*value = number;
	return true;
}

/**
 * pv_number_duration - read a duration within limits, and print an error if it is invalid
 * @what: the option or operand, for the message
 * @text: as typed: seconds, or a number with the unit s, ms or us
 * @min_ms: the shortest valid duration in milliseconds
 * @max_s: the longest valid duration in seconds
 * @ns: out: nanoseconds, on success
 *
 * Return: true on success.
 */
bool pv_number_duration(const char *what, const char *text, unsigned int min_ms,
			unsigned int max_s, __u64 *ns)
{
	__u64 value;

	if (pv_number_scaled(text, durations, ARRAY_SIZE(durations), &value) ||
	    value < min_ms * 1000000ULL || value > max_s * 1000000000ULL) {
		warnx("%s: invalid duration \"%s\": expected %g..%u seconds, as in 1.5s or 250ms",
		      what, text, min_ms / 1000.0, max_s);
		return false;
	}
	*ns = value;
	return true;
}
