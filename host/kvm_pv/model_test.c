// SPDX-License-Identifier: GPL-2.0
/*
 * Performance tables, perf domains and caps of the host.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "model.c"

static void kvm_pv_model_test_set(struct kunit *test, struct kvm_pv_model *model)
{
	static const u32 perf[] = { 1000, 2000, 3000 };

	memset(model, 0, sizeof(*model));
	memcpy(model->perf, perf, sizeof(perf));
	KUNIT_ASSERT_EQ(test, 0, kvm_pv_model_set_table(model, ARRAY_SIZE(perf)));
	KUNIT_ASSERT_EQ(test, 0, kvm_pv_model_set_cap(model, 0));
}

static void kvm_pv_model_test_table(struct kunit *test)
{
	struct kvm_pv_model model = { .perf = { 1, 2, U32_MAX } };

	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_table(&model, 3));
	KUNIT_EXPECT_EQ(test, 3, model.nr_perf);
	KUNIT_EXPECT_EQ(test, 1, kvm_pv_model_min(&model));
	KUNIT_EXPECT_EQ(test, U32_MAX, kvm_pv_model_max(&model));
}

static void kvm_pv_model_test_table_invalid(struct kunit *test)
{
	struct kvm_pv_model model = { .perf = { 1000, 2000, 2000, 1500 } };

	KUNIT_EXPECT_EQ(test, -EINVAL, kvm_pv_model_set_table(&model, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, kvm_pv_model_set_table(&model, KVM_PV_MAX_PERF + 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, kvm_pv_model_set_table(&model, 3));
	model.perf[2] = 3000;
	KUNIT_EXPECT_EQ(test, -EINVAL, kvm_pv_model_set_table(&model, 4));
	model.perf[0] = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, kvm_pv_model_set_table(&model, 3));
	KUNIT_EXPECT_EQ(test, 0, model.nr_perf);
}

static void kvm_pv_model_test_table_longest(struct kunit *test)
{
	struct kvm_pv_model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, model);
	for (i = 0; i < KVM_PV_MAX_PERF; i++)
		model->perf[i] = i + 1;
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_table(model, KVM_PV_MAX_PERF));
	KUNIT_EXPECT_EQ(test, KVM_PV_MAX_PERF, kvm_pv_model_entry(model, KVM_PV_MAX_PERF - 1));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_entry(model, KVM_PV_MAX_PERF));
}

/* The guest chooses the index. */
static void kvm_pv_model_test_entry(struct kunit *test)
{
	struct kvm_pv_model model;

	kvm_pv_model_test_set(test, &model);
	/* Nothing from beyond the table is visible. */
	memset(model.perf + 3, 0xff, sizeof(model.perf) - 3 * sizeof(model.perf[0]));
	KUNIT_EXPECT_EQ(test, 1000, kvm_pv_model_entry(&model, 0));
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_entry(&model, 2));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_entry(&model, 3));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_entry(&model, KVM_PV_MAX_PERF - 1));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_entry(&model, S32_MAX));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_entry(&model, U32_MAX));
}

static void kvm_pv_model_test_clamp(struct kunit *test)
{
	struct kvm_pv_model model;

	kvm_pv_model_test_set(test, &model);
	KUNIT_EXPECT_EQ(test, 1000, kvm_pv_model_clamp(&model, 0));
	KUNIT_EXPECT_EQ(test, 1000, kvm_pv_model_clamp(&model, 999));
	KUNIT_EXPECT_EQ(test, 1500, kvm_pv_model_clamp(&model, 1500));
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_clamp(&model, 3001));
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_clamp(&model, U32_MAX));
}

static void kvm_pv_model_test_one_entry(struct kunit *test)
{
	struct kvm_pv_model model = { .perf = { 3000 } };

	KUNIT_ASSERT_EQ(test, 0, kvm_pv_model_set_table(&model, 1));
	KUNIT_EXPECT_EQ(test, 1, kvm_pv_model_min(&model));
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_max(&model));
	KUNIT_EXPECT_EQ(test, 1, kvm_pv_model_clamp(&model, 0));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_cap(&model, 1));
	KUNIT_EXPECT_EQ(test, 1, kvm_pv_model_cap(&model));
}

static void kvm_pv_model_test_cap(struct kunit *test)
{
	struct kvm_pv_model model;

	kvm_pv_model_test_set(test, &model);
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_cap(&model));
	KUNIT_EXPECT_EQ(test, -ERANGE, kvm_pv_model_set_cap(&model, 999));
	KUNIT_EXPECT_EQ(test, -ERANGE, kvm_pv_model_set_cap(&model, 3001));
	KUNIT_EXPECT_EQ(test, -ERANGE, kvm_pv_model_set_cap(&model, U32_MAX));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_cap(&model));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_cap(&model, 1000));
	KUNIT_EXPECT_EQ(test, 1000, kvm_pv_model_cap(&model));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_cap(&model, 2999));
	KUNIT_EXPECT_EQ(test, 2999, kvm_pv_model_cap(&model));
	/* The maximum of the table limits nothing. */
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_cap(&model, 3000));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_cap(&model));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_cap(&model, 2000));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_set_cap(&model, 0));
	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_cap(&model));
}

static void kvm_pv_model_test_perf(struct kunit *test)
{
	struct kvm_pv_model model;

	kvm_pv_model_test_set(test, &model);
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_perf(&model, 0));
	KUNIT_EXPECT_EQ(test, 1000, kvm_pv_model_perf(&model, 1));
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_perf(&model, U32_MAX));
	KUNIT_ASSERT_EQ(test, 0, kvm_pv_model_set_cap(&model, 2000));
	KUNIT_EXPECT_EQ(test, 2000, kvm_pv_model_perf(&model, 0));
	KUNIT_EXPECT_EQ(test, 1999, kvm_pv_model_perf(&model, 1999));
	KUNIT_EXPECT_EQ(test, 2000, kvm_pv_model_perf(&model, 2000));
	KUNIT_EXPECT_EQ(test, 2000, kvm_pv_model_perf(&model, 2001));
}

/* Windows of the CPUs 0 .. 4; 0, 2 and 4 share a domain. */
static struct kvm_pv_window *kvm_pv_model_test_windows(struct kunit *test)
{
	static const u32 numbers[] = { 7, 0, 7, U32_MAX, 7 };
	struct kvm_pv_window *windows;
	u32 i;

	windows = kunit_kcalloc(test, ARRAY_SIZE(numbers), sizeof(*windows), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, windows);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		windows[i].domain_nr = numbers[i];
	kvm_pv_model_link(windows, ARRAY_SIZE(numbers));
	return windows;
}

static void kvm_pv_model_test_link(struct kunit *test)
{
	struct kvm_pv_window *windows = kvm_pv_model_test_windows(test), *w;
	u32 seen = 0, i;

	KUNIT_EXPECT_PTR_EQ(test, &windows[0].own, windows[0].domain);
	KUNIT_EXPECT_PTR_EQ(test, &windows[1].own, windows[1].domain);
	KUNIT_EXPECT_PTR_EQ(test, &windows[0].own, windows[2].domain);
	KUNIT_EXPECT_PTR_EQ(test, &windows[3].own, windows[3].domain);
	KUNIT_EXPECT_PTR_EQ(test, &windows[0].own, windows[4].domain);

	for (i = 0; i < 5; i++) {
		for (w = windows[i].own.first; w; w = w->next) {
			KUNIT_EXPECT_PTR_EQ(test, &windows[i].own, w->domain);
			seen |= BIT(w - windows);
		}
		KUNIT_EXPECT_EQ(test, U32_MAX, windows[i].own.vcpu_id);
	}
	KUNIT_EXPECT_EQ(test, 0x1f, seen);
}

static void kvm_pv_model_test_request(struct kunit *test)
{
	struct kvm_pv_domain domain = {};

	KUNIT_EXPECT_EQ(test, 0, kvm_pv_model_last(&domain));
	KUNIT_EXPECT_TRUE(test, kvm_pv_model_request(&domain, 2000));
	KUNIT_EXPECT_EQ(test, 2000, kvm_pv_model_last(&domain));
	KUNIT_EXPECT_FALSE(test, kvm_pv_model_request(&domain, 2000));
	KUNIT_EXPECT_TRUE(test, kvm_pv_model_request(&domain, U32_MAX));
	KUNIT_EXPECT_EQ(test, U32_MAX, kvm_pv_model_last(&domain));
	/* Each write of set_perf counts, the suppressed one too. */
	KUNIT_EXPECT_EQ(test, 3, upper_32_bits(atomic64_read(&domain.request)));
}

static void kvm_pv_model_test_request_wraps(struct kunit *test)
{
	struct kvm_pv_domain domain = {};

	atomic64_set(&domain.request, (u64)U32_MAX << 32 | 1000);
	KUNIT_EXPECT_TRUE(test, kvm_pv_model_request(&domain, 2000));
	KUNIT_EXPECT_EQ(test, 2000, atomic64_read(&domain.request));
}

static void kvm_pv_model_test_take(struct kunit *test)
{
	struct kvm_pv_domain domain = {};
	struct pv_freq_record record = {};

	KUNIT_EXPECT_FALSE(test, kvm_pv_model_take(&domain, &record));
	record.request = cpu_to_le32(1500);
	KUNIT_EXPECT_TRUE(test, kvm_pv_model_take(&domain, &record));
	KUNIT_EXPECT_EQ(test, 1500, kvm_pv_model_last(&domain));
	KUNIT_EXPECT_FALSE(test, kvm_pv_model_take(&domain, &record));
	/* A posted request is not a write of set_perf. */
	KUNIT_EXPECT_EQ(test, 0, upper_32_bits(atomic64_read(&domain.request)));

	kvm_pv_model_request(&domain, 3000);
	record.request = 0;
	KUNIT_EXPECT_FALSE(test, kvm_pv_model_take(&domain, &record));
	KUNIT_EXPECT_EQ(test, 3000, kvm_pv_model_last(&domain));
	record.request = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_TRUE(test, kvm_pv_model_take(&domain, &record));
	KUNIT_EXPECT_EQ(test, U32_MAX, kvm_pv_model_last(&domain));
	KUNIT_EXPECT_EQ(test, 1, upper_32_bits(atomic64_read(&domain.request)));
}

static struct kunit_case kvm_pv_model_test_cases[] = {
	KUNIT_CASE(kvm_pv_model_test_table),
	KUNIT_CASE(kvm_pv_model_test_table_invalid),
	KUNIT_CASE(kvm_pv_model_test_table_longest),
	KUNIT_CASE(kvm_pv_model_test_entry),
	KUNIT_CASE(kvm_pv_model_test_clamp),
	KUNIT_CASE(kvm_pv_model_test_one_entry),
	KUNIT_CASE(kvm_pv_model_test_cap),
	KUNIT_CASE(kvm_pv_model_test_perf),
	KUNIT_CASE(kvm_pv_model_test_link),
	KUNIT_CASE(kvm_pv_model_test_request),
	KUNIT_CASE(kvm_pv_model_test_request_wraps),
	KUNIT_CASE(kvm_pv_model_test_take),
	{}
};

static struct kunit_suite kvm_pv_model_test_suite = {
	.name = "kvm_pv_model",
	.test_cases = kvm_pv_model_test_cases,
};

kunit_test_suite(kvm_pv_model_test_suite);

MODULE_DESCRIPTION("KUnit tests of kvm_pv");
MODULE_LICENSE("GPL");
