/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of many threads through one file.
 */
#ifndef _SELFTEST_HYPERCALL_THREADS_H
#define _SELFTEST_HYPERCALL_THREADS_H

#include <pthread.h>
#include <stdlib.h>

#include "device.h"

#define CALLS		3
#define STACK_SIZE	262144	/* the C library on arm64 needs half of it */

static inline int call_once(int fd)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = PV_HC_UNASSIGNED };
	int err = try_ioctl(fd, PV_HYPERCALL_CALL, &call);

	return err ?: (__s64)call.result[0] == NOT_SUPPORTED ? 0 : -1;
}

static inline void *call_often(void *arg)
{
	struct pv_hypercall_entry entries[4];
	struct pv_hypercall_probe probe;
	int i, fd = *(int *)arg;
	long bad = 0;

	for (i = 0; i < 4; i++)
		entries[i] = (struct pv_hypercall_entry){ .nr = PV_HC_UNASSIGNED };
	for (i = 0; i < CALLS; i++) {
		DECLARE_BATCH(b, entries, 4);

		b.cpu = i ? PV_HYPERCALL_ANY_CPU : 0;
		probe = (struct pv_hypercall_probe){ .size = sizeof(probe), .nr = HARMLESS };
		bad += !!call_once(fd);
		bad += try_ioctl(fd, PV_HYPERCALL_BATCH, &b) || b.done != 4;
		bad += try_ioctl(fd, PV_HYPERCALL_PROBE, &probe) ||
		       probe.answer != PV_HYPERCALL_ANSWERED;
	}
	return (void *)bad;
}

/*
 * Returns the number of calls of @nr threads that failed, or -1 if a thread did not start.
 * All threads wait for the one worker of CPU 0.
 */
static inline long call_by_threads(int fd, unsigned int nr)
{
	pthread_t *threads = calloc(nr, sizeof(*threads));
	unsigned int i, started;
	pthread_attr_t attr;
	long bad = 0;
	void *result;

	if (!threads)
		return -1;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (started = 0; started < nr; started++)
		if (pthread_create(&threads[started], &attr, call_often, &fd))
			break;
	for (i = 0; i < started; i++) {
		pthread_join(threads[i], &result);
		bad += (long)result;
	}
	pthread_attr_destroy(&attr);
	free(threads);
	return started == nr ? bad : -1;
}

#endif /* _SELFTEST_HYPERCALL_THREADS_H */
