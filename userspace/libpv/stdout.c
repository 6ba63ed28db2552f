// SPDX-License-Identifier: GPL-2.0
/*
 * Standard output: a program must not succeed if its output is lost.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stdout.h"

static int exit_failure;

/*
 * libsmartcols does not keep the reason why a write failed.  Another write usually fails for the
 * same reason; the output is incomplete already.
 */
static int find_reason(void)
{
	return write(STDOUT_FILENO, "\n", 1) < 0 ? errno : 0;
}

/* Writes the buffer; ends the program without the other handlers of exit() if that fails. */
static void check(void)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (!fflush(stdout) && !failed)
		return;

	if (!errno)
		errno = find_reason();
	if (errno)
		warn("write error");
	else
		warnx("write error");
	_exit(exit_failure);
}

/**
 * pv_stdout_begin - check standard output at each end of the program by exit()
 * @failure: exit status of the program if its output is lost
 */
void pv_stdout_begin(int failure)
{
	exit_failure = failure;
	if (atexit(check))
		err(failure, "atexit");
}

/**
 * pv_stdout_flush - write what has been printed, and end the program if that fails
 */
void pv_stdout_flush(void)
{
	check();
}
