// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall on KVM without a host side: a rejected call returns a status, and calls
 * of KVM work.
 *
 * needs: guest-nohost check each-kernel
 */
#include "device.h"
#include "kselftest_harness.h"

#if defined(__aarch64__)
#define KVM_CALL	0x8600ff01ULL		/* UID of the vendor hypervisor */
#define KVM_ANSWER	{ 0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004d }
#else
#define KVM_CALL	1ULL			/* KVM_HC_VAPIC_POLL_IRQ */
#define KVM_ANSWER	{ 0, 0, 0, 0 }
#endif

FIXTURE(nohost)
{
	int fd;
};

FIXTURE_SETUP(nohost)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(nohost)
{
	close(self->fd);
}

TEST_F(nohost, query_returns_not_supported)
{
	struct pv_hypercall_query query = {
		.size = sizeof(query),
		.abi = 1,
		.features = 1,
	};

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &query));
	EXPECT_EQ(0, query.out_flags);
	EXPECT_EQ(0, query.abi);
	EXPECT_EQ(0, query.features);
	EXPECT_EQ(NOT_SUPPORTED, query.status);
}

TEST_F(nohost, nop_returns_not_supported)
{
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	EXPECT_EQ(NOT_SUPPORTED, nop.status);
}

TEST_F(nohost, vcpu_info_returns_no_values)
{
	struct pv_hypercall_vcpu_info info, nothing = {
		.size = sizeof(nothing),
		.status = NOT_SUPPORTED,
	};

	memset(&info, 0xff, sizeof(info));
	info.size = sizeof(info);
	info.flags = 0;
	info.cpu = 0;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_VCPU_INFO, &info));
	EXPECT_EQ(0, memcmp(&info, &nothing, sizeof(info)));
}

TEST_F(nohost, call_of_a_kvm_hypercall_succeeds)
{
	const __u64 answer[4] = KVM_ANSWER;
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = KVM_CALL };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	EXPECT_EQ(0, memcmp(answer, call.result, sizeof(answer)));
}

TEST_F(nohost, call_of_an_unassigned_number_is_not_supported)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = PV_HC_UNASSIGNED };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	EXPECT_EQ(NOT_SUPPORTED, (__s64)call.result[0]);
}

TEST_HARNESS_MAIN
