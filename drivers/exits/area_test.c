// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of the telemetry, with a host that writes anything at any time.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>

/* KUnit can run init and exit in another thread than the test, so no thread has the lock. */
#undef lockdep_assert_held
#define lockdep_assert_held(lock)	((void)(lock))

/* The clock of the tests: the host runs when the driver reads it. */
#define _PV_EXITS_CLOCK_H
static u64 pv_area_test_now;
static void (*pv_area_test_host)(void);

static inline u64 pv_clock_read(void)
{
	if (pv_area_test_host)
		pv_area_test_host();
	return pv_area_test_now;
}

static inline u32 pv_clock_khz(void)
{
	return 0;
}

#include "area.c"

#define PV_AREA_TEST_VCPUS	2
#define PV_AREA_TEST_REASONS	3
#define PV_AREA_TEST_RING	4

struct pv_area_test_vcpu {
	struct pv_exits_vcpu vcpu;
	struct pv_exits_reason reason[PV_AREA_TEST_REASONS];
	struct pv_exits_event ring[PV_AREA_TEST_RING];
};

struct pv_area_test_pages {
	struct pv_shared_header header;
	struct pv_area_test_vcpu vcpu[PV_AREA_TEST_VCPUS];
};

static struct pv_area_test_pages *pv_area_test_pages;

static void pv_area_test_fill(struct pv_shared_header *header)
{
	header->magic = cpu_to_le32(PV_SHARED_MAGIC);
	header->version = cpu_to_le32(PV_SHARED_VERSION);
	header->epoch = cpu_to_le32(1);
	header->exits = cpu_to_le32(offsetof(struct pv_area_test_pages, vcpu));
	header->exits_stride = cpu_to_le32(sizeof(struct pv_area_test_vcpu));
	header->exits_nr = cpu_to_le32(PV_AREA_TEST_VCPUS);
	header->exits_level = cpu_to_le32(PV_EXITS_EVENTS);
	header->exits_set = cpu_to_le32(PV_EXITS_SVM);
	header->exits_khz = cpu_to_le32(1000000);
	header->exits_reasons = cpu_to_le32(offsetof(struct pv_area_test_vcpu, reason));
	header->exits_reason_size = cpu_to_le32(sizeof(struct pv_exits_reason));
	header->exits_nr_reasons = cpu_to_le32(PV_AREA_TEST_REASONS);
	header->exits_ring = cpu_to_le32(offsetof(struct pv_area_test_vcpu, ring));
	header->exits_ring_size = cpu_to_le32(PV_AREA_TEST_RING);
}

static int pv_area_test_init(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "pv_exits");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	pv_area_test_pages = kunit_kzalloc(test, sizeof(*pv_area_test_pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pv_area_test_pages);
	pv_area_test_fill(&pv_area_test_pages->header);
	pv_area_test_host = NULL;
	pv_area_test_now = 0;
	pv_area_invalid = 0;
	pv_area = (struct pv_area){
		.header = &pv_area_test_pages->header,
		.size = sizeof(*pv_area_test_pages),
		.dev = dev,
	};
	return 0;
}

static void pv_area_test_exit(struct kunit *test)
{
	if (!pv_area_test_pages)
		return;
	pv_area = (struct pv_area){};
	pv_area_test_pages = NULL;
}

static void pv_area_test_valid(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, pv_area_update());
	KUNIT_EXPECT_EQ(test, PV_AREA_TEST_VCPUS, pv_area.nr);
	KUNIT_EXPECT_EQ(test, PV_EXITS_EVENTS, pv_area.level);
	KUNIT_EXPECT_EQ(test, PV_EXITS_SVM, pv_area.set);
	KUNIT_EXPECT_PTR_EQ(test, &pv_area_test_pages->vcpu[1].vcpu, pv_area_vcpu(1));
	KUNIT_EXPECT_EQ(test, 0, pv_area_invalid);
}

static void pv_area_test_absent(struct kunit *test)
{
	struct pv_shared_header *header = &pv_area_test_pages->header;

	header->exits = 0;
	KUNIT_EXPECT_EQ(test, -ENODATA, pv_area_update());
	header->epoch = 0;
	KUNIT_EXPECT_EQ(test, -ENODEV, pv_area_update());
	/* Nothing responds. */
	memset(header, 0xff, sizeof(*header));
	KUNIT_EXPECT_EQ(test, -ENODEV, pv_area_update());
	pv_area.header = NULL;
	KUNIT_EXPECT_EQ(test, -ENODEV, pv_area_update());
	KUNIT_EXPECT_EQ(test, 0, pv_area_invalid);
}

/* Each member with values that no valid header has */
#define PV_AREA_TEST_LAYOUT(member, value) \
	{ #member " = " #value, offsetof(struct pv_shared_header, exits##member), value }

static const struct pv_area_test_layout {
	const char *what;
	size_t offset;
	u32 value;
} pv_area_test_layouts[] = {
	PV_AREA_TEST_LAYOUT(, 8),
	PV_AREA_TEST_LAYOUT(, 120),
	PV_AREA_TEST_LAYOUT(, 132),
	PV_AREA_TEST_LAYOUT(, 136),
	PV_AREA_TEST_LAYOUT(, U32_MAX - 7),
	PV_AREA_TEST_LAYOUT(_stride, 0),
	PV_AREA_TEST_LAYOUT(_stride, sizeof(struct pv_area_test_vcpu) - 8),
	PV_AREA_TEST_LAYOUT(_stride, sizeof(struct pv_area_test_vcpu) + 4),
	PV_AREA_TEST_LAYOUT(_stride, sizeof(struct pv_area_test_vcpu) + 8),
	PV_AREA_TEST_LAYOUT(_stride, U32_MAX - 7),
	PV_AREA_TEST_LAYOUT(_nr, PV_AREA_TEST_VCPUS + 1),
	PV_AREA_TEST_LAYOUT(_nr, PV_AREA_MAX_VCPUS + 1),
	PV_AREA_TEST_LAYOUT(_nr, U32_MAX),
	PV_AREA_TEST_LAYOUT(_khz, 0),
	PV_AREA_TEST_LAYOUT(_reasons, 0),
	PV_AREA_TEST_LAYOUT(_reasons, sizeof(struct pv_exits_vcpu) - 8),
	PV_AREA_TEST_LAYOUT(_reasons, sizeof(struct pv_exits_vcpu) + 4),
	PV_AREA_TEST_LAYOUT(_reasons, U32_MAX - 7),
	PV_AREA_TEST_LAYOUT(_reason_size, 0),
	PV_AREA_TEST_LAYOUT(_reason_size, sizeof(struct pv_exits_reason) - 8),
	PV_AREA_TEST_LAYOUT(_reason_size, sizeof(struct pv_exits_reason) + 4),
	PV_AREA_TEST_LAYOUT(_reason_size, 0x80000000),
	PV_AREA_TEST_LAYOUT(_nr_reasons, 2 * PV_AREA_TEST_REASONS),
	PV_AREA_TEST_LAYOUT(_nr_reasons, U32_MAX),
	PV_AREA_TEST_LAYOUT(_ring, 0),
	PV_AREA_TEST_LAYOUT(_ring, sizeof(struct pv_exits_vcpu) - 8),
	PV_AREA_TEST_LAYOUT(_ring, sizeof(struct pv_area_test_vcpu)),
	PV_AREA_TEST_LAYOUT(_ring, U32_MAX - 7),
	PV_AREA_TEST_LAYOUT(_ring_size, 3),
	PV_AREA_TEST_LAYOUT(_ring_size, 2 * PV_AREA_TEST_RING),
	PV_AREA_TEST_LAYOUT(_ring_size, 0x80000000),
	PV_AREA_TEST_LAYOUT(_ring_size, U32_MAX),
};

static void pv_area_test_describe(const struct pv_area_test_layout *layout, char *text)
{
	strscpy(text, layout->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pv_area_test, pv_area_test_layouts, pv_area_test_describe);

static void pv_area_test_rejects(struct kunit *test)
{
	const struct pv_area_test_layout *layout = test->param_value;
	void *header = &pv_area_test_pages->header;

	*(__le32 *)(header + layout->offset) = cpu_to_le32(layout->value);
	KUNIT_EXPECT_EQ(test, -EPROTO, pv_area_update());
	KUNIT_EXPECT_EQ(test, 1, pv_area_invalid);
}

static void pv_area_test_no_ring(struct kunit *test)
{
	pv_area_test_pages->header.exits_ring = 0;
	pv_area_test_pages->header.exits_ring_size = 0;
	KUNIT_EXPECT_EQ(test, 0, pv_area_update());
	KUNIT_EXPECT_EQ(test, 0, pv_area.ring_size);
}

/* Counters of vCPU 1 that differ from each other */
static void pv_area_test_count(void)
{
	struct pv_area_test_vcpu *v = &pv_area_test_pages->vcpu[1];
	u32 i;

	v->vcpu.vcpu_id = cpu_to_le32(7);
	v->vcpu.nr_reasons = cpu_to_le32(2);
	v->vcpu.halts = cpu_to_le64(0x100000001ULL);
	v->vcpu.halt_time = cpu_to_le64(11);
	v->vcpu.preemptions = cpu_to_le64(12);
	v->vcpu.preempt_time = cpu_to_le64(13);
	for (i = 0; i < PV_AREA_TEST_REASONS; i++) {
		v->reason[i].reason = cpu_to_le32(100 + i);
		v->reason[i].count = cpu_to_le64(200 + i);
		v->reason[i].time = cpu_to_le64(300 + i);
		v->reason[i].users = cpu_to_le64(400 + i);
		v->reason[i].user_time = cpu_to_le64(500 + i);
		v->reason[i].histogram[PV_EXITS_BUCKETS - 1] = cpu_to_le64(600 + i);
	}
}

static struct pv_exits_stat *pv_area_test_stats(struct kunit *test)
{
	struct pv_exits_stat *stats;

	stats = kunit_kcalloc(test, PV_AREA_TEST_REASONS, sizeof(*stats), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stats);
	KUNIT_ASSERT_EQ(test, 0, pv_area_update());
	return stats;
}

static void pv_area_test_reads(struct kunit *test)
{
	struct pv_exits_stat *stats = pv_area_test_stats(test);
	struct pv_exits_read read = {};
	u32 nr = PV_AREA_TEST_REASONS;

	pv_area_test_count();
	pv_area_test_now = 99;
	KUNIT_ASSERT_EQ(test, 0, pv_area_read(1, &read, stats, &nr));
	KUNIT_EXPECT_EQ(test, 2, nr);
	KUNIT_EXPECT_EQ(test, 7, read.vcpu_id);
	KUNIT_EXPECT_EQ(test, 99, read.now);
	KUNIT_EXPECT_EQ(test, 0x100000001ULL, read.halts);
	KUNIT_EXPECT_EQ(test, 11, read.halt_time);
	KUNIT_EXPECT_EQ(test, 12, read.preemptions);
	KUNIT_EXPECT_EQ(test, 13, read.preempt_time);
	KUNIT_EXPECT_EQ(test, 101, stats[1].reason);
	KUNIT_EXPECT_EQ(test, 201, stats[1].count);
	KUNIT_EXPECT_EQ(test, 301, stats[1].time);
	KUNIT_EXPECT_EQ(test, 401, stats[1].users);
	KUNIT_EXPECT_EQ(test, 501, stats[1].user_time);
	KUNIT_EXPECT_EQ(test, 601, stats[1].histogram[PV_EXITS_BUCKETS - 1]);
	KUNIT_EXPECT_EQ(test, 0, stats[2].count);
}

static u32 pv_area_test_writes;

/* The host changes a counter while the driver reads, as often as pv_area_test_writes. */
static void pv_area_test_change(void)
{
	struct pv_exits_vcpu *vcpu = &pv_area_test_pages->vcpu[1].vcpu;

	if (!pv_area_test_writes)
		return;
	pv_area_test_writes--;
	le32_add_cpu(&vcpu->seq, 2);
	vcpu->halts = cpu_to_le64(1000);
	vcpu->halt_time = cpu_to_le64(2000);
}

/* The result has both members of before or both of after, never one of each. */
static void pv_area_test_retries(struct kunit *test)
{
	struct pv_exits_stat *stats = pv_area_test_stats(test);
	struct pv_exits_read read = {};
	u32 nr = PV_AREA_TEST_REASONS;

	pv_area_test_count();
	pv_area_test_writes = 1;
	pv_area_test_host = pv_area_test_change;
	KUNIT_ASSERT_EQ(test, 0, pv_area_read(1, &read, stats, &nr));
	KUNIT_EXPECT_EQ(test, 0, pv_area_test_writes);
	KUNIT_EXPECT_EQ(test, 1000, read.halts);
	KUNIT_EXPECT_EQ(test, 2000, read.halt_time);
}

static void pv_area_test_gives_up(struct kunit *test)
{
	struct pv_exits_stat *stats = pv_area_test_stats(test);
	struct pv_exits_read read = {};
	u32 nr = PV_AREA_TEST_REASONS;

	/* A host that stopped within a change */
	pv_area_test_pages->vcpu[1].vcpu.seq = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, -EAGAIN, pv_area_read(1, &read, stats, &nr));
	/* A host that changes the counters each time */
	pv_area_test_pages->vcpu[1].vcpu.seq = 0;
	pv_area_test_writes = U32_MAX;
	pv_area_test_host = pv_area_test_change;
	KUNIT_EXPECT_EQ(test, -EAGAIN, pv_area_read(1, &read, stats, &nr));
}

/* The driver copies not more reasons than the caller has space for. */
static void pv_area_test_many(struct kunit *test)
{
	struct pv_exits_stat *stats = pv_area_test_stats(test);
	struct pv_exits_read read = {};
	u32 nr = PV_AREA_TEST_REASONS;

	pv_area_test_pages->vcpu[1].vcpu.nr_reasons = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, 0, pv_area_read(1, &read, stats, &nr));
	KUNIT_EXPECT_EQ(test, PV_AREA_TEST_REASONS, nr);
	KUNIT_EXPECT_EQ(test, 1, pv_area_invalid);
}

static void pv_area_test_durations(struct kunit *test)
{
	pv_area.khz = 2000000;
	KUNIT_EXPECT_EQ(test, 0, pv_area_ns(0));
	KUNIT_EXPECT_EQ(test, 500, pv_area_ns(1000));
	KUNIT_EXPECT_EQ(test, U64_MAX / 2, pv_area_ns(U64_MAX));
	/* Longer than 2^64 ns */
	pv_area.khz = 1;
	KUNIT_EXPECT_EQ(test, U64_MAX, pv_area_ns(U64_MAX));
	KUNIT_EXPECT_EQ(test, 3 * USEC_PER_SEC, pv_area_ns(3));
	pv_area.khz = U32_MAX;
	KUNIT_EXPECT_LT(test, pv_area_ns(U64_MAX), U64_MAX);
}

static struct kunit_case pv_area_test_cases[] = {
	KUNIT_CASE(pv_area_test_valid),
	KUNIT_CASE(pv_area_test_absent),
	KUNIT_CASE_PARAM(pv_area_test_rejects, pv_area_test_gen_params),
	KUNIT_CASE(pv_area_test_no_ring),
	KUNIT_CASE(pv_area_test_reads),
	KUNIT_CASE(pv_area_test_retries),
	KUNIT_CASE(pv_area_test_gives_up),
	KUNIT_CASE(pv_area_test_many),
	KUNIT_CASE(pv_area_test_durations),
	{}
};

static struct kunit_suite pv_area_test_suite = {
	.name = "pv_area",
	.init = pv_area_test_init,
	.exit = pv_area_test_exit,
	.test_cases = pv_area_test_cases,
};

kunit_test_suite(pv_area_test_suite);
