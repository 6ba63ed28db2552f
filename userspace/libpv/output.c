// SPDX-License-Identifier: GPL-2.0
/*
 * What a program writes, once or at intervals: standard output, and files that it replaces.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libpv.h"

/* A program must not succeed if its standard output is lost. */

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
static void check_stdout(void)
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
 * pv_stdout_begin - check_stdout standard output at each end of the program by exit()
 * @failure: exit status of the program if its output is lost
 */
void pv_stdout_begin(int failure)
{
	exit_failure = failure;
	if (atexit(check_stdout))
		err(failure, "atexit");
}

/**
 * pv_stdout_flush - write what has been printed, and end the program if that fails
 */
void pv_stdout_flush(void)
{
	check_stdout();
}

/* Intervals, until the user interrupts */

/**
 * pv_interval_now - nanoseconds since some time that does not change
 */
__u64 pv_interval_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static sigset_t pv_interval_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	return set;
}

/**
 * pv_interval_begin - from here on SIGINT is taken by pv_interval_wait() alone
 *
 * So that it comes in the midst of no line.
 */
void pv_interval_begin(void)
{
	const sigset_t signals = pv_interval_signals();

	sigprocmask(SIG_BLOCK, &signals, NULL);
}

/**
 * pv_interval_wait - wait for the end of an interval
 * @end: by pv_interval_now()
 *
 * Return: false where the user has had enough.
 */
bool pv_interval_wait(__u64 end)
{
	const sigset_t signals = pv_interval_signals();
	struct timespec timeout;
	__u64 now, left;

	for (;;) {
		now = pv_interval_now();
		left = end > now ? end - now : 0;
		timeout.tv_sec = left / NSEC_PER_SEC;
		timeout.tv_nsec = left % NSEC_PER_SEC;
		if (sigtimedwait(&signals, NULL, &timeout) >= 0)
			return false;
		if (errno == EAGAIN)
			return true;
	}
}

/*
 * A file is replaced in one step, without following symbolic links.
 *
 * The user who owns the folder may have put a link or a file of another user at the path, and
 * may read the path at any time.  So the new contents are in a new file, which replaces
 * the old one by rename(2).  rename(2) replaces a link and not its target.
 */

#define TRIES	16

/* Begins with a dot and has another suffix, so that readers of a folder ignore the file. */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? slash - path + 1 : 0;
	unsigned int number;
	char *name;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number) ||
	    asprintf(&name, "%.*s.%s.%08x", dir, path, path + dir, number) < 0)
		return NULL;
	return name;
}

/**
 * pv_replace_begin - create the new file
 * @r: out: the replacement, for pv_replace_commit() or pv_replace_abort()
 * @path: file to replace; does not have to exist
 *
 * The mode of the new file is 0644 without the bits of the umask.
 *
 * Return: 0 or a negative errno.
 */
int pv_replace_begin(struct pv_replace *r, const char *path)
{
	int i, err;

	r->path = strdup(path);
	if (!r->path)
		return -ENOMEM;

	for (i = 0; i < TRIES; i++) {
		r->temporary = temporary_name(path);
		if (!r->temporary)
			break;
		r->fd = open(r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			     0644);
		if (r->fd >= 0)
			return 0;
		err = errno;
		free(r->temporary);
		errno = err;
		if (err != EEXIST)
			break;
	}

	err = errno;
	free(r->path);
	return -err;
}

static void release(struct pv_replace *r)
{
	close(r->fd);
	free(r->temporary);
	free(r->path);
}

/**
 * pv_replace_commit - let the new file replace the old one
 * @r: replacement, which ends
 *
 * Return: 0; or a negative errno, and the old file is unchanged.
 */
int pv_replace_commit(struct pv_replace *r)
{
	struct stat st;
	int err = 0;

	/* rename(2) would replace a device, too. */
	if (!lstat(r->path, &st) && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		err = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	else if (fsync(r->fd) || rename(r->temporary, r->path))
		err = -errno;

	if (err)
		unlink(r->temporary);
	release(r);
	return err;
}

/**
 * pv_replace_abort - remove the new file
 * @r: replacement, which ends; the old file is unchanged
 */
void pv_replace_abort(struct pv_replace *r)
{
	unlink(r->temporary);
	release(r);
}
