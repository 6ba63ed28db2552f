// SPDX-License-Identifier: GPL-2.0
/*
 * burst SECONDS: a bursty load, identical in each run.  Each CPU has one task that computes
 * for 60 to 180 ms of CPU time, then sleeps for 150 to 450 ms, and one that computes for
 * 1 ms of every 8 ms, like a program that draws frames.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/types.h>

#define MS		1000000LL
#define SECOND		(1000 * MS)
#define BUSY_MS		60
#define IDLE_MS		150
#define FRAME_BUSY_MS	1
#define FRAME_IDLE_MS	7
#define WORK		10000		/* tens of microseconds */

static __s64 now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

/* Marsaglia's xorshift, with the shifts 13, 17, 5 */
static __u32 next(__u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Computes, and reads the clock rarely, because that clock is a system call. */
static void busy(__s64 ns)
{
	__s64 end = now(CLOCK_THREAD_CPUTIME_ID) + ns;
	unsigned int work;

	while (now(CLOCK_THREAD_CPUTIME_ID) < end) {
		/* The asm prevents the compiler from removing the loop. */
		for (work = 0; work < WORK; work++)
			__asm__ volatile("" : "+r" (work));
	}
}

static void idle(__s64 ns)
{
	struct timespec ts = { .tv_sec = ns / SECOND, .tv_nsec = ns % SECOND };

	nanosleep(&ts, NULL);
}

/* A random time from @ms to 3 * @ms */
static __s64 about(__u32 *state, __s64 ms)
{
	return (ms + next(state) % (2 * ms + 1)) * MS;
}

static void run_bursts(__u32 seed, __s64 end)
{
	while (now(CLOCK_MONOTONIC) < end) {
		busy(about(&seed, BUSY_MS));
		idle(about(&seed, IDLE_MS));
	}
}

static void run_frames(__u32 seed, __s64 end)
{
	while (now(CLOCK_MONOTONIC) < end) {
		busy(FRAME_BUSY_MS * MS);
		idle(FRAME_IDLE_MS * MS);
	}
}

static void start(void (*task)(__u32 seed, __s64 end), __u32 seed, __s64 end)
{
	switch (fork()) {
	case -1:
		err(EXIT_FAILURE, "fork");
	case 0:
		task(seed, end);
		_exit(0);
	}
}

int main(int argc, char **argv)
{
	long cpu, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	__s64 end;

	if (argc != 2 || atoi(argv[1]) <= 0)
		errx(EXIT_FAILURE, "usage: burst SECONDS");

	end = now(CLOCK_MONOTONIC) + atoi(argv[1]) * SECOND;
	for (cpu = 0; cpu < cpus; cpu++) {
		start(run_bursts, 0x9e3779b9 + cpu, end);
		start(run_frames, 0, end);
	}
	while (wait(NULL) > 0)
		;
	return EXIT_SUCCESS;
}
