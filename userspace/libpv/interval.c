// SPDX-License-Identifier: GPL-2.0
/*
 * Intervals of a watch that the user interrupts.
 */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "interval.h"

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
