// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that the user types.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

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
 * pvhost_duration - a duration
 * @what: the option or operand, for the message
 * @text: as typed, see pv_number_duration()
 * @min_ms: the shortest valid duration in milliseconds
 * @max_s: the longest valid duration in seconds
 *
 * Returns nanoseconds.
 */
__u64 pvhost_duration(const char *what, const char *text, unsigned int min_ms, unsigned int max_s)
{
	__u64 ns;

	if (!pv_number_duration(what, text, min_ms, max_s, &ns))
		exit(EXIT_FAILURE);

	return ns;
}

/* The smallest one is kHz. */
static const struct pv_number_unit frequencies[] = {
	{ "", 0 },
	{ "kHz", 0 },
	{ "MHz", 3 },
	{ "GHz", 6 },
};

/**
 * pvhost_freq_parse - read a frequency
 * @text: a number of kHz, or a number with the unit kHz, MHz or GHz
 * @khz: out: kHz
 *
 * Returns false if the text is not a frequency from 1 kHz to UINT32_MAX kHz.
 */
bool pvhost_freq_parse(const char *text, __u64 *khz)
{
	__u64 value;

	if (pv_number_parse(text, &value) &&
	    pv_number_scaled(text, frequencies, ARRAY_SIZE(frequencies), &value))
		return false;

	*khz = value;
	return value && value <= UINT32_MAX;
}

/**
 * pvhost_freq - a frequency
 * @what: the option or operand, for the message
 * @text: as typed
 *
 * Returns kHz.
 */
__u32 pvhost_freq(const char *what, const char *text)
{
	__u64 khz;

	if (!pvhost_freq_parse(text, &khz))
		errx(EXIT_FAILURE,
		     "%s: invalid frequency \"%s\": expected kHz, or a unit as in 1600MHz or 1.6GHz",
		     what, text);

	return khz;
}

/**
 * pvhost_freq_or_none - a frequency, or "none"
 * @what: the option or operand, for the message
 * @text: as typed
 *
 * Returns kHz, or 0 for "none".
 */
__u32 pvhost_freq_or_none(const char *what, const char *text)
{
	return strcmp(text, "none") ? pvhost_freq(what, text) : 0;
}

static bool parse_number(const char *text, __u64 *value)
{
	return !pv_number_parse(text, value) && *value <= UINT32_MAX;
}

static __u32 *read_list(const char *what, const char *text, size_t *nr,
			bool (*parse)(const char *word, __u64 *value), const char *expected)
{
	char *words = pvhost_text("%s", text), *rest = words, *word;
	__u32 *numbers = NULL;
	__u64 value;

	for (*nr = 0; (word = strsep(&rest, ",")); (*nr)++) {
		if (!parse(word, &value))
			errx(EXIT_FAILURE,
			     "%s: invalid list \"%s\": expected %s separated by commas", what,
			     text, expected);

		numbers = reallocarray(numbers, *nr + 1, sizeof(*numbers));
		if (!numbers)
			err(EXIT_FAILURE, "%s", what);
		numbers[*nr] = value;
	}

	free(words);
	return numbers;
}

/**
 * pvhost_numbers - a list of numbers separated by commas
 * @what: the option, for the message
 * @text: as typed
 * @nr: out: the length of the list
 *
 * Returns the list, which the caller frees.
 */
__u32 *pvhost_numbers(const char *what, const char *text, size_t *nr)
{
	return read_list(what, text, nr, parse_number, "numbers 0..4294967295");
}

/**
 * pvhost_freqs - a list of frequencies separated by commas
 * @what: the option, for the message
 * @text: as typed
 * @nr: out: the length of the list
 *
 * Returns the list in kHz, which the caller frees.
 */
__u32 *pvhost_freqs(const char *what, const char *text, size_t *nr)
{
	return read_list(what, text, nr, pvhost_freq_parse, "frequencies, as 800MHz,1.6GHz,");
}
