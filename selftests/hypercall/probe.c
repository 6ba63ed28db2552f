// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: the table of known calls and their attributes.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include "device.h"
#include "kselftest_harness.h"

#define MAX_CALLS	64

FIXTURE(probe)
{
	int fd;
	unsigned int nr;
	struct pv_hypercall_probe known[MAX_CALLS];
	bool host;
};

static int probe(int fd, __u64 nr, __u32 flags, struct pv_hypercall_probe *p)
{
	memset(p, 0xff, sizeof(*p));
	p->size = sizeof(*p);
	p->flags = flags;
	p->nr = nr;
	return try_ioctl(fd, PV_HYPERCALL_PROBE, p);
}

FIXTURE_SETUP(probe)
{
	struct pv_hypercall_query query = { .size = sizeof(query) };
	__u64 nr = 0;

	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &query));
	self->host = query.out_flags & PV_HYPERCALL_HOST;
	for (self->nr = 0; self->nr < MAX_CALLS; self->nr++) {
		if (probe(self->fd, nr, PV_HYPERCALL_NEXT, &self->known[self->nr]))
			break;
		nr = self->known[self->nr].found + 1;
	}
	ASSERT_EQ(ENOENT, errno);
	ASSERT_GE(self->nr, 12);
}

FIXTURE_TEARDOWN(probe)
{
	close(self->fd);
}

TEST_F(probe, next_returns_ascending_numbers)
{
	unsigned int i;

	for (i = 1; i < self->nr; i++)
		EXPECT_LT(self->known[i - 1].found, self->known[i].found);
}

TEST_F(probe, members_are_in_range)
{
	const struct pv_hypercall_probe *p;
	unsigned int i;
	size_t len;

	for (i = 0; i < self->nr; i++) {
		p = &self->known[i];
		len = strnlen(p->name, sizeof(p->name));
		EXPECT_LE(p->argc, 4);
		EXPECT_LE(p->answer, PV_HYPERCALL_ANSWERED);
		EXPECT_EQ(0, p->out_flags & ~PV_HYPERCALL_ALLOWED);
		EXPECT_EQ(0, p->reserved);
		EXPECT_GT(len, 3);
		EXPECT_LT(len, sizeof(p->name));
		/* The bytes after the name do not leak kernel memory. */
		for (; len < sizeof(p->name); len++)
			EXPECT_EQ(0, p->name[len]);
		TH_LOG("0x%llx %s argc %u flags %u answer %u status %lld", p->found, p->name,
		       p->argc, p->out_flags, p->answer, p->status);
	}
}

/* A walk with the same struct needs a new @nr only. */
TEST_F(probe, repeated_call_with_the_same_struct_returns_the_same)
{
	struct pv_hypercall_probe p, first;
	int i;

	ASSERT_EQ(0, probe(self->fd, self->known[1].found - 1, PV_HYPERCALL_NEXT, &first));
	p = first;
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_PROBE, &p));
		EXPECT_EQ(0, memcmp(&first, &p, sizeof(p)));
	}
	p.nr = p.found + 1;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_PROBE, &p));
	EXPECT_GT(p.found, first.found);
}

TEST_F(probe, lookup_by_number_matches_next)
{
	struct pv_hypercall_probe p;
	unsigned int i;

	for (i = 0; i < self->nr; i++) {
		EXPECT_EQ(0, probe(self->fd, self->known[i].found, 0, &p));
		EXPECT_EQ(self->known[i].found, p.nr);
		EXPECT_EQ(self->known[i].found, p.found);
		EXPECT_STREQ(self->known[i].name, p.name);
		EXPECT_EQ(self->known[i].answer, p.answer);
	}
}

TEST_F(probe, unknown_numbers_fail_with_enoent)
{
	const __u64 numbers[] = { 0, 13, 0x5a5a5a5a, PV_HC_BASE + PV_HC_NR,
				  HARMLESS | 1ULL << 32, -1ULL };
	struct pv_hypercall_probe p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		EXPECT_EQ(ENOENT, probe(self->fd, numbers[i], 0, &p));
	EXPECT_EQ(ENOENT, probe(self->fd, 1ULL << 32, PV_HYPERCALL_NEXT, &p));
	EXPECT_EQ(ENOENT, probe(self->fd, -1ULL, PV_HYPERCALL_NEXT, &p));
}

/* CALL makes the calls that have the flag, and no others. */
TEST_F(probe, flag_allowed_matches_call)
{
	struct pv_hypercall_call call;
	unsigned int i;

	for (i = 0; i < self->nr; i++) {
		bool allowed = self->known[i].out_flags & PV_HYPERCALL_ALLOWED;

		call = (struct pv_hypercall_call){
			.size = sizeof(call),
			.nr = self->known[i].found,
		};
		EXPECT_EQ(allowed ? 0 : EPERM, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call)) {
			TH_LOG("%s", self->known[i].name);
		}
	}
}

/* CALL rejects more arguments than argc. */
TEST_F(probe, argument_count_matches_call)
{
	struct pv_hypercall_call call;
	unsigned int i;

	for (i = 0; i < self->nr; i++) {
		if (!(self->known[i].out_flags & PV_HYPERCALL_ALLOWED) || self->known[i].argc > 3)
			continue;
		call = (struct pv_hypercall_call){
			.size = sizeof(call),
			.nr = self->known[i].found,
		};
		call.args[self->known[i].argc] = 1;
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call)) {
			TH_LOG("%s", self->known[i].name);
		}
	}
}

/* A probe does not make calls with effects, so they have no status. */
TEST_F(probe, calls_with_effects_are_not_made)
{
	struct pv_hypercall_probe p;

	ASSERT_EQ(0, probe(self->fd, FORBIDDEN, 0, &p));
	EXPECT_EQ(0, p.out_flags);
	EXPECT_EQ(0, p.status);
	EXPECT_NE(PV_HYPERCALL_ANSWERED, p.answer);
}

TEST_F(probe, answer_and_status_match_the_call)
{
	struct pv_hypercall_probe p;

	ASSERT_EQ(0, probe(self->fd, HARMLESS, 0, &p));
	EXPECT_EQ(PV_HYPERCALL_ANSWERED, p.answer);
	EXPECT_EQ(PV_HYPERCALL_ALLOWED, p.out_flags);
	EXPECT_GE(p.status, 0);

	ASSERT_EQ(0, probe(self->fd, PV_HC_UNASSIGNED, 0, &p));
	EXPECT_EQ(PV_HYPERCALL_REFUSED, p.answer);
	EXPECT_EQ(NOT_SUPPORTED, p.status);
}

TEST_F(probe, pvguest_calls_match_the_host_side)
{
	const __u32 answer = self->host ? PV_HYPERCALL_ANSWERED : PV_HYPERCALL_REFUSED;
	struct pv_hypercall_probe p;

	ASSERT_EQ(0, probe(self->fd, PV_HC_QUERY, 0, &p));
	EXPECT_STREQ("PV_HC_QUERY", p.name);
	EXPECT_EQ(answer, p.answer);
	EXPECT_EQ(self->host ? (__s64)PV_MAGIC : NOT_SUPPORTED, p.status);
	ASSERT_EQ(0, probe(self->fd, PV_HC_NOP, 0, &p));
	EXPECT_EQ(answer, p.answer);
	ASSERT_EQ(0, probe(self->fd, PV_HC_VCPU_INFO, 0, &p));
	EXPECT_EQ(answer, p.answer);
	EXPECT_EQ(0, p.out_flags);
	EXPECT_EQ(0, p.status);
}

TEST_HARNESS_MAIN
