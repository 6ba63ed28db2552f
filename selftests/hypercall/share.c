// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall shared by fork, dup and threads, and closed while it is in use.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "device.h"
#include "kselftest_harness.h"

#define THREADS		1000
#define CALLS		3
#define STACK_SIZE	262144	/* the C library on arm64 needs half of it */

FIXTURE(share)
{
	int fd;
};

FIXTURE_SETUP(share)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(share)
{
	close(self->fd);
}

static int call_once(int fd)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = PV_HC_UNASSIGNED };
	int err = try_ioctl(fd, PV_HYPERCALL_CALL, &call);

	return err ?: (__s64)call.result[0] == NOT_SUPPORTED ? 0 : -1;
}

TEST_F(share, duplicate_works_after_the_original_is_closed)
{
	int copy = dup(self->fd);

	ASSERT_GE(copy, 0);
	close(self->fd);
	EXPECT_EQ(0, call_once(copy));
	EXPECT_EQ(EBADF, call_once(self->fd));
	close(copy);
}

/* Permission is checked on open only, as for every file. */
TEST_F(share, child_without_cap_sys_admin_can_use_the_file)
{
	int status;
	pid_t child;

	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		if (drop_cap_sys_admin() || open(DEVICE, O_RDWR) >= 0 || errno != EPERM)
			_exit(255);
		_exit(call_once(self->fd));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, call_once(self->fd));
}

static void *call_often(void *arg)
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

/* All threads wait for the one worker of CPU 0. */
TEST_F_TIMEOUT(share, a_thousand_threads_use_one_file, 200)
{
	pthread_t threads[THREADS];
	pthread_attr_t attr;
	long bad = 0;
	void *result;
	int i;

	ASSERT_EQ(0, pthread_attr_init(&attr));
	ASSERT_EQ(0, pthread_attr_setstacksize(&attr, STACK_SIZE));
	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], &attr, call_often, &self->fd));
	for (i = 0; i < THREADS; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], &result));
		bad += (long)result;
	}
	EXPECT_EQ(0, bad);
}

static struct pv_hypercall_latency l = {
	.size = sizeof(l),
	.nr = PV_HC_UNASSIGNED,
	.samples = 20000,
};

static void *measure(void *arg)
{
	return (void *)(long)try_ioctl(*(int *)arg, PV_HYPERCALL_LATENCY, &l);
}

/* A run that has started completes, on a loaded machine as well. */
TEST_F_TIMEOUT(share, latency_run_completes_after_close, 200)
{
	pthread_t thread;
	void *result;

	ASSERT_EQ(0, pthread_create(&thread, NULL, measure, &self->fd));
	usleep(100000);
	close(self->fd);
	ASSERT_EQ(0, pthread_join(thread, &result));
	EXPECT_EQ(0, (long)result);
	EXPECT_EQ(20000, l.samples);
}

TEST_F(share, killed_process_leaves_the_file_usable)
{
	int status;
	pid_t child;

	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		l.samples = PV_HYPERCALL_MAX_SAMPLES;
		_exit(try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &l));
	}
	usleep(100000);
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(0, call_once(self->fd));
}

TEST_F(share, module_cannot_unload_while_the_file_is_open)
{
	EXPECT_EQ(-1, syscall(SYS_delete_module, "pv_hypercall", O_NONBLOCK));
	EXPECT_EQ(EWOULDBLOCK, errno);
	EXPECT_EQ(0, call_once(self->fd));
}

TEST_HARNESS_MAIN
