// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall for 32-bit programs: their system call, from a 64-bit program.
 *
 * needs: guest check each-kernel
 * needs: guest-nohost full
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "device.h"
#include "kselftest_harness.h"

/* From asm/unistd_32.h, which conflicts with the 64-bit header */
#define NR32_GETPID	20
#define NR32_IOCTL	54

static int syscall32(int nr, unsigned int b, unsigned int c, unsigned int d)
{
	int result;

	asm volatile("int $0x80" : "=a" (result)
		     : "a" (nr), "b" (b), "c" (c), "d" (d)
		     : "memory", "r8", "r9", "r10", "r11");
	return result;
}

/* In the low 4 GB, within reach of a 32-bit pointer */
union low {
	struct pv_hypercall_query query;
	struct pv_hypercall_nop nop;
	struct pv_hypercall_vcpu_info info;
	struct pv_hypercall_call call;
	struct pv_hypercall_latency latency;
	struct pv_hypercall_tagged tagged;
	struct pv_hypercall_probe probe;
	struct pv_hypercall_restrict restriction;
	struct {
		struct pv_hypercall_batch batch;
		struct pv_hypercall_entry entries[2];
	};
	__u32 size;
};

FIXTURE(compat)
{
	int fd;
	union low *low;		/* two, the second for the times of a tagged run */
};

FIXTURE_SETUP(compat)
{
	int status;
	pid_t child;

	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		_exit(syscall32(NR32_GETPID, 0, 0, 0) == getpid() ? 0 : 1);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	if (status)
		SKIP(return, "this kernel runs no 32-bit programs");

	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	self->low = mmap(NULL, 2 * sizeof(*self->low), PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(MAP_FAILED, self->low);
}

FIXTURE_TEARDOWN(compat)
{
	munmap(self->low, 2 * sizeof(*self->low));
	close(self->fd);
}

static int ioctl32(int fd, unsigned int cmd, union low *low)
{
	low->size = _IOC_SIZE(cmd);
	return -syscall32(NR32_IOCTL, fd, cmd, (uintptr_t)low);
}

TEST_F(compat, query_returns_the_same_to_32_bit_programs)
{
	struct pv_hypercall_query query = { .size = sizeof(query) };

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &query));
	ASSERT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_QUERY, self->low));
	EXPECT_EQ(0, memcmp(&query, &self->low->query, sizeof(query)));
}

TEST_F(compat, each_ioctl_accepts_32_bit_programs)
{
	union low *low = self->low;

	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_NOP, low));
	memset(low, 0, sizeof(*low));
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_VCPU_INFO, low));

	memset(low, 0, sizeof(*low));
	low->call.nr = PV_HC_UNASSIGNED;
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_CALL, low));
	EXPECT_EQ(NOT_SUPPORTED, (__s64)low->call.result[0]);

	memset(low, 0, sizeof(*low));
	low->latency.nr = HARMLESS;
	low->latency.samples = 10;
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_LATENCY, low));
	EXPECT_EQ(10, low->latency.done);

	memset(low, 0, sizeof(*low));
	low->tagged.nr = PV_HC_UNASSIGNED;
	low->tagged.samples = 1;
	low->tagged.times = (uintptr_t)(low + 1);
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_TAGGED, low));
	EXPECT_EQ(1, low->tagged.done);

	memset(low, 0, sizeof(*low));
	low->probe.nr = HARMLESS;
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_PROBE, low));
	EXPECT_EQ(PV_HYPERCALL_ANSWERED, low->probe.answer);

	memset(low, 0, sizeof(*low));
	low->restriction.allow = PV_HYPERCALL_ALLOW_NOP;
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_RESTRICT, low));
	EXPECT_EQ(EACCES, ioctl32(self->fd, PV_HYPERCALL_CALL, low));
}

TEST_F(compat, batch_accepts_entries_of_32_bit_programs)
{
	union low *low = self->low;

	low->batch.cpu = PV_HYPERCALL_ANY_CPU;
	low->batch.count = 2;
	low->batch.entry_size = sizeof(low->entries[0]);
	low->batch.entries = (uintptr_t)low->entries;
	low->entries[0].nr = PV_HC_UNASSIGNED;
	low->entries[1].nr = PV_HC_UNASSIGNED;
	EXPECT_EQ(0, ioctl32(self->fd, PV_HYPERCALL_BATCH, low));
	EXPECT_EQ(2, low->batch.done);
	EXPECT_EQ(NOT_SUPPORTED, (__s64)low->entries[1].result[0]);
}

/* Only a 64-bit member can hold an address above 4 GB. */
TEST_F(compat, invalid_addresses_of_32_bit_programs_fail_with_efault)
{
	union low *low = self->low;

	EXPECT_EQ(EFAULT, -syscall32(NR32_IOCTL, self->fd, PV_HYPERCALL_NOP, 0));
	EXPECT_EQ(EFAULT, -syscall32(NR32_IOCTL, self->fd, PV_HYPERCALL_NOP, 0xfffffff8));
	low->batch.cpu = PV_HYPERCALL_ANY_CPU;
	low->batch.count = 2;
	low->batch.entry_size = sizeof(low->entries[0]);
	low->batch.entries = 1ULL << 63;
	EXPECT_EQ(EFAULT, ioctl32(self->fd, PV_HYPERCALL_BATCH, low));
}

TEST_HARNESS_MAIN
