// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that the user types: decimal, or hexadecimal after 0x.
 */
#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "number.h"

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
