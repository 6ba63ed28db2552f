// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: PV_HYPERCALL_RESTRICT disables the given ioctls of one file.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <sys/wait.h>

#include "device.h"
#include "kselftest_harness.h"

FIXTURE(restriction)
{
	int fd;
};

FIXTURE_SETUP(restriction)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(restriction)
{
	close(self->fd);
}

static int restrict_to(int fd, __u32 *allowed)
{
	struct pv_hypercall_restrict r = { .size = sizeof(r), .allow = *allowed };
	int err = try_ioctl(fd, PV_HYPERCALL_RESTRICT, &r);

	*allowed = r.allowed;
	return err;
}

/* The error of the ioctl that @bit allows */
static int try_bit(int fd, __u32 bit)
{
	struct pv_hypercall_query query = { .size = sizeof(query) };
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };
	struct pv_hypercall_vcpu_info info = { .size = sizeof(info) };
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = HARMLESS };
	struct pv_hypercall_entry entry = { .nr = HARMLESS };
	DECLARE_BATCH(batch, &entry, 1);
	struct pv_hypercall_latency latency = {
		.size = sizeof(latency), .nr = HARMLESS, .samples = 1,
	};
	struct pv_hypercall_times times;
	struct pv_hypercall_tagged tagged = {
		.size = sizeof(tagged), .nr = HARMLESS, .samples = 1, .times = (uintptr_t)&times,
	};
	struct pv_hypercall_probe probe = { .size = sizeof(probe), .nr = HARMLESS };
	int err;

	switch (bit) {
	case PV_HYPERCALL_ALLOW_QUERY:
		return try_ioctl(fd, PV_HYPERCALL_QUERY, &query);
	case PV_HYPERCALL_ALLOW_NOP:
		return try_ioctl(fd, PV_HYPERCALL_NOP, &nop);
	case PV_HYPERCALL_ALLOW_VCPU_INFO:
		return try_ioctl(fd, PV_HYPERCALL_VCPU_INFO, &info);
	case PV_HYPERCALL_ALLOW_CALL:
		err = try_ioctl(fd, PV_HYPERCALL_CALL, &call);
		return err == try_ioctl(fd, PV_HYPERCALL_BATCH, &batch) ? err : -1;
	case PV_HYPERCALL_ALLOW_LATENCY:
		err = try_ioctl(fd, PV_HYPERCALL_LATENCY, &latency);
		return err == try_ioctl(fd, PV_HYPERCALL_TAGGED, &tagged) ? err : -1;
	default:
		return try_ioctl(fd, PV_HYPERCALL_PROBE, &probe);
	}
}

/* The first bit whose ioctl does not match @allowed, or 0 */
static __u32 first_wrong(int fd, __u32 allowed)
{
	__u32 bit;

	for (bit = 1; bit & PV_HYPERCALL_ALLOW_ALL; bit <<= 1)
		if (try_bit(fd, bit) != (allowed & bit ? 0 : EACCES))
			return bit;
	return 0;
}

TEST_F(restriction, new_file_allows_all_ioctls)
{
	EXPECT_EQ(0, first_wrong(self->fd, PV_HYPERCALL_ALLOW_ALL));
}

TEST_F(restriction, each_bit_rejects_its_own_ioctl)
{
	__u32 bit, allowed;
	int fd;

	for (bit = 1; bit & PV_HYPERCALL_ALLOW_ALL; bit <<= 1) {
		fd = open(DEVICE, O_RDWR | O_CLOEXEC);
		ASSERT_GE(fd, 0);
		allowed = PV_HYPERCALL_ALLOW_ALL & ~bit;
		EXPECT_EQ(0, restrict_to(fd, &allowed));
		EXPECT_EQ(PV_HYPERCALL_ALLOW_ALL & ~bit, allowed);
		EXPECT_EQ(0, first_wrong(fd, allowed));
		close(fd);
	}
}

TEST_F(restriction, is_permanent)
{
	__u32 allowed = PV_HYPERCALL_ALLOW_NOP | PV_HYPERCALL_ALLOW_PROBE;

	ASSERT_EQ(0, restrict_to(self->fd, &allowed));
	allowed = PV_HYPERCALL_ALLOW_ALL;
	ASSERT_EQ(0, restrict_to(self->fd, &allowed));
	EXPECT_EQ(PV_HYPERCALL_ALLOW_NOP | PV_HYPERCALL_ALLOW_PROBE, allowed);
	EXPECT_EQ(0, first_wrong(self->fd, allowed));

	allowed = PV_HYPERCALL_ALLOW_CALL;
	ASSERT_EQ(0, restrict_to(self->fd, &allowed));
	EXPECT_EQ(0, allowed);
	EXPECT_EQ(0, first_wrong(self->fd, 0));
}

TEST_F(restriction, applies_to_one_file_only)
{
	__u32 allowed = 0;
	int other;

	other = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(other, 0);
	ASSERT_EQ(0, restrict_to(self->fd, &allowed));
	EXPECT_EQ(0, first_wrong(self->fd, 0));
	EXPECT_EQ(0, first_wrong(other, PV_HYPERCALL_ALLOW_ALL));
	close(other);
}

/* A duplicate and a child share the open file, so a restriction applies to all. */
TEST_F(restriction, applies_to_duplicates_and_children)
{
	__u32 allowed = PV_HYPERCALL_ALLOW_QUERY;
	int copy, status;
	pid_t child;

	copy = dup(self->fd);
	ASSERT_GE(copy, 0);
	child = fork();
	ASSERT_GE(child, 0);
	if (!child)
		_exit(restrict_to(copy, &allowed));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_EQ(0, status);
	EXPECT_EQ(0, first_wrong(self->fd, PV_HYPERCALL_ALLOW_QUERY));
	EXPECT_EQ(0, first_wrong(copy, PV_HYPERCALL_ALLOW_QUERY));
	close(copy);
}

TEST_F(restriction, rejects_unknown_bits)
{
	__u32 allowed;
	int bit;

	for (bit = 0; bit < 32; bit++) {
		if (PV_HYPERCALL_ALLOW_ALL >> bit & 1)
			continue;
		allowed = 1U << bit;
		EXPECT_EQ(EINVAL, restrict_to(self->fd, &allowed));
	}
	EXPECT_EQ(0, first_wrong(self->fd, PV_HYPERCALL_ALLOW_ALL));
}

TEST_F(restriction, ignores_initial_outputs)
{
	struct pv_hypercall_restrict r = {
		.size = sizeof(r),
		.allow = PV_HYPERCALL_ALLOW_ALL,
		.allowed = 0xffffffff,
	};

	EXPECT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_RESTRICT, &r));
	EXPECT_EQ(PV_HYPERCALL_ALLOW_ALL, r.allowed);
	EXPECT_EQ(0, first_wrong(self->fd, PV_HYPERCALL_ALLOW_ALL));
}

/* The restriction is checked before the struct is read. */
TEST_F(restriction, is_checked_before_the_struct)
{
	__u32 allowed = 0;

	ASSERT_EQ(0, restrict_to(self->fd, &allowed));
	EXPECT_EQ(EACCES, try_ioctl(self->fd, PV_HYPERCALL_CALL, NULL));
	EXPECT_EQ(EACCES, try_ioctl(self->fd, PV_HYPERCALL_BATCH, NULL));
}

TEST_HARNESS_MAIN
