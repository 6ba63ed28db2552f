// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall shared by fork, dup and threads, and closed while it is in use.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "threads.h"

#define SAMPLES		10000

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

TEST_F(share, a_hundred_threads_use_one_file)
{
	EXPECT_EQ(0, call_by_threads(self->fd, 100));
}

static struct pv_hypercall_latency l = {
	.size = sizeof(l),
	.nr = PV_HC_UNASSIGNED,
	.samples = SAMPLES,
};

static atomic_bool started;

static void *measure(void *arg)
{
	started = true;
	return (void *)(long)try_ioctl(*(int *)arg, PV_HYPERCALL_LATENCY, &l);
}

/* A run that has started completes, on a loaded machine as well. */
TEST_F_TIMEOUT(share, latency_run_completes_after_close, 200)
{
	pthread_t thread;
	void *result;

	ASSERT_EQ(0, pthread_create(&thread, NULL, measure, &self->fd));
	while (!started)
		usleep(1000);
	usleep(100000);
	close(self->fd);
	ASSERT_EQ(0, pthread_join(thread, &result));
	EXPECT_EQ(0, (long)result);
	EXPECT_EQ(SAMPLES, l.done);
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
