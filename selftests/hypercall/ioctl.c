// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: arguments that each ioctl accepts and rejects.
 *
 * needs: guest check each-kernel
 * needs: guest-nohost full
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "device.h"
#include "kselftest_harness.h"

#if defined(__aarch64__)
static const __u64 not_allowed[] = {
	0,
	0x84000002,				/* PSCI CPU_OFF */
	0x84000008,				/* PSCI SYSTEM_OFF */
	0xc4000003,				/* PSCI CPU_ON */
	0xc6000003,				/* KVM MEM_SHARE */
	PV_HC_VCPU_INFO,
	PV_HC_NR + PV_HC_BASE,
	0xffffffff,
	0x180000000,				/* SMCCC_VERSION with bit 32 set */
};
#else
static const __u64 not_allowed[] = {
	0,
	5,					/* KVM_HC_KICK_CPU */
	9,					/* KVM_HC_CLOCK_PAIRING */
	10,					/* KVM_HC_SEND_IPI */
	11,					/* KVM_HC_SCHED_YIELD */
	12,					/* KVM_HC_MAP_GPA_RANGE */
	PV_HC_VCPU_INFO,
	PV_HC_NR + PV_HC_BASE,
	0xffffffff,
	0x100000001,				/* KVM_HC_VAPIC_POLL_IRQ with bit 32 set */
};
#endif

FIXTURE(device)
{
	int fd;
};

FIXTURE_SETUP(device)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(device)
{
	close(self->fd);
}

/* The same tests for each ioctl, with a struct that is valid */
FIXTURE(each)
{
	int fd;
	void *pages;
	long page;
	union {
		struct {
			__u32 size;
			__u32 flags;
		} head;
		struct pv_hypercall_call call;
		struct pv_hypercall_latency latency;
		struct pv_hypercall_tagged tagged;
		struct pv_hypercall_batch batch;
		struct pv_hypercall_probe probe;
		struct pv_hypercall_restrict restriction;
		char room[1024];
	} u;
	struct pv_hypercall_entry entry;
	struct pv_hypercall_times times;
};

FIXTURE_VARIANT(each)
{
	unsigned int cmd;
	unsigned int min;	/* size of the first version */
	__u32 flags;		/* known flags */
};

FIXTURE_VARIANT_ADD(each, query) {
	.cmd = PV_HYPERCALL_QUERY,
	.min = PV_HYPERCALL_QUERY_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, nop) {
	.cmd = PV_HYPERCALL_NOP,
	.min = PV_HYPERCALL_NOP_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, vcpu_info) {
	.cmd = PV_HYPERCALL_VCPU_INFO,
	.min = PV_HYPERCALL_VCPU_INFO_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, call) {
	.cmd = PV_HYPERCALL_CALL,
	.min = PV_HYPERCALL_CALL_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, latency) {
	.cmd = PV_HYPERCALL_LATENCY,
	.min = PV_HYPERCALL_LATENCY_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, tagged) {
	.cmd = PV_HYPERCALL_TAGGED,
	.min = PV_HYPERCALL_TAGGED_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, batch) {
	.cmd = PV_HYPERCALL_BATCH,
	.min = PV_HYPERCALL_BATCH_SIZE_VER0,
};

FIXTURE_VARIANT_ADD(each, probe) {
	.cmd = PV_HYPERCALL_PROBE,
	.min = PV_HYPERCALL_PROBE_SIZE_VER0,
	.flags = PV_HYPERCALL_NEXT,
};

FIXTURE_VARIANT_ADD(each, restriction) {
	.cmd = PV_HYPERCALL_RESTRICT,
	.min = PV_HYPERCALL_RESTRICT_SIZE_VER0,
};

FIXTURE_SETUP(each)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	self->page = sysconf(_SC_PAGESIZE);
	self->pages = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->pages);

	memset(&self->u, 0, sizeof(self->u));
	self->u.head.size = _IOC_SIZE(variant->cmd);
	switch (variant->cmd) {
	case PV_HYPERCALL_CALL:
		self->u.call.nr = HARMLESS;
		break;
	case PV_HYPERCALL_LATENCY:
		self->u.latency.nr = HARMLESS;
		self->u.latency.samples = 1;
		break;
	case PV_HYPERCALL_TAGGED:
		self->u.tagged.nr = HARMLESS;
		self->u.tagged.samples = 1;
		self->u.tagged.times = (uintptr_t)&self->times;
		break;
	case PV_HYPERCALL_BATCH:
		self->entry = (struct pv_hypercall_entry){ .nr = HARMLESS };
		self->u.batch.cpu = PV_HYPERCALL_ANY_CPU;
		self->u.batch.count = 1;
		self->u.batch.entries = (uintptr_t)&self->entry;
		self->u.batch.entry_size = sizeof(self->entry);
		break;
	case PV_HYPERCALL_PROBE:
		self->u.probe.nr = HARMLESS;
		break;
	case PV_HYPERCALL_RESTRICT:
		self->u.restriction.allow = PV_HYPERCALL_ALLOW_ALL;
		break;
	}
}

FIXTURE_TEARDOWN(each)
{
	munmap(self->pages, 2 * self->page);
	close(self->fd);
}

TEST_F(each, accepts_a_valid_struct)
{
	EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, &self->u));
	EXPECT_EQ(_IOC_SIZE(variant->cmd), self->u.head.size);
}

/* No input changes, so the same struct is valid again. */
TEST_F(each, accepts_the_same_struct_repeatedly)
{
	int i;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, &self->u));
		EXPECT_EQ(_IOC_SIZE(variant->cmd), self->u.head.size);
		EXPECT_EQ(0, self->u.head.flags);
	}
}

/* The size of the first version is ABI. */
TEST_F(each, accepts_the_size_of_the_first_version)
{
	unsigned int i;

	ASSERT_LE(variant->min, _IOC_SIZE(variant->cmd));
	memset(self->u.room + variant->min, 0x5a, sizeof(self->u) - variant->min);
	self->u.head.size = variant->min;
	EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, &self->u));
	EXPECT_EQ(variant->min, self->u.head.size);
	for (i = variant->min; i < sizeof(self->u); i++)
		ASSERT_EQ(0x5a, self->u.room[i]);
}

TEST_F(each, accepts_the_ioctl_number_of_another_size)
{
	const unsigned int sizes[] = { 8, variant->min, 4096 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		EXPECT_EQ(0, try_ioctl(self->fd, _IOC(_IOC_READ | _IOC_WRITE, PV_HYPERCALL_IOC,
						      _IOC_NR(variant->cmd), sizes[i]), &self->u));
}

TEST_F(each, rejects_a_size_that_is_too_small)
{
	const __u32 sizes[] = { 0, 1, 4, 8, variant->min - 8, variant->min - 1 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		self->u.head.size = sizes[i];
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, variant->cmd, &self->u)) {
			TH_LOG("size %u", sizes[i]);
		}
	}
}

TEST_F(each, accepts_a_larger_struct_that_ends_in_zeros)
{
	unsigned int size = _IOC_SIZE(variant->cmd);

	self->u.head.size = size + 16;
	EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, &self->u));
	EXPECT_EQ(size + 16, self->u.head.size);
	/* Up to the page size */
	memcpy(self->pages, &self->u, size);
	self->u.head.size = self->page;
	memcpy(self->pages, &self->u.head.size, sizeof(self->u.head.size));
	EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, self->pages));
}

TEST_F(each, accepts_the_ioctl_number_of_a_larger_struct)
{
	unsigned int size = _IOC_SIZE(variant->cmd);
	unsigned int cmd = _IOC(_IOC_READ | _IOC_WRITE, PV_HYPERCALL_IOC,
				_IOC_NR(variant->cmd), size + 16);

	self->u.head.size = size + 16;
	EXPECT_EQ(0, try_ioctl(self->fd, cmd, &self->u));
}

TEST_F(each, rejects_a_larger_struct_that_does_not_end_in_zeros)
{
	unsigned int size = _IOC_SIZE(variant->cmd);

	self->u.head.size = size + 16;
	self->u.room[size + 15] = 1;
	EXPECT_EQ(E2BIG, try_ioctl(self->fd, variant->cmd, &self->u));
	self->u.room[size + 15] = 0;
	self->u.room[size] = 1;
	EXPECT_EQ(E2BIG, try_ioctl(self->fd, variant->cmd, &self->u));
}

TEST_F(each, rejects_a_size_that_is_too_large)
{
	self->u.head.size = 0xffffffff;
	EXPECT_EQ(E2BIG, try_ioctl(self->fd, variant->cmd, &self->u));
	self->u.head.size = self->page + 1;
	EXPECT_EQ(E2BIG, try_ioctl(self->fd, variant->cmd, &self->u));
}

TEST_F(each, rejects_unknown_flags)
{
	int bit;

	for (bit = 0; bit < 32; bit++) {
		self->u.head.flags = 1U << bit;
		if (self->u.head.flags & variant->flags)
			continue;
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, variant->cmd, &self->u)) {
			TH_LOG("flag %d", bit);
		}
	}
}

TEST_F(each, rejects_invalid_addresses)
{
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, variant->cmd, NULL));
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, variant->cmd, (void *)-16L));
}

TEST_F(each, rejects_a_struct_that_ends_in_an_unmapped_page)
{
	char *end = (char *)self->pages + self->page;

	ASSERT_EQ(0, mprotect(end, self->page, PROT_NONE));
	memcpy(end - 8, &self->u, 8);
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, variant->cmd, end - 8));
}

TEST_F(each, rejects_a_read_only_struct)
{
	memcpy(self->pages, &self->u, sizeof(self->u));
	ASSERT_EQ(0, mprotect(self->pages, self->page, PROT_READ));
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, variant->cmd, self->pages));
}

/* Unaligned, and across two pages */
TEST_F(each, accepts_an_unaligned_struct)
{
	unsigned int size = _IOC_SIZE(variant->cmd);
	char *odd = (char *)self->pages + self->page - size / 2 - 1;

	memcpy(odd, &self->u, size);
	EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, odd));
}

TEST_F(each, leaves_a_rejected_struct_unchanged)
{
	char before[sizeof(self->u)];

	memset(self->u.room + 8, 0x5a, sizeof(self->u) - 8);
	self->u.head.flags = 1U << 31;
	memcpy(before, &self->u, sizeof(before));
	EXPECT_EQ(EINVAL, try_ioctl(self->fd, variant->cmd, &self->u));
	EXPECT_EQ(0, memcmp(before, &self->u, sizeof(before)));
}

TEST_F(each, writes_nothing_after_the_struct)
{
	unsigned int i, size = _IOC_SIZE(variant->cmd);

	memset(self->u.room + size, 0x5a, sizeof(self->u) - size);
	EXPECT_EQ(0, try_ioctl(self->fd, variant->cmd, &self->u));
	for (i = size; i < sizeof(self->u); i++)
		ASSERT_EQ(0x5a, self->u.room[i]);
}

TEST_F(each, rejects_an_ioctl_number_without_direction)
{
	unsigned int cmd = _IOC(_IOC_NONE, PV_HYPERCALL_IOC, _IOC_NR(variant->cmd),
				_IOC_SIZE(variant->cmd));

	EXPECT_EQ(ENOTTY, try_ioctl(self->fd, cmd, &self->u));
}

TEST_F(device, rejects_unknown_ioctls)
{
	char room[256] = {};

	EXPECT_EQ(ENOTTY, try_ioctl(self->fd, _IOWR(PV_HYPERCALL_IOC, 9, room), room));
	EXPECT_EQ(ENOTTY, try_ioctl(self->fd, _IOWR(PV_HYPERCALL_IOC, 0xff, room), room));
	EXPECT_EQ(ENOTTY, try_ioctl(self->fd, _IOWR(0x42, 0, room), room));
}

/* Result members are output only, so their initial values do not matter. */
TEST_F(device, call_ignores_initial_results)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = PV_HC_UNASSIGNED };

	memset(call.result, 0xff, sizeof(call.result));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	EXPECT_EQ(NOT_SUPPORTED, (__s64)call.result[0]);
	EXPECT_EQ(0, call.result[1]);
	EXPECT_EQ(0, call.result[2]);
	EXPECT_EQ(0, call.result[3]);
}

TEST_F(device, query_ignores_initial_outputs)
{
	struct pv_hypercall_query query, expected = { .size = sizeof(expected) };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &expected));
	memset(&query, 0xff, sizeof(query));
	query.size = sizeof(query);
	query.flags = 0;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &query));
	EXPECT_EQ(0, memcmp(&expected, &query, sizeof(query)));
}

TEST_F(device, vcpu_info_rejects_cpu_out_of_range)
{
	const __u32 cpus[] = { sysconf(_SC_NPROCESSORS_CONF), 100000, 0x7fffffff, 0xffffffff };
	struct pv_hypercall_vcpu_info info;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		info = (struct pv_hypercall_vcpu_info){ .size = sizeof(info), .cpu = cpus[i] };
		EXPECT_EQ(ENOENT, try_ioctl(self->fd, PV_HYPERCALL_VCPU_INFO, &info)) {
			TH_LOG("CPU %u", cpus[i]);
		}
	}
}

TEST_F(device, call_latency_and_tagged_reject_numbers_that_are_not_allowed)
{
	struct pv_hypercall_latency latency;
	struct pv_hypercall_tagged tagged;
	struct pv_hypercall_times times;
	struct pv_hypercall_call call;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(not_allowed); i++) {
		call = (struct pv_hypercall_call){
			.size = sizeof(call),
			.nr = not_allowed[i],
		};
		EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call)) {
			TH_LOG("call 0x%llx", (unsigned long long)not_allowed[i]);
		}
		latency = (struct pv_hypercall_latency){
			.size = sizeof(latency),
			.nr = not_allowed[i],
			.samples = 1,
		};
		EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &latency)) {
			TH_LOG("latency 0x%llx", (unsigned long long)not_allowed[i]);
		}
		tagged = (struct pv_hypercall_tagged){
			.size = sizeof(tagged),
			.nr = not_allowed[i],
			.samples = 1,
			.times = (uintptr_t)&times,
		};
		EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &tagged)) {
			TH_LOG("tagged 0x%llx", (unsigned long long)not_allowed[i]);
		}
	}
}

TEST_F(device, call_rejects_excess_arguments)
{
	const struct {
		__u64 nr;
		unsigned int argc;
	} calls[] = {
		{ HARMLESS, 0 },
		{ PV_HC_QUERY, 1 },
		{ PV_HC_NOP, 0 },
		{ PV_HC_UNASSIGNED, 0 },
	};
	struct pv_hypercall_call call;
	unsigned int i, arg;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		for (arg = 0; arg < 4; arg++) {
			call = (struct pv_hypercall_call){
				.size = sizeof(call),
				.nr = calls[i].nr,
			};
			call.args[arg] = 1;
			EXPECT_EQ(arg < calls[i].argc ? 0 : EINVAL,
				  try_ioctl(self->fd, PV_HYPERCALL_CALL, &call)) {
				TH_LOG("call 0x%llx, argument %u",
				       (unsigned long long)calls[i].nr, arg);
			}
		}
	}
}

TEST(device_node_has_mode_0600)
{
	struct stat st;

	ASSERT_EQ(0, stat(DEVICE, &st));
	EXPECT_TRUE(S_ISCHR(st.st_mode));
	EXPECT_EQ(0600, st.st_mode & 07777);
}

TEST(open_without_cap_sys_admin_fails_with_eperm)
{
	ASSERT_EQ(0, drop_cap_sys_admin());
	EXPECT_EQ(-1, open(DEVICE, O_RDWR));
	EXPECT_EQ(EPERM, errno);
}

TEST(open_as_unprivileged_user_fails_with_eacces)
{
	ASSERT_EQ(0, setuid(65534));
	EXPECT_EQ(-1, open(DEVICE, O_RDWR));
	EXPECT_EQ(EACCES, errno);
}

TEST_HARNESS_MAIN
