// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall in a kernel that is locked down.  Lockdown ends with the next boot, so
 * no test that loads a module can run after this one.
 *
 * needs: guest-last check each-kernel
 */
#include <sys/mount.h>

#include "device.h"
#include "kselftest_harness.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"

TEST(lockdown_rejects_call_and_batch_only)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = HARMLESS };
	struct pv_hypercall_entry entry = { .nr = HARMLESS };
	struct pv_hypercall_latency latency = {
		.size = sizeof(latency), .nr = HARMLESS, .samples = 1,
	};
	struct pv_hypercall_times times;
	struct pv_hypercall_tagged tagged = {
		.size = sizeof(tagged), .nr = HARMLESS, .samples = 1, .times = (uintptr_t)&times,
	};
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };
	struct pv_hypercall_probe probe = { .size = sizeof(probe), .nr = HARMLESS };
	DECLARE_BATCH(batch, &entry, 1);
	int fd, lockdown;

	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, try_ioctl(fd, PV_HYPERCALL_CALL, &call));
	ASSERT_EQ(0, try_ioctl(fd, PV_HYPERCALL_BATCH, &batch));

	mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	lockdown = open(LOCKDOWN, O_WRONLY | O_CLOEXEC);
	if (lockdown < 0)
		SKIP(return, "this kernel has no lockdown");
	ASSERT_EQ(9, write(lockdown, "integrity", 9));
	close(lockdown);

	EXPECT_EQ(EPERM, try_ioctl(fd, PV_HYPERCALL_CALL, &call));
	batch.done = 1;
	EXPECT_EQ(EPERM, try_ioctl(fd, PV_HYPERCALL_BATCH, &batch));
	EXPECT_EQ(0, batch.done);
	/* Ioctls without arguments of the caller's choice still work. */
	EXPECT_EQ(0, try_ioctl(fd, PV_HYPERCALL_NOP, &nop));
	EXPECT_EQ(0, try_ioctl(fd, PV_HYPERCALL_PROBE, &probe));
	EXPECT_EQ(0, try_ioctl(fd, PV_HYPERCALL_LATENCY, &latency));
	EXPECT_EQ(0, try_ioctl(fd, PV_HYPERCALL_TAGGED, &tagged));
	close(fd);
}

TEST_HARNESS_MAIN
