// SPDX-License-Identifier: GPL-2.0
/*
 * Names of exit reasons: those of drivers/exits/reason.c, which the guest shows as well.  The
 * running kernel can have reasons that this table lacks.  Their names are in the format of its
 * event kvm_exit.  Those in the headers of the build machine are of another kernel.  A reason
 * without a name is a number.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hypertrace.h"
#include "reason.h"

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

/**
 * reason_name - the name of an exit reason
 * @reason: as the programs count it, see reason.h
 *
 * Returns NULL if it has no name.
 */
const char *reason_name(__u64 reason)
{
	const char *name = reason_known(reason);
	static bool read;

	if (name)
		return name;
	if (!read) {
		read_names();
		read = true;
	}
	return reason_find(&symbols, reason);
}
