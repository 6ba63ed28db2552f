// SPDX-License-Identifier: GPL-2.0-only
/*
 * Performance tables and perf domains, with a host that reports anything.
 */
#include "device_test.h"

#undef readl_relaxed
#undef writel
#define readl_relaxed	vcpufreq_test_read
#define writel		vcpufreq_test_write

#include "domain.c"

/* All CPUs get this table, and the domain of their number. */
static void vcpufreq_domain_test_set(struct vcpufreq_test_device *device, const u32 *perf, u32 nr)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		device->frame[cpu].len = nr;
		device->frame[cpu].sel = 0;
		device->frame[cpu].domain = cpu;
		memcpy(device->frame[cpu].perf, perf,
		       min_t(u32, nr, PV_FREQ_PERFTBL_MAX) * sizeof(*perf));
		device->vdev->domain[cpu] = NULL;
	}
}

static struct vcpufreq_test_device *vcpufreq_domain_test_new(struct kunit *test, const u32 *perf,
							     u32 nr)
{
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);

	vcpufreq_domain_test_set(device, perf, nr);
	return device;
}

static void vcpufreq_domain_test_sorts(struct kunit *test)
{
	static const u32 perf[] = { 3000, 1000, 2000 };
	struct vcpufreq_test_device *device = vcpufreq_domain_test_new(test, perf, 3);
	const struct vcpufreq_domain *domain;

	KUNIT_ASSERT_EQ(test, 0, vcpufreq_domain_load(device->vdev));
	domain = device->vdev->domain[0];
	KUNIT_EXPECT_EQ(test, 3, domain->nr);
	KUNIT_EXPECT_EQ(test, 1000, domain->entry[0].frequency);
	KUNIT_EXPECT_EQ(test, 2000, domain->entry[1].frequency);
	KUNIT_EXPECT_EQ(test, 3000, domain->entry[2].frequency);
	KUNIT_EXPECT_EQ(test, (u32)CPUFREQ_TABLE_END, domain->entry[3].frequency);
	KUNIT_EXPECT_EQ(test, 1000, domain->min);
	KUNIT_EXPECT_EQ(test, 3000, domain->max);
	KUNIT_EXPECT_EQ(test, 0, device->wrong);
}

static void vcpufreq_domain_test_one_entry(struct kunit *test)
{
	static const u32 perf[] = { 3000 };
	struct vcpufreq_test_device *device = vcpufreq_domain_test_new(test, perf, 1);

	KUNIT_ASSERT_EQ(test, 0, vcpufreq_domain_load(device->vdev));
	KUNIT_EXPECT_EQ(test, 1, device->vdev->domain[0]->min);
	KUNIT_EXPECT_EQ(test, 3000, device->vdev->domain[0]->max);
}

static void vcpufreq_domain_test_longest(struct kunit *test)
{
	u32 perf[PV_FREQ_PERFTBL_MAX], i;
	struct vcpufreq_test_device *device;

	for (i = 0; i < ARRAY_SIZE(perf); i++)
		perf[i] = S32_MAX - i;
	device = vcpufreq_domain_test_new(test, perf, ARRAY_SIZE(perf));
	KUNIT_ASSERT_EQ(test, 0, vcpufreq_domain_load(device->vdev));
	KUNIT_EXPECT_EQ(test, PV_FREQ_PERFTBL_MAX, device->vdev->domain[0]->nr);
	KUNIT_EXPECT_EQ(test, S32_MAX - 63, device->vdev->domain[0]->min);
	KUNIT_EXPECT_EQ(test, S32_MAX, device->vdev->domain[0]->max);
}

/* The driver rejects the length before it reads an entry, so it selects none. */
static void vcpufreq_domain_test_lengths(struct kunit *test)
{
	static const u32 lengths[] = { 0, PV_FREQ_PERFTBL_MAX + 1, S32_MAX, U32_MAX };
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	struct vcpufreq_frame *frame;
	size_t i;

	frame = kunit_kzalloc(test, sizeof(*frame), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		device->frame[0].len = lengths[i];
		device->frame[0].sel = U32_MAX;
		KUNIT_ASSERT_EQ(test, -ENODEV, vcpufreq_domain_read_len(device->vdev, 0, frame));
		KUNIT_EXPECT_EQ(test, -ENODEV, vcpufreq_domain_load(device->vdev));
		KUNIT_EXPECT_EQ(test, U32_MAX, device->frame[0].sel);
	}
}

static void vcpufreq_domain_test_entries(struct kunit *test)
{
	static const u32 invalid[] = { 0, (u32)S32_MAX + 1, CPUFREQ_ENTRY_INVALID,
				       CPUFREQ_TABLE_END, U32_MAX };
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	u32 perf[3];
	size_t i, at;

	for (i = 0; i < ARRAY_SIZE(invalid); i++) {
		for (at = 0; at < ARRAY_SIZE(perf); at++) {
			perf[0] = 1000;
			perf[1] = 2000;
			perf[2] = 3000;
			perf[at] = invalid[i];
			vcpufreq_domain_test_set(device, perf, 3);
			KUNIT_EXPECT_EQ_MSG(test, -EINVAL, vcpufreq_domain_load(device->vdev),
					    "entry %zu is %u", at, invalid[i]);
		}
	}
}

static void vcpufreq_domain_test_duplicates(struct kunit *test)
{
	static const u32 first[] = { 1000, 2000, 1000 }, last[] = { 3000, 2000, 3000 };
	struct vcpufreq_test_device *device = vcpufreq_domain_test_new(test, first, 3);

	KUNIT_EXPECT_EQ(test, -EINVAL, vcpufreq_domain_load(device->vdev));
	vcpufreq_domain_test_set(device, last, 3);
	KUNIT_EXPECT_EQ(test, -EINVAL, vcpufreq_domain_load(device->vdev));
}

static void vcpufreq_domain_test_differs(struct kunit *test)
{
	static const u32 perf[] = { 1000, 2000 };
	struct vcpufreq_test_device *device = vcpufreq_domain_test_new(test, perf, 2);
	struct vcpufreq_frame frame = { .nr = 2, .perf = { 1000, 2000 } };
	const struct vcpufreq_domain *domain;

	KUNIT_ASSERT_EQ(test, 0, vcpufreq_domain_load(device->vdev));
	domain = device->vdev->domain[0];
	KUNIT_EXPECT_PTR_EQ(test, domain, vcpufreq_domain_find(device->vdev, 0));
	KUNIT_EXPECT_NULL(test, vcpufreq_domain_find(device->vdev, nr_cpu_ids));
	KUNIT_EXPECT_TRUE(test, vcpufreq_domain_same(domain, &frame));
	frame.perf[1] = 2001;
	KUNIT_EXPECT_FALSE(test, vcpufreq_domain_same(domain, &frame));
	frame.perf[1] = 2000;
	frame.nr = 1;
	KUNIT_EXPECT_FALSE(test, vcpufreq_domain_same(domain, &frame));
}

/* Each attach sets perftbl_sel to 0, which is never the marker. */
static void vcpufreq_domain_test_marker(struct kunit *test)
{
	static const u32 perf[] = { 1000, 2000, 3000 };
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	u32 nr;

	for (nr = 1; nr <= ARRAY_SIZE(perf); nr++) {
		vcpufreq_domain_test_set(device, perf, nr);
		KUNIT_ASSERT_EQ(test, 0, vcpufreq_domain_load(device->vdev));
		KUNIT_EXPECT_TRUE(test, device->vdev->has_marker);
		KUNIT_EXPECT_NE(test, 0, device->frame[0].sel);
		KUNIT_EXPECT_FALSE(test, vcpufreq_domain_was_attached(device->vdev));
		device->frame[0].sel = 0;
		KUNIT_EXPECT_TRUE(test, vcpufreq_domain_was_attached(device->vdev));
		device->frame[0].len = 0;
		KUNIT_EXPECT_FALSE(test, vcpufreq_domain_was_attached(device->vdev));
		device->frame[0].len = U32_MAX;
		KUNIT_EXPECT_FALSE(test, vcpufreq_domain_was_attached(device->vdev));
	}
}

static void vcpufreq_domain_test_keeps(struct kunit *test)
{
	static const u32 perf[] = { 1000, 2000 };
	struct vcpufreq_test_device *device = vcpufreq_domain_test_new(test, perf, 2);
	const struct vcpufreq_domain *domain;

	KUNIT_ASSERT_EQ(test, 0, vcpufreq_domain_load(device->vdev));
	domain = device->vdev->domain[0];
	device->frame[0].perf[1] = 4000;
	vcpufreq_domain_check(device->vdev, 0);
	KUNIT_EXPECT_EQ(test, 2000, domain->entry[1].frequency);
	KUNIT_EXPECT_EQ(test, 2000, domain->max);
	/* The check has read the table, and set the marker again. */
	KUNIT_EXPECT_FALSE(test, vcpufreq_domain_was_attached(device->vdev));
}

static struct kunit_case vcpufreq_domain_test_cases[] = {
	KUNIT_CASE(vcpufreq_domain_test_sorts),
	KUNIT_CASE(vcpufreq_domain_test_one_entry),
	KUNIT_CASE(vcpufreq_domain_test_longest),
	KUNIT_CASE(vcpufreq_domain_test_lengths),
	KUNIT_CASE(vcpufreq_domain_test_entries),
	KUNIT_CASE(vcpufreq_domain_test_duplicates),
	KUNIT_CASE(vcpufreq_domain_test_differs),
	KUNIT_CASE(vcpufreq_domain_test_marker),
	KUNIT_CASE(vcpufreq_domain_test_keeps),
	{}
};

static struct kunit_suite vcpufreq_domain_test_suite = {
	.name = "vcpufreq_domain",
	.test_cases = vcpufreq_domain_test_cases,
};

kunit_test_suite(vcpufreq_domain_test_suite);
