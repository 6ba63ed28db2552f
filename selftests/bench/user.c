// SPDX-License-Identifier: GPL-2.0
/*
 * user NAME: measures an operation of user space.  The output has the format of the files of
 * pv_bench.ko:
 *
 *	INSTRUCTIONS EXITS	EXITS is - if the host does not report exits
 *	- - REASON		the operation cannot be measured
 *
 * Both numbers are those of one call; a batch has several.  A run of a program is one call.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/pv_exits.h>
#include <linux/pv_hypercall.h>

#include "counter.h"

#define DEVICE		"/dev/pv_hypercall"
#define EXITS		"/dev/pv_exits"
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct user_bench - operation that can be measured
 * @name: name
 * @once: run the operation once and store its duration in ticks; return 0 or an errno;
 *        NULL: this architecture lacks the operation
 * @runs: number of runs
 * @calls: calls of one run
 */
struct user_bench {
	const char *name;
	int (*once)(__u64 *ticks);
	unsigned int runs;
	unsigned int calls;
};

static int syscall_once(__u64 *ticks);
static int unknown_once(__u64 *ticks);
static int call_once(__u64 *ticks);
static int batch_1_once(__u64 *ticks);
static int batch_16_once(__u64 *ticks);
static int batch_1024_once(__u64 *ticks);
static int exits_read_once(__u64 *ticks);
static int lscpu_once(__u64 *ticks);
static int vcpuinfo_once(__u64 *ticks);
static int vcpuinfo_all_once(__u64 *ticks);

static const struct user_bench benches[] = {
	{ "syscall",		syscall_once,		1000,	1 },
	{ "ioctl-unknown",	unknown_once,		1000,	1 },
	{ "ioctl-call",		call_once,		1000,	1 },
	{ "ioctl-batch-1",	batch_1_once,		1000,	1 },
	{ "ioctl-batch-16",	batch_16_once,		1000,	16 },
	{ "ioctl-batch-1024",	batch_1024_once,	64,	1024 },
	{ "hypercall-cpl3",	bench_cpl3,		1000,	1 },
	{ "exits-read",		exits_read_once,	1000,	1 },
	{ "lscpu",		lscpu_once,		32,	1 },
	{ "vcpuinfo",		vcpuinfo_once,		32,	1 },
	{ "vcpuinfo-all",	vcpuinfo_all_once,	4,	1 },
};

static int device;
static struct pv_hypercall_entry *entries;	/* PV_HYPERCALL_MAX_BATCH entries */
static posix_spawn_file_actions_t silent;	/* of programs: no output */

/* The system call with the lowest cost: the cost of entering and leaving the kernel */
static int syscall_once(__u64 *ticks)
{
	__u64 begin = bench_counter();
	long pid = syscall(SYS_getppid);

	*ticks = bench_counter() - begin;
	return pid >= 0 ? 0 : EPROTO;
}

/* An ioctl without a hypercall: the cost of the system call */
static int unknown_once(__u64 *ticks)
{
	__u64 begin = bench_counter();
	int rc = ioctl(device, _IO(PV_HYPERCALL_IOC, 0xff), NULL);

	*ticks = bench_counter() - begin;
	return rc && errno == ENOTTY ? 0 : EPROTO;
}

static int call_once(__u64 *ticks)
{
	static struct pv_hypercall_call call = {
		.size = sizeof(call),
		.nr = PV_HC_UNASSIGNED,
	};
	__u64 begin = bench_counter();
	int rc = ioctl(device, PV_HYPERCALL_CALL, &call);

	*ticks = bench_counter() - begin;
	if (rc)
		return errno;
	return (__s64)call.result[0] == -BENCH_ENOSYS ? 0 : EPROTO;
}

static int batch_once(__u64 *ticks, __u32 count)
{
	struct pv_hypercall_batch batch = {
		.size = sizeof(batch),
		.cpu = PV_HYPERCALL_ANY_CPU,
		.count = count,
		.entries = (uintptr_t)entries,
		.entry_size = sizeof(*entries),
	};
	__u64 begin;
	int rc;

	entries[count - 1].result[0] = 0;
	begin = bench_counter();
	rc = ioctl(device, PV_HYPERCALL_BATCH, &batch);
	*ticks = bench_counter() - begin;
	if (rc)
		return errno;
	return batch.done == count &&
	       (__s64)entries[count - 1].result[0] == -BENCH_ENOSYS ? 0 : EPROTO;
}

static int batch_1_once(__u64 *ticks)
{
	return batch_once(ticks, 1);
}

static int batch_16_once(__u64 *ticks)
{
	return batch_once(ticks, 16);
}

static int batch_1024_once(__u64 *ticks)
{
	return batch_once(ticks, 1024);
}

/* All counters of vCPU 0 */
static int exits_read_once(__u64 *ticks)
{
	static struct pv_exits_stat stats[256];
	static int exits = -1;
	struct pv_exits_read read = {
		.size = sizeof(read),
		.nr = ARRAY_SIZE(stats),
		.stats = (uintptr_t)stats,
		.stat_size = sizeof(stats[0]),
	};
	__u64 begin;
	int rc;

	if (exits < 0)
		exits = open(EXITS, O_RDWR | O_CLOEXEC);
	if (exits < 0)
		return errno;
	begin = bench_counter();
	rc = ioctl(exits, PV_EXITS_READ, &read);
	*ticks = bench_counter() - begin;
	if (rc)
		return errno;
	return read.nr && stats[0].count ? 0 : EPROTO;
}

/* A program from its start to its end: the cost of all that a user waits for */
static int program_once(__u64 *ticks, char *const argv[])
{
	__u64 begin = bench_counter();
	int status, rc = posix_spawn(&(pid_t){ 0 }, argv[0], &silent, NULL, argv, environ);

	if (rc)
		return rc;
	if (wait(&status) < 0)
		return errno;
	*ticks = bench_counter() - begin;
	return status ? EPROTO : 0;
}

static int lscpu_once(__u64 *ticks)
{
	static char *const argv[] = { "/usr/bin/lscpu", NULL };

	return program_once(ticks, argv);
}

static int vcpuinfo_once(__u64 *ticks)
{
	static char *const argv[] = { "/usr/bin/vcpuinfo", NULL };

	return program_once(ticks, argv);
}

static int vcpuinfo_all_once(__u64 *ticks)
{
	static char *const argv[] = { "/usr/bin/vcpuinfo", "--all", NULL };

	return program_once(ticks, argv);
}

static int empty_once(__u64 *ticks)
{
	__u64 begin = bench_counter();

	*ticks = bench_counter() - begin;
	return 0;
}

static void on_undefined(int signal)
{
	static const char line[] = "- - the instruction is undefined\n";

	_exit(write(STDOUT_FILENO, line, sizeof(line) - 1) < 0);
}

/* Read the number of exits of this CPU, up to the exit of the call that reads it. */
static bool exits_now(__u64 *exits)
{
	struct pv_hypercall_vcpu_info info = { .size = sizeof(info), .cpu = 0 };

	if (ioctl(device, PV_HYPERCALL_VCPU_INFO, &info) || info.status ||
	    !(info.out_flags & PV_HYPERCALL_VCPU_EXITS))
		return false;
	*exits = info.exits;
	return true;
}

static int loop(const struct user_bench *bench, __u64 *fewest)
{
	unsigned int i;
	__u64 ticks;
	int rc;

	*fewest = UINT64_MAX;
	for (i = 0; i < bench->runs; i++) {
		bench_use_vectors();
		rc = bench->once(&ticks);
		if (rc)
			return rc;
		if (ticks < *fewest)
			*fewest = ticks;
	}
	return 0;
}

static void run(const struct user_bench *bench)
{
	static const struct user_bench empty = { "empty", empty_once, 1000, 1 };
	__u64 overhead, fewest, before, after, calls = bench->runs * bench->calls;
	bool known;
	int rc;

	loop(&empty, &overhead);
	known = exits_now(&before);
	rc = loop(bench, &fewest);
	known = exits_now(&after) && known;

	if (rc) {
		printf("- - %s\n", rc == ENOTTY ? "the driver lacks this ioctl" : strerror(rc));
		return;
	}

	printf("%llu ", (fewest - overhead + bench->calls / 2) / bench->calls);
	/*
	 * Subtract the exit of the second exits_now().  Interrupts of the host cause a few exits
	 * as well, so round.
	 */
	if (known)
		printf("%llu\n", (after - before - 1 + calls / 2) / calls);
	else
		printf("-\n");
}

int main(int argc, char **argv)
{
	const struct user_bench *bench = NULL;
	size_t i;

	for (i = 0; argc == 2 && i < ARRAY_SIZE(benches); i++)
		if (!strcmp(benches[i].name, argv[1]) && benches[i].once)
			bench = &benches[i];
	if (!bench)
		errx(EXIT_FAILURE, "missing, unknown or unsupported name; usage: user NAME");

	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(EXIT_FAILURE, DEVICE);
	entries = aligned_alloc(4096, PV_HYPERCALL_MAX_BATCH * sizeof(*entries));
	if (!entries)
		err(EXIT_FAILURE, "aligned_alloc");
	memset(entries, 0, PV_HYPERCALL_MAX_BATCH * sizeof(*entries));
	for (i = 0; i < PV_HYPERCALL_MAX_BATCH; i++)
		entries[i].nr = PV_HC_UNASSIGNED;
	errno = posix_spawn_file_actions_init(&silent);
	if (!errno)
		errno = posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null",
							 O_WRONLY, 0);
	if (errno)
		err(EXIT_FAILURE, "posix_spawn_file_actions");

	signal(SIGILL, on_undefined);
	run(bench);
	return EXIT_SUCCESS;
}
