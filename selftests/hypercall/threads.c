// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall used by a thousand threads.
 *
 * needs: guest full
 * needs: guest-nohost full
 */
#include "kselftest_harness.h"
#include "threads.h"

FIXTURE(threads)
{
	int fd;
};

FIXTURE_SETUP(threads)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(threads)
{
	close(self->fd);
}

TEST_F_TIMEOUT(threads, a_thousand_threads_use_one_file, 200)
{
	EXPECT_EQ(0, call_by_threads(self->fd, 1000));
}

TEST_HARNESS_MAIN
