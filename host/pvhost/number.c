// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that the user types.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"
#include "userspace/libpv/number.h"

/**
 * pvhost_number - a number
 * @what: the option or operand, for the message
 * @text: as typed, decimal or hexadecimal after 0x
 * @min: the smallest valid number
 * @max: the largest valid number
 */
__u64 pvhost_number(const char *what, const char *text, __u64 min, __u64 max)
{
	__u64 value;

	if (!pv_number_read(what, text, min, max, &value))
		exit(EXIT_FAILURE);

	return value;
}

/**
 * pvhost_numbers - a list of numbers separated by commas
 * @what: the option, for the message
 * @text: as typed
 * @min: the smallest valid number
 * @nr: out: the length of the list
 *
 * Returns the list, which the caller frees.
 */
__u32 *pvhost_numbers(const char *what, const char *text, __u32 min, size_t *nr)
{
	char *words = pvhost_text("%s", text), *rest = words, *word;
	__u32 *numbers = NULL;
	__u64 value;

	for (*nr = 0; (word = strsep(&rest, ",")); (*nr)++) {
		if (pv_number_parse(word, &value) || value < min || value > UINT32_MAX)
			errx(EXIT_FAILURE,
			     "%s: invalid list \"%s\": expected numbers %u..%u separated by commas",
			     what, text, min, UINT32_MAX);

		numbers = reallocarray(numbers, *nr + 1, sizeof(*numbers));
		if (!numbers)
			err(EXIT_FAILURE, "%s", what);
		numbers[*nr] = value;
	}

	free(words);
	return numbers;
}
