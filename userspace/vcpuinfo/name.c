// SPDX-License-Identifier: GPL-2.0
/*
 * Calls, numbers and durations as the user types them.  Each function prints an error and ends the
 * program if the word is invalid.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "userspace/libpv/calls.h"
#include "userspace/libpv/interval.h"
#include "userspace/libpv/number.h"
#include "options.h"

static void __noreturn unknown_call(const char *word)
{
	const struct pv_call *call = NULL;
	bool first = true;

	fprintf(stderr, "%s: unknown call: %s; ", program_invocation_short_name,
		*word ? word : "(empty)");
	while ((call = pv_calls_near(word, call))) {
		fprintf(stderr, "%s%s", first ? "perhaps " : ", ", call->alias[0]);
		first = false;
	}
	fprintf(stderr, "%s'vcpuinfo call --help' lists names\n", first ? "" : "; ");
	exit(STATUS_ERROR);
}

/* The number @word, from @min to @max; @what is the option or operand. */
__u64 name_number(const char *what, const char *word, __u64 min, __u64 max)
{
	__u64 value;

	if (!pv_number_read(what, word, min, max, &value))
		exit(STATUS_ERROR);
	return value;
}

/* Nanoseconds: an interval of up to @max_s seconds; @what is the option. */
__u64 name_duration(const char *what, const char *word, unsigned int max_s)
{
	__u64 ns;

	if (!pv_number_duration(what, word, PV_INTERVAL_MIN_MS, max_s, &ns))
		exit(STATUS_ERROR);
	return ns;
}

/* A call by its number, its name, or the short form of its name. */
void name_call(const char *word, struct planned_call *planned)
{
	const struct pv_call *call;

	/* The driver accepts numbers of 32 bits: no hypervisor assigns longer ones. */
	if (isdigit((unsigned char)*word)) {
		planned->nr = name_number("number of the call", word, 0, UINT32_MAX);
		call = pv_calls_find(planned->nr);
	} else {
		call = pv_calls_named(word);
		if (!call)
			unknown_call(word);
		planned->nr = call->nr;
	}
	if (call)
		snprintf(planned->name, sizeof(planned->name), "%s", call->alias[0]);
	else
		snprintf(planned->name, sizeof(planned->name), "%#llx", planned->nr);
}

/* All names, for --help. */
void name_list(void)
{
	const struct pv_call *call = NULL;

	while ((call = pv_calls_next(call)))
		printf(" %-20s %-32s %#llx\n", call->alias[0], call->name, call->nr);
}
