// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: batches.
 *
 * needs: guest check each-kernel
 * needs: guest-nohost full
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "device.h"
#include "kselftest_harness.h"

#define MAX		PV_HYPERCALL_MAX_BATCH
#define UNTOUCHED	0x5a5a5a5a5a5a5a5aULL

FIXTURE(batch)
{
	int fd;
	struct pv_hypercall_entry *entries;	/* MAX entries, then an unmapped page */
	void *pages;
	size_t len;
};

static void fill(struct pv_hypercall_entry *entries, unsigned int n)
{
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		entries[i] = (struct pv_hypercall_entry){ .nr = PV_HC_UNASSIGNED };
		for (k = 0; k < 4; k++)
			entries[i].result[k] = UNTOUCHED;
	}
}

/* Index of the first of @n entries that does not match @done, or MAX */
static unsigned int first_wrong_of(const struct pv_hypercall_entry *entries, unsigned int n,
				   unsigned int done)
{
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		if (entries[i].result[0] != (i < done ? (__u64)NOT_SUPPORTED : UNTOUCHED))
			return i;
		for (k = 1; k < 4; k++)
			if (entries[i].result[k] != (i < done ? 0 : UNTOUCHED))
				return i;
	}
	return MAX;
}

static unsigned int first_wrong(const struct pv_hypercall_entry *entries, unsigned int done)
{
	return first_wrong_of(entries, MAX, done);
}

FIXTURE_SETUP(batch)
{
	long page = sysconf(_SC_PAGESIZE);
	size_t used = MAX * sizeof(*self->entries);

	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	self->len = (used + page - 1) / page * page + 2 * page;
	self->pages = mmap(NULL, self->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	ASSERT_NE(MAP_FAILED, self->pages);
	ASSERT_EQ(0, mprotect((char *)self->pages + self->len - page, page, PROT_NONE));
	self->entries = (void *)((char *)self->pages + self->len - page - used);
	fill(self->entries, MAX);
}

FIXTURE_TEARDOWN(batch)
{
	set_online(1, 1);
	munmap(self->pages, self->len);
	close(self->fd);
}

TEST_F(batch, completes_each_entry_for_any_count)
{
	const __u32 counts[] = { 1, 2, 101, 102, 103, 204, 205, 1000, MAX };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		DECLARE_BATCH(b, self->entries, counts[i]);

		fill(self->entries, MAX);
		b.done = 12345;
		ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
		EXPECT_EQ(counts[i], b.done);
		EXPECT_EQ(MAX, first_wrong(self->entries, b.done)) {
			TH_LOG("count %u, entry %u", counts[i],
			       first_wrong(self->entries, b.done));
		}
	}
}

TEST_F(batch, runs_on_every_cpu)
{
	long cpu, cpus = sysconf(_SC_NPROCESSORS_ONLN);

	for (cpu = 0; cpu < cpus; cpu++) {
		DECLARE_BATCH(b, self->entries, MAX);

		fill(self->entries, MAX);
		b.cpu = cpu;
		ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
		EXPECT_EQ(MAX, b.done);
		EXPECT_EQ(MAX, first_wrong(self->entries, MAX));
	}
}

TEST_F(batch, returns_each_result_in_its_own_entry)
{
	DECLARE_BATCH(b, self->entries, 4);
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = HARMLESS };
	unsigned int i;

	for (i = 0; i < 4; i += 2)
		self->entries[i].nr = HARMLESS;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	for (i = 0; i < 4; i += 2) {
		EXPECT_EQ(call.result[0], self->entries[i].result[0]);
		EXPECT_EQ(NOT_SUPPORTED, (__s64)self->entries[i + 1].result[0]);
	}
}

TEST_F(batch, rejects_count_out_of_range)
{
	const __u32 counts[] = { 0, MAX + 1, 0x7fffffff, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		DECLARE_BATCH(b, self->entries, counts[i]);

		b.done = 1;
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
		EXPECT_EQ(0, b.done);
	}
	EXPECT_EQ(MAX, first_wrong(self->entries, 0));
}

TEST_F(batch, rejects_wrong_entry_size)
{
	const __u32 sizes[] = { 0, 1, sizeof(struct pv_hypercall_entry) - 1,
				sizeof(struct pv_hypercall_entry) + 8, 0xffffffff };
	DECLARE_BATCH(b, self->entries, 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		b.entry_size = sizes[i];
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	}
	EXPECT_EQ(MAX, first_wrong(self->entries, 0));
}

TEST_F(batch, rejects_cpu_out_of_range)
{
	const __u32 cpus[] = { sysconf(_SC_NPROCESSORS_CONF), 100000, 0x7fffffff, 0xfffffffe };
	DECLARE_BATCH(b, self->entries, 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		b.cpu = cpus[i];
		EXPECT_EQ(ENXIO, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	}
	EXPECT_EQ(MAX, first_wrong(self->entries, 0));
}

TEST_F(batch, rejects_invalid_entry_addresses)
{
	const __u64 addresses[] = { 0, 8, 1ULL << 63, (__u64)-8,
				    (__u64)-1024 * sizeof(struct pv_hypercall_entry) };
	DECLARE_BATCH(b, NULL, MAX);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		b.entries = addresses[i];
		b.done = 1;
		EXPECT_EQ(EFAULT, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
		EXPECT_EQ(0, b.done);
	}
}

TEST_F(batch, accepts_unaligned_entries)
{
	struct pv_hypercall_entry *odd = (void *)((char *)self->entries - 3);
	DECLARE_BATCH(b, odd, 16);
	struct pv_hypercall_entry last;

	memmove(odd, self->entries, 16 * sizeof(*odd));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	memcpy(&last, (char *)odd + 15 * sizeof(last), sizeof(last));
	EXPECT_EQ(NOT_SUPPORTED, (__s64)last.result[0]);
}

/* An unmapped page follows the last entry: one more entry is a fault. */
TEST_F(batch, stops_before_an_unmapped_page)
{
	DECLARE_BATCH(b, self->entries + 1, MAX);

	EXPECT_EQ(EFAULT, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	EXPECT_LT(b.done, MAX);
	EXPECT_EQ(MAX, first_wrong_of(self->entries + 1, MAX - 1, b.done));
}

TEST_F(batch, rejects_read_only_entries)
{
	long page = sysconf(_SC_PAGESIZE);
	DECLARE_BATCH(b, self->entries, MAX);

	ASSERT_EQ(0, mprotect(self->pages, self->len - page, PROT_READ));
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	EXPECT_EQ(0, b.done);
	EXPECT_EQ(MAX, first_wrong(self->entries, 0));
}

/* The entries before the invalid one have results, and the others do not. */
TEST_F(batch, stops_at_a_call_that_is_not_admitted)
{
	const unsigned int at[] = { 0, 1, 101, 102, 500, MAX - 1 };
	const __u64 numbers[] = { 0, FORBIDDEN, PV_HC_VCPU_INFO, HARMLESS | 1ULL << 32, -1ULL };
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		for (k = 0; k < ARRAY_SIZE(numbers); k++) {
			DECLARE_BATCH(b, self->entries, MAX);

			fill(self->entries, MAX);
			self->entries[at[i]].nr = numbers[k];
			EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
			EXPECT_EQ(at[i], b.done);
			EXPECT_EQ(MAX, first_wrong(self->entries, at[i]));
		}
	}
}

TEST_F(batch, stops_at_an_excess_argument)
{
	unsigned int arg;

	for (arg = 0; arg < 4; arg++) {
		DECLARE_BATCH(b, self->entries, MAX);

		fill(self->entries, MAX);
		self->entries[300].args[arg] = 1ULL << 63;
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
		EXPECT_EQ(300, b.done);
		EXPECT_EQ(MAX, first_wrong(self->entries, 300));
	}
}

static void on_alarm(int sig)
{
}

/* A signal arrives between two chunks of one of many batches. */
TEST_F(batch, stops_at_a_signal)
{
	const struct itimerval off = {}, timer = { { 0, 3000 }, { 0, 3000 } };
	struct sigaction action = { .sa_handler = on_alarm };
	DECLARE_BATCH(b, self->entries, MAX);
	int i, err = 0;

	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &timer, NULL));
	for (i = 0; i < 10000 && !err; i++) {
		fill(self->entries, MAX);
		err = try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b);
	}
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &off, NULL));
	EXPECT_EQ(EINTR, err);
	EXPECT_LT(b.done, MAX);
	EXPECT_GT(b.done, 0);
	EXPECT_EQ(MAX, first_wrong(self->entries, b.done));
}

TEST_F(batch, rejects_an_offline_cpu)
{
	DECLARE_BATCH(b, self->entries, MAX);

	if (set_online(1, 0))
		SKIP(return, "CPU 1 cannot go offline");
	b.cpu = 1;
	EXPECT_EQ(ENODEV, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	EXPECT_EQ(0, b.done);
	EXPECT_EQ(MAX, first_wrong(self->entries, 0));
	ASSERT_EQ(0, set_online(1, 1));
	EXPECT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	EXPECT_EQ(MAX, b.done);
}

TEST_F(batch, stops_if_the_cpu_goes_offline)
{
	int status, err = 0;
	pid_t child;

	if (access("/sys/devices/system/cpu/cpu1/online", W_OK))
		SKIP(return, "there is no CPU 1 that can go offline");
	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		DECLARE_BATCH(b, self->entries, MAX);

		b.cpu = 1;
		while (!err) {
			fill(self->entries, MAX);
			err = try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b);
		}
		_exit(b.done < MAX && first_wrong(self->entries, b.done) == MAX ? err : 255);
	}
	ASSERT_EQ(0, end_by_offline(child, 100000, &status));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(ENODEV, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
