// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons of exits: their names, and those that the user selects.
 *
 * The names are those of drivers/exits/reason.c, which the guest shows as well.  The running kernel
 * can have reasons that this table lacks.  Their names are in the format of its event kvm_exit.
 * Those in the headers of the build machine are of another kernel.  A reason without a name is a
 * number.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

#define FORMAT		"events/kvm/kvm_exit/format"
#define FORMAT_SIZE	65536

/* The mount points of tracefs: its own, and that below debugfs */
#define TRACEFS		"/sys/kernel/tracing/"
#define DEBUGFS		"/sys/kernel/debug/tracing/"

static struct symbols symbols;

/* Returns 0 or an errno. */
static int read_format(const char *path, char text[FORMAT_SIZE])
{
	FILE *in = fopen(path, "re");
	size_t len;
	int err;

	if (!in)
		return errno;
	len = fread(text, 1, FORMAT_SIZE - 1, in);
	err = ferror(in) ? errno : 0;
	text[len] = '\0';
	fclose(in);
	return err;
}

/* Reads the names of this kernel.  Without them the trace continues, and a line has the reason. */
static void read_names(void)
{
	static char text[FORMAT_SIZE];
	int err = read_format(TRACEFS FORMAT, text);

	if (err && read_format(DEBUGFS FORMAT, text)) {
		warnx("some exit reasons have no names: " TRACEFS FORMAT ": %s%s", strerror(err),
		      err == ENOENT ? ": mount tracefs there" : "");
		return;
	}

	symbols_read(&symbols, text);
	if (!symbols.nr)
		warnx("some exit reasons have no names: " TRACEFS FORMAT " is not understood");
}

static const char *find_known(__u64 reason)
{
	const __u32 isa = reason >> REASON_ISA_SHIFT;

	return pv_reason_name(isa ? : PV_REASON_ARM64, reason);
}

static const char *find_symbol(__u64 reason)
{
	const __u32 isa = reason >> REASON_ISA_SHIFT;

	if (isa)
		return symbols_find(&symbols, "exit_reason", isa, reason);
	if (reason >= REASON_CODE)
		return symbols_find(&symbols, "ret", 0, reason - REASON_CODE);
	return symbols_find(&symbols, "esr_ec", 0, reason);
}

/**
 * reason_name - the name of an exit reason
 * @reason: as the programs count it, see state.h
 *
 * Returns NULL if it has no name.
 */
const char *reason_name(__u64 reason)
{
	const char *name = find_known(reason);
	static bool read;

	if (name)
		return name;
	if (!read) {
		read_names();
		read = true;
	}
	return find_symbol(reason);
}

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
 * @reason: as the programs count it, see state.h
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
