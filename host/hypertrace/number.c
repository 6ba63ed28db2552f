// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls, by number or by name.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"
#include "userspace/libpv/calls.h"
#include "userspace/libpv/number.h"

static __u64 read_one(const char *word)
{
	const struct pv_call *call;
	__u64 value;

	if (!pv_number_parse(word, &value))
		return value;

	call = pv_calls_named(word);
	if (call)
		return call->nr;
	call = pv_calls_near(word, NULL);
	if (call)
		errx(EXIT_FAILURE, "--call: unknown hypercall \"%s\": did you mean %s?", word,
		     call->alias[0]);
	errx(EXIT_FAILURE, "--call: unknown hypercall \"%s\": give its number", word);
}

/**
 * number_list - hypercalls that are meant
 * @opts: gets them added
 * @text: numbers and names with commas between them
 */
void number_list(struct options *opts, const char *text)
{
	char *words = strdup(text), *rest = words, *word;

	if (!words)
		err(EXIT_FAILURE, "--call");
	while ((word = strsep(&rest, ","))) {
		if (opts->state.nr_numbers == STATE_WANTED)
			errx(EXIT_FAILURE, "--call: more than %d hypercalls", STATE_WANTED);
		opts->state.numbers[opts->state.nr_numbers++] = read_one(word);
	}
	free(words);
}

const char *number_name(__u64 nr)
{
	const struct pv_call *call = pv_calls_find(nr);

	return call ? call->name : NULL;
}
