/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fails the Nth allocation or user copy of a system call, for N = 1 until the call needs fewer of
 * them, by /proc/thread-self/fail-nth (Documentation/fault-injection of Linux).
 */
#ifndef _SELFTESTS_FAIL_NTH_H
#define _SELFTESTS_FAIL_NTH_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

#define FAIL_NTH_FILE	"/proc/thread-self/fail-nth"
#define FAIL_NTH_DEBUG	"/sys/kernel/debug"
/* No call needs as many allocations. */
#define FAIL_NTH_MAX	5000

/**
 * struct fail_nth - a call
 * @name: of the test
 * @prepare: called before each call, NULL: nothing to prepare
 * @call: makes the call; returns 0 or an errno
 * @check: called after each call with what it returned; returns whether the state is valid, and
 *         undoes the call
 */
struct fail_nth {
	const char *name;
	void (*prepare)(void);
	int (*call)(void);
	bool (*check)(int err);
};

static inline bool fail_nth_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	return done;
}

/*
 * By default the kernel fails no allocation of pages that may wait, none of single pages, and logs
 * the stack of each failure.
 */
static const struct {
	const char *file;
	const char *value;
} fail_nth_settings[] = {
	{ FAIL_NTH_DEBUG "/failslab/verbose", "0" },
	{ FAIL_NTH_DEBUG "/fail_page_alloc/ignore-gfp-wait", "N" },
	{ FAIL_NTH_DEBUG "/fail_page_alloc/min-order", "0" },
	{ FAIL_NTH_DEBUG "/fail_page_alloc/verbose", "0" },
	{ FAIL_NTH_DEBUG "/fail_usercopy/verbose", "0" },
};

/*
 * Skips the program if the kernel cannot inject faults.  By default failslab fails no allocation
 * that may wait.
 */
static inline int fail_nth_open(void)
{
	int fd = open(FAIL_NTH_FILE, O_RDWR | O_CLOEXEC);
	size_t i;

	if (fd < 0)
		ksft_exit_skip("%s: %s; the kernel lacks CONFIG_FAULT_INJECTION\n", FAIL_NTH_FILE,
			       strerror(errno));
	if (access(FAIL_NTH_DEBUG "/failslab", F_OK))
		mount("debugfs", FAIL_NTH_DEBUG, "debugfs", 0, NULL);
	if (!fail_nth_write(FAIL_NTH_DEBUG "/failslab/ignore-gfp-wait", "N"))
		ksft_exit_skip("%s/failslab: %s; the kernel lacks CONFIG_FAILSLAB\n",
			       FAIL_NTH_DEBUG, strerror(errno));
	for (i = 0; i < ARRAY_SIZE(fail_nth_settings); i++)
		fail_nth_write(fail_nth_settings[i].file, fail_nth_settings[i].value);
	return fd;
}

/* The user copies of this read and of this write count as well, and can be those that fail. */
static inline bool fail_nth_end(int fd)
{
	char text[16] = "";
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
	int tries = FAIL_NTH_MAX;

	while (pwrite(fd, "0", 1, 0) < 0) {
		if (errno != EFAULT || !tries--)
			ksft_exit_fail_msg("%s: %s\n", FAIL_NTH_FILE, strerror(errno));
	}
	return len > 0 && !strtoul(text, NULL, 10);
}

/* Makes the call with a failure of its allocation @n; returns whether there was one. */
static inline bool fail_nth_call(int fd, const struct fail_nth *call, int n, int *err)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	if (pwrite(fd, text, strlen(text), 0) < 0)
		ksft_exit_fail_msg("%s: %s\n", FAIL_NTH_FILE, strerror(errno));
	*err = call->call();
	return fail_nth_end(fd);
}

/*
 * One test: each failure ends the call with ENOMEM or EFAULT, or does not matter to it, and leaves
 * a valid state.  @min failures must occur.
 */
static inline void fail_nth_test(int fd, const struct fail_nth *call, int min)
{
	int n, err, failed = 0;
	bool injected = true, valid = true;

	for (n = 1; injected && valid && n < FAIL_NTH_MAX; n++) {
		if (call->prepare)
			call->prepare();
		injected = fail_nth_call(fd, call, n, &err);
		failed += injected && err;
		valid = injected ? !err || err == ENOMEM || err == EFAULT : !err;
		if (!valid)
			ksft_print_msg("failure %d: the call returns %s\n", n, strerror(err));
		if (!call->check(err)) {
			ksft_print_msg("failure %d: the state is invalid\n", n);
			valid = false;
		}
	}
	ksft_print_msg("%d failures, %d of them ended the call\n", n - 2, failed);
	ksft_test_result(valid && !injected && failed >= min, "%s\n", call->name);
}

#endif /* _SELFTESTS_FAIL_NTH_H */
