// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that the user types.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "pvhost.h"

/* strtoull() alone takes "-1" and " 1". */
static bool parse(const char *text, const char *ends, char **end, __u64 *value)
{
	if (!isdigit((unsigned char)*text))
		return false;

	errno = 0;
	*value = strtoull(text, end, 0);
	if (errno)
		return false;

	return !**end || **end == *ends;
}

/**
 * pvhost_number - a number
 * @what: the option that it belongs to
 * @text: as typed, decimal or with 0x
 * @min: smallest that makes sense
 * @max: largest
 */
__u64 pvhost_number(const char *what, const char *text, __u64 min, __u64 max)
{
	__u64 value;
	char *end;

	if (!parse(text, "", &end, &value) || value < min || value > max)
		errx(EXIT_FAILURE, "%s: \"%s\" is no number from %llu to %llu",
		     what, text, min, max);

	return value;
}

/**
 * pvhost_numbers - a list of numbers with commas between them
 * @what: the option that it belongs to
 * @text: as typed
 * @min: smallest that makes sense
 * @nr: how many there are
 */
__u32 *pvhost_numbers(const char *what, const char *text, __u32 min, size_t *nr)
{
	__u32 *numbers = NULL;
	const char *next = text;
	__u64 value;
	char *end;

	for (*nr = 0; ; (*nr)++, next = end + 1) {
		if (!parse(next, ",", &end, &value) || value < min || value > UINT32_MAX)
			errx(EXIT_FAILURE,
			     "%s: \"%s\" is no list of numbers from %u to %u with commas between them",
			     what, text, min, UINT32_MAX);

		numbers = reallocarray(numbers, *nr + 1, sizeof(*numbers));
		if (!numbers)
			err(EXIT_FAILURE, "%s", what);
		numbers[*nr] = value;

		if (!*end)
			break;
	}

	(*nr)++;
	return numbers;
}
