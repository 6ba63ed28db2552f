// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of the shared pages, with a host that writes anything.
 */
#include "device_test.h"

#undef readl_relaxed
#undef writel
#define readl_relaxed	vcpufreq_test_read
#define writel		vcpufreq_test_write

#include "record.c"

#define VCPUFREQ_RECORD_TEST_MIN	1000
#define VCPUFREQ_RECORD_TEST_MAX	3000

static struct vcpufreq_test_device *vcpufreq_record_test_new(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);

	vcpufreq_test_device_domain(test, device, VCPUFREQ_RECORD_TEST_MIN,
				    VCPUFREQ_RECORD_TEST_MAX);
	/* More possible CPUs than records are a test of their own. */
	if (nr_cpu_ids > VCPUFREQ_TEST_RECORDS)
		kunit_skip(test, "the machine has more than %d CPUs", VCPUFREQ_TEST_RECORDS);
	vcpufreq_record_switch(device->vdev, 1);
	return device;
}

static void vcpufreq_record_test_finds(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	unsigned int cpu;

	for (cpu = 0; cpu < VCPUFREQ_TEST_RECORDS; cpu++)
		KUNIT_EXPECT_PTR_EQ(test, &device->pages->record[cpu],
				    vcpufreq_record_find(device->vdev, cpu));
	KUNIT_EXPECT_NULL(test, vcpufreq_record_find(device->vdev, VCPUFREQ_TEST_RECORDS));
	KUNIT_EXPECT_NULL(test, vcpufreq_record_find(device->vdev, UINT_MAX));
}

/* Headers whose record of CPU 1 is not within the mapping, aligned and behind the header */
static const struct vcpufreq_record_test_layout {
	const char *what;
	u32 nr;
	u32 first;
	u32 size;
} vcpufreq_record_test_layouts[] = {
	{ "no records", 0, 128, 128 },
	{ "one record", 1, 128, 128 },
	{ "records in the header", 4, 0, 128 },
	{ "records that overlap the header", 4, 124, 128 },
	{ "records that are too small", 4, 128, 124 },
	{ "records without a size", 4, 128, 0 },
	{ "a record that ends beyond the pages", 4, 128 * 3 + 4, 128 },
	{ "a record beyond the pages", 4, 128 * 5, 128 },
	{ "an offset that is not aligned", 4, 129, 128 },
	{ "a size that is not aligned", 4, 128, 130 },
	{ "an offset that wraps around", U32_MAX, U32_MAX - 3, 128 },
	{ "a size that wraps around", U32_MAX, 128, U32_MAX - 127 },
	{ "all bits set", U32_MAX, U32_MAX, U32_MAX },
};

static void vcpufreq_record_test_describe(const struct vcpufreq_record_test_layout *layout,
					  char *text)
{
	strscpy(text, layout->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vcpufreq_record_test, vcpufreq_record_test_layouts,
		  vcpufreq_record_test_describe);

static void vcpufreq_record_test_rejects(struct kunit *test)
{
	const struct vcpufreq_record_test_layout *layout = test->param_value;
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	struct pv_shared_header *header = &device->pages->header;

	header->nr_records = cpu_to_le32(layout->nr);
	header->records = cpu_to_le32(layout->first);
	header->record_size = cpu_to_le32(layout->size);
	KUNIT_EXPECT_NULL(test, vcpufreq_record_find(device->vdev, 1));
}

/* The last record that fits, to the byte */
static void vcpufreq_record_test_last_byte(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	u32 last = VCPUFREQ_TEST_RECORDS - 1;

	KUNIT_EXPECT_NOT_NULL(test, vcpufreq_record_find(device->vdev, last));
	device->vdev->shared_size--;
	KUNIT_EXPECT_NULL(test, vcpufreq_record_find(device->vdev, last));
	KUNIT_EXPECT_NOT_NULL(test, vcpufreq_record_find(device->vdev, last - 1));
}

static void vcpufreq_record_test_epochs(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_test_device_new(test);
	struct pv_shared_header *header = &device->pages->header;
	struct vcpufreq_device *vdev = device->vdev;

	header->epoch = cpu_to_le32(77);
	KUNIT_EXPECT_EQ(test, 77, vcpufreq_record_epoch(vdev));
	header->version = cpu_to_le32(PV_SHARED_VERSION + 1);
	KUNIT_EXPECT_EQ(test, 77, vcpufreq_record_epoch(vdev));
	header->version = 0;
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_epoch(vdev));
	header->version = cpu_to_le32(PV_SHARED_VERSION);
	header->magic = cpu_to_le32(PV_SHARED_MAGIC + 1);
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_epoch(vdev));
	/* Nothing responds. */
	memset(header, 0xff, sizeof(*header));
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_epoch(vdev));
	vdev->shared = NULL;
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_epoch(vdev));
}

/* Any performance that the host reports is within the table. */
static void vcpufreq_record_test_cur(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_record_test_new(test);
	struct pv_freq_record *rec = &device->pages->record[0];

	rec->cur_perf = cpu_to_le32(2000);
	KUNIT_EXPECT_EQ(test, 2000, vcpufreq_record_cur(device->vdev, 0));
	rec->cur_perf = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, VCPUFREQ_RECORD_TEST_MIN, vcpufreq_record_cur(device->vdev, 0));
	rec->cur_perf = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, VCPUFREQ_RECORD_TEST_MAX, vcpufreq_record_cur(device->vdev, 0));

	/* 0: read the register */
	rec->cur_perf = 0;
	device->frame[0].cur = 1500;
	KUNIT_EXPECT_EQ(test, 1500, vcpufreq_record_cur(device->vdev, 0));
	device->frame[0].cur = U32_MAX;
	KUNIT_EXPECT_EQ(test, VCPUFREQ_RECORD_TEST_MAX, vcpufreq_record_cur(device->vdev, 0));
	device->frame[0].cur = 0;
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_cur(device->vdev, 0));
	KUNIT_EXPECT_EQ(test, 0, device->wrong);
}

static void vcpufreq_record_test_cap(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_record_test_new(test);
	struct pv_freq_record *rec = &device->pages->record[0];

	rec->cap = 0;
	KUNIT_EXPECT_EQ(test, U32_MAX, vcpufreq_record_cap(device->vdev, 0));
	rec->cap = cpu_to_le32(VCPUFREQ_RECORD_TEST_MAX - 1);
	KUNIT_EXPECT_EQ(test, VCPUFREQ_RECORD_TEST_MAX - 1, vcpufreq_record_cap(device->vdev, 0));
	rec->cap = cpu_to_le32(VCPUFREQ_RECORD_TEST_MAX);
	KUNIT_EXPECT_EQ(test, U32_MAX, vcpufreq_record_cap(device->vdev, 0));
	rec->cap = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, U32_MAX, vcpufreq_record_cap(device->vdev, 0));

	rec->cap = cpu_to_le32(1);
	vcpufreq_record_switch(device->vdev, 0);
	KUNIT_EXPECT_EQ(test, U32_MAX, vcpufreq_record_cap(device->vdev, 0));
}

static void vcpufreq_record_test_posts(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_record_test_new(test);
	struct vcpufreq_domain *domain = device->vdev->domain[0];
	unsigned int cpu;

	vcpufreq_record_post(device->vdev, domain, 2000);
	for_each_possible_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, 2000, le32_to_cpu(device->pages->record[cpu].request));
		KUNIT_EXPECT_EQ(test, 2000, vcpufreq_record_posted(device->vdev, cpu));
	}

	/* Without a host side each access exits to the VMM. */
	vcpufreq_record_switch(device->vdev, 0);
	vcpufreq_record_post(device->vdev, domain, 3000);
	KUNIT_EXPECT_EQ(test, 2000, le32_to_cpu(device->pages->record[0].request));
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_posted(device->vdev, 0));
}

static bool vcpufreq_record_test_can_post(struct vcpufreq_test_device *device, bool *event)
{
	bool can;

	*event = false;
	preempt_disable();
	can = vcpufreq_record_can_post(device->vdev, device->vdev->domain[0], event);
	preempt_enable();
	return can;
}

static void vcpufreq_record_test_events(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_record_test_new(test);
	unsigned int cpu;
	bool event;

	KUNIT_EXPECT_TRUE(test, vcpufreq_record_test_can_post(device, &event));
	KUNIT_EXPECT_FALSE(test, event);

	for_each_possible_cpu(cpu)
		device->pages->record[cpu].cap = cpu_to_le32(2000);
	KUNIT_EXPECT_TRUE(test, vcpufreq_record_test_can_post(device, &event));
	KUNIT_EXPECT_TRUE(test, event);

	/* The monitor handles it. */
	for_each_possible_cpu(cpu)
		vcpufreq_record_cap(device->vdev, cpu);
	KUNIT_EXPECT_TRUE(test, vcpufreq_record_test_can_post(device, &event));
	KUNIT_EXPECT_FALSE(test, event);

	device->pages->header.epoch = cpu_to_le32(2);
	KUNIT_EXPECT_FALSE(test, vcpufreq_record_test_can_post(device, &event));
	KUNIT_EXPECT_TRUE(test, event);

	vcpufreq_record_switch(device->vdev, 0);
	KUNIT_EXPECT_FALSE(test, vcpufreq_record_test_can_post(device, &event));
	KUNIT_EXPECT_FALSE(test, event);
}

/* A CPU without a record prevents posting for its domain. */
static void vcpufreq_record_test_missing(struct kunit *test)
{
	struct vcpufreq_test_device *device = vcpufreq_record_test_new(test);
	struct vcpufreq_device *vdev = device->vdev;
	bool event;

	device->pages->header.nr_records = cpu_to_le32(nr_cpu_ids - 1);
	vcpufreq_record_switch(vdev, 2);
	device->pages->header.epoch = cpu_to_le32(2);
	KUNIT_EXPECT_FALSE(test, vdev->domain[0]->has_records);
	KUNIT_EXPECT_FALSE(test, vcpufreq_record_test_can_post(device, &event));
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_record_posted(vdev, nr_cpu_ids - 1));
}

static struct kunit_case vcpufreq_record_test_cases[] = {
	KUNIT_CASE(vcpufreq_record_test_finds),
	KUNIT_CASE_PARAM(vcpufreq_record_test_rejects, vcpufreq_record_test_gen_params),
	KUNIT_CASE(vcpufreq_record_test_last_byte),
	KUNIT_CASE(vcpufreq_record_test_epochs),
	KUNIT_CASE(vcpufreq_record_test_cur),
	KUNIT_CASE(vcpufreq_record_test_cap),
	KUNIT_CASE(vcpufreq_record_test_posts),
	KUNIT_CASE(vcpufreq_record_test_events),
	KUNIT_CASE(vcpufreq_record_test_missing),
	{}
};

static struct kunit_suite vcpufreq_record_test_suite = {
	.name = "vcpufreq_record",
	.test_cases = vcpufreq_record_test_cases,
};

kunit_test_suite(vcpufreq_record_test_suite);
