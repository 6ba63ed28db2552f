// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall with a host side.
 *
 * needs: guest check each-kernel
 */
#include "device.h"
#include "kselftest_harness.h"

#if defined(__aarch64__)
#define NR_REGS		31
#else
#define NR_REGS		16
#endif

#define NOPS		100

FIXTURE(host)
{
	int fd;
	struct pv_hypercall_query query;
	struct pv_hypercall_vcpu_info info;
};

static int read_vcpu(int fd, unsigned int cpu, struct pv_hypercall_vcpu_info *info)
{
	*info = (struct pv_hypercall_vcpu_info){ .size = sizeof(*info), .cpu = cpu };
	return try_ioctl(fd, PV_HYPERCALL_VCPU_INFO, info);
}

FIXTURE_SETUP(host)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	self->query = (struct pv_hypercall_query){ .size = sizeof(self->query) };
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &self->query));
}

FIXTURE_TEARDOWN(host)
{
	close(self->fd);
}

TEST_F(host, query_returns_magic_abi_and_features)
{
	const __u64 expected = PV_FEATURE_QUERY | PV_FEATURE_NOP | PV_FEATURE_VCPU_INFO |
			       PV_FEATURE_DEVICE;

	EXPECT_EQ(PV_HYPERCALL_HOST, self->query.out_flags);
	EXPECT_EQ(PV_MAGIC, self->query.status);
	EXPECT_EQ(PV_ABI_VERSION, self->query.abi);
	EXPECT_EQ(expected, self->query.features & expected);
}

TEST_F(host, call_of_query_returns_the_abi)
{
	struct pv_hypercall_call call = {
		.size = sizeof(call),
		.nr = PV_HC_QUERY,
		.args = { PV_QUERY_ABI },
	};

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	EXPECT_EQ(PV_ABI_VERSION, call.result[0]);

	call.args[0] = 0x12345678;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	EXPECT_EQ(-PV_EINVAL, (__s64)call.result[0]);
}

TEST_F(host, nop_returns_0)
{
	struct pv_hypercall_nop nop = { .size = sizeof(nop), .status = 1 };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	EXPECT_EQ(0, nop.status);
}

TEST_F(host, unassigned_call_is_not_supported)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = PV_HC_UNASSIGNED };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	EXPECT_EQ(NOT_SUPPORTED, (__s64)call.result[0]);
}

TEST_F(host, latency_of_nop_has_all_samples)
{
	struct pv_hypercall_latency l = {
		.size = sizeof(l),
		.nr = PV_HC_NOP,
		.samples = 100,
		.status = 1,
	};

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &l));
	EXPECT_EQ(100, l.done);
	EXPECT_EQ(0, l.status);
}

TEST_F(host, vcpu_info_differs_between_vcpus)
{
	struct pv_hypercall_vcpu_info other;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "there is one CPU only");
	ASSERT_EQ(0, read_vcpu(self->fd, 0, &self->info));
	ASSERT_EQ(0, read_vcpu(self->fd, 1, &other));
	ASSERT_EQ(0, self->info.status);
	ASSERT_EQ(0, other.status);
	EXPECT_NE(self->info.vcpu_id, other.vcpu_id);
	EXPECT_NE(self->info.exits, other.exits);
}

/* The count is that of the requested vCPU, not of the calling one. */
TEST_F(host, vcpu_info_counts_exits_of_the_vcpu)
{
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };
	struct pv_hypercall_vcpu_info later;
	int i;

	ASSERT_EQ(0, run_on(0));
	ASSERT_EQ(0, read_vcpu(self->fd, 0, &self->info));
	ASSERT_EQ(0, self->info.status);
	ASSERT_TRUE(self->info.out_flags & PV_HYPERCALL_VCPU_EXITS);
	EXPECT_GT(self->info.exits, 0);
	for (i = 0; i < NOPS; i++)
		ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));

	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		ASSERT_EQ(0, run_on(1));
	ASSERT_EQ(0, read_vcpu(self->fd, 0, &later));
	EXPECT_EQ(self->info.vcpu_id, later.vcpu_id);
	EXPECT_GE(later.exits, self->info.exits + NOPS);
}

TEST_F(host, vcpu_info_has_registers_of_the_own_vcpu)
{
	ASSERT_EQ(0, run_on(0));
	ASSERT_EQ(0, read_vcpu(self->fd, 0, &self->info));
	ASSERT_EQ(0, self->info.status);
	if (!(self->info.out_flags & PV_HYPERCALL_VCPU_REGS))
		SKIP(return, "the host shows no registers");
	EXPECT_EQ(NR_REGS, self->info.nr_regs);
	/* The last exit of this vCPU is the call itself. */
	EXPECT_EQ(PV_HC_VCPU_INFO, self->info.regs[0]);
}

TEST_F(host, vcpu_info_has_a_thread_id_only_if_allowed)
{
	bool allowed = self->query.features & PV_FEATURE_HOST_TID;

	ASSERT_EQ(0, read_vcpu(self->fd, 0, &self->info));
	ASSERT_EQ(0, self->info.status);
	EXPECT_EQ(allowed, !!(self->info.out_flags & PV_HYPERCALL_VCPU_HOST_TID));
	EXPECT_EQ(allowed, self->info.host_tid != 0);
}

TEST_F(host, vcpu_info_accepts_an_offline_cpu)
{
	__u64 id;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "there is one CPU only");
	ASSERT_EQ(0, read_vcpu(self->fd, 1, &self->info));
	id = self->info.vcpu_id;
	if (set_online(1, 0))
		SKIP(return, "CPU 1 cannot go offline");
	EXPECT_EQ(0, read_vcpu(self->fd, 1, &self->info));
	EXPECT_EQ(0, self->info.status);
	EXPECT_EQ(id, self->info.vcpu_id);
	EXPECT_EQ(0, set_online(1, 1));
}

TEST_HARNESS_MAIN
