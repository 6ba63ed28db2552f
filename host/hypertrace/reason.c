// SPDX-License-Identifier: GPL-2.0
/*
 * Names of exit reasons.  The running kernel has them in the format of its event kvm_exit.
 * Those in the headers of the build machine are of another kernel, which can lack reasons.
 * A reason without a name is a number.
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

/**
 * reason_open - read the names of this kernel
 *
 * Without them the trace goes on, and a line says why there are none.
 */
void reason_open(void)
{
	static char text[FORMAT_SIZE];
	int err = read_format(TRACEFS FORMAT, text);

	if (err && read_format(DEBUGFS FORMAT, text)) {
		warnx("exit reasons have no names: " TRACEFS FORMAT ": %s%s", strerror(err),
		      err == ENOENT ? ": mount tracefs there" : "");
		return;
	}

	symbols_read(&symbols, text);
	if (!symbols.nr)
		warnx("exit reasons have no names: " TRACEFS FORMAT " is not understood");
}

/**
 * reason_name - the name of an exit reason
 * @reason: as the programs count it, see reason.h
 *
 * Returns NULL if it has no name.
 */
const char *reason_name(__u64 reason)
{
	return reason_find(&symbols, reason);
}
