// SPDX-License-Identifier: GPL-2.0
/*
 * burst SECONDS: a load that comes and goes, the same in each run: for each CPU a task
 * that computes for 60 to 180 ms of its own time and sleeps for 150 to 450 ms, in turn,
 * and one that computes for 1 ms of every 8, as if it drew.
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
#define BEAT_BUSY_MS	1
#define BEAT_IDLE_MS	7
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

/* Computes, and asks now and then: that clock is a system call. */
static void busy(__s64 ns)
{
	__s64 end = now(CLOCK_THREAD_CPUTIME_ID) + ns;
	unsigned int work;

	while (now(CLOCK_THREAD_CPUTIME_ID) < end) {
		/* A loop that the compiler leaves alone */
		for (work = 0; work < WORK; work++)
			__asm__ volatile("" : "+r" (work));
	}
}

static void idle(__s64 ns)
{
	struct timespec ts = { .tv_sec = ns / SECOND, .tv_nsec = ns % SECOND };

	nanosleep(&ts, NULL);
}

/* From @ms to three times as much */
static __s64 about(__u32 *state, __s64 ms)
{
	return (ms + next(state) % (2 * ms + 1)) * MS;
}

static void come_and_go(__u32 seed, __s64 end)
{
	while (now(CLOCK_MONOTONIC) < end) {
		busy(about(&seed, BUSY_MS));
		idle(about(&seed, IDLE_MS));
	}
}

static void beat(__u32 seed, __s64 end)
{
	while (now(CLOCK_MONOTONIC) < end) {
		busy(BEAT_BUSY_MS * MS);
		idle(BEAT_IDLE_MS * MS);
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
		errx(EXIT_FAILURE, "say for how many seconds");

	end = now(CLOCK_MONOTONIC) + atoi(argv[1]) * SECOND;
	for (cpu = 0; cpu < cpus; cpu++) {
		start(come_and_go, 0x9e3779b9 + cpu, end);
		start(beat, 0, end);
	}
	while (wait(NULL) > 0)
		;
	return EXIT_SUCCESS;
}
