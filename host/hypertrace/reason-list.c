// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons of exits that the user selects.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"
#include "reason.h"
#include "userspace/libpv/number.h"

#define MAX_LISTED	64

/* Reasons above this number, apart from those of KVM, have no names. */
#define MAX_NAMED	0x500

/**
 * struct reasons - a list of reasons
 * @words: the list as typed
 * @nr: number of words
 */
struct reasons {
	char *words[MAX_LISTED];
	size_t nr;
};

static bool is_named(const char *word)
{
	unsigned int set;
	__u32 reason;
	const char *name;

	for (set = PV_REASON_VMX; set <= PV_REASON_ARM64; set++) {
		for (reason = 0; reason < MAX_NAMED; reason++) {
			name = pv_reason_name(set, reason);
			if (name && !strcasecmp(name, word))
				return true;
		}
	}

	return false;
}

/**
 * reason_list - parse a list of reasons
 * @text: names or numbers with commas between them
 *
 * Returns the list.
 */
const struct reasons *reason_list(const char *text)
{
	static struct reasons reasons;
	char *rest = pvhost_text("%s", text), *word;
	__u64 number;

	while ((word = strsep(&rest, ","))) {
		if (pv_number_parse(word, &number) && !is_named(word))
			errx(EXIT_FAILURE,
			     "--reason: unknown reason \"%s\": expected a number, or a name as in the column NAME",
			     word);
		if (reasons.nr == MAX_LISTED)
			errx(EXIT_FAILURE, "--reason: more than %d reasons", MAX_LISTED);
		reasons.words[reasons.nr++] = word;
	}

	return &reasons;
}

/**
 * reason_listed - search a reason in a list
 * @reasons: the list
 * @reason: as the programs count it, see reason.h
 */
bool reason_listed(const struct reasons *reasons, __u64 reason)
{
	const char *name = reason_name(reason);
	__u64 number;
	size_t i;

	for (i = 0; i < reasons->nr; i++) {
		if (!pv_number_parse(reasons->words[i], &number)) {
			if (number == (__u32)reason)
				return true;
		} else if (name && !strcasecmp(name, reasons->words[i])) {
			return true;
		}
	}

	return false;
}
