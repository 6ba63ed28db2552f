// SPDX-License-Identifier: GPL-2.0
/*
 * burst SECONDS: a load that comes and goes, one task for each CPU, the same in each run.
 *
 * A task computes for 1 to 32 ms of its own time and sleeps for 1 to 64 ms, in turn;
 * every eighth time it computes for eight times as long, so that a governor has
 * something to follow.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/types.h>

#define MS		1000000LL
#define SECOND		(1000 * MS)
#define BUSY_MS		32
#define IDLE_MS		64
#define LONG_EACH	8

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

static void busy(__s64 ns)
{
	__s64 end = now(CLOCK_THREAD_CPUTIME_ID) + ns;

	while (now(CLOCK_THREAD_CPUTIME_ID) < end)
		;
}

static void idle(__s64 ns)
{
	struct timespec ts = { .tv_sec = ns / SECOND, .tv_nsec = ns % SECOND };

	nanosleep(&ts, NULL);
}

static void task(__u32 seed, __s64 end)
{
	unsigned int turn;

	for (turn = 1; now(CLOCK_MONOTONIC) < end; turn++) {
		__s64 ms = 1 + next(&seed) % BUSY_MS;

		busy(ms * (turn % LONG_EACH ? 1 : LONG_EACH) * MS);
		idle((1 + next(&seed) % IDLE_MS) * MS);
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
		switch (fork()) {
		case -1:
			err(EXIT_FAILURE, "fork");
		case 0:
			task(0x9e3779b9 + cpu, end);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return EXIT_SUCCESS;
}
