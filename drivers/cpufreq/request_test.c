// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state machine of requests: what the driver writes to the register and to the records, and
 * what it defers.
 */
#include "device_test.h"

#undef readl_relaxed
#undef writel
#define readl_relaxed	vcpufreq_test_read
#define writel		vcpufreq_test_write

#include "request.c"

#define VCPUFREQ_REQUEST_TEST_MAX	3000

/**
 * struct vcpufreq_request_test - state of a test
 * @device: the device
 * @domain: perf domain of all CPUs
 * @policy: policy of the CPU that runs the test
 * @hold: parameter before the test
 */
struct vcpufreq_request_test {
	struct vcpufreq_test_device *device;
	struct vcpufreq_domain *domain;
	struct cpufreq_policy policy;
	unsigned int hold;
};

static int vcpufreq_request_test_init(struct kunit *test)
{
	struct vcpufreq_request_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->hold = hold;
	/* Longer than a test runs, so that the timer does not expire */
	hold = 1000 * 1000;
	test->priv = t;
	t->device = vcpufreq_test_device_new(test);
	t->domain = vcpufreq_test_device_domain(test, t->device, 1000, VCPUFREQ_REQUEST_TEST_MAX);
	vcpufreq_request_init(t->domain);
	vcpufreq_record_switch(t->device->vdev, 1);
	/* The domain has records on a machine with more CPUs than the device has records, too. */
	t->domain->has_records = true;
	t->policy.max = VCPUFREQ_REQUEST_TEST_MAX;
	return 0;
}

static void vcpufreq_request_test_exit(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	if (!t)
		return;
	hold = t->hold;
	if (t->domain)
		timer_delete_sync(&t->domain->fall_timer);
}

/* Sends a request on CPU 0; returns whether it was written to the register. */
static bool vcpufreq_request_test_send(struct vcpufreq_request_test *t, u32 perf)
{
	u32 cpu, before = 0, after = 0;

	preempt_disable();
	for_each_possible_cpu(cpu)
		before += t->device->frame[cpu].nr_set;
	vcpufreq_request_send(t->device->vdev, &t->policy, perf);
	for_each_possible_cpu(cpu)
		after += t->device->frame[cpu].nr_set;
	preempt_enable();
	return after != before;
}

/* Last request that the host finds in the register of any CPU */
static u32 vcpufreq_request_test_set(struct vcpufreq_request_test *t)
{
	u32 cpu, last = 0;

	for_each_possible_cpu(cpu)
		last = max(last, t->device->frame[cpu].set);
	return last;
}

static u32 vcpufreq_request_test_posted(struct vcpufreq_request_test *t)
{
	return le32_to_cpu(t->device->pages->record[0].request);
}

static u64 vcpufreq_request_test_sum(struct vcpufreq_request_test *t, size_t member)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += *(u64 *)((void *)per_cpu_ptr(t->device->vdev->cpu, cpu) + member);
	return sum;
}

#define VCPUFREQ_REQUEST_TEST_SUM(t, member)				\
	vcpufreq_request_test_sum(t, offsetof(struct vcpufreq_cpu, member))

/* The increase is not soon after another one. */
static void vcpufreq_request_test_wait(struct vcpufreq_request_test *t)
{
	t->domain->last_doorbell = jiffies - MAX_JIFFY_OFFSET;
}

static void vcpufreq_request_test_increase(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	KUNIT_EXPECT_TRUE(test, vcpufreq_request_test_send(t, 1500));
	KUNIT_EXPECT_EQ(test, 1500, vcpufreq_request_test_set(t));
	KUNIT_EXPECT_EQ(test, 1500, vcpufreq_request_test_posted(t));
	KUNIT_EXPECT_EQ(test, 1500, t->domain->requested);
	KUNIT_EXPECT_EQ(test, 1500, t->domain->sent);
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
	KUNIT_EXPECT_EQ(test, 1, VCPUFREQ_REQUEST_TEST_SUM(t, register_writes));
}

static void vcpufreq_request_test_unchanged(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 1500);
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_test_send(t, 1500));
	KUNIT_EXPECT_EQ(test, 1, VCPUFREQ_REQUEST_TEST_SUM(t, register_writes));
	KUNIT_EXPECT_EQ(test, 1, VCPUFREQ_REQUEST_TEST_SUM(t, suppressed));
}

static void vcpufreq_request_test_decrease(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 2000);
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_test_send(t, 1000));
	KUNIT_EXPECT_EQ(test, 2000, vcpufreq_request_test_posted(t));
	KUNIT_EXPECT_EQ(test, 1000, t->domain->requested);
	KUNIT_EXPECT_EQ(test, 2000, t->domain->sent);
	KUNIT_EXPECT_TRUE(test, timer_pending(&t->domain->fall_timer));
	KUNIT_EXPECT_EQ(test, 1, VCPUFREQ_REQUEST_TEST_SUM(t, deferred));

	vcpufreq_request_flush(t->domain);
	KUNIT_EXPECT_EQ(test, 1000, vcpufreq_request_test_posted(t));
	KUNIT_EXPECT_EQ(test, 1000, t->domain->sent);
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
	/* A decrease causes no exit. */
	KUNIT_EXPECT_EQ(test, 2000, vcpufreq_request_test_set(t));
}

/* The host still has the target, so neither the register nor the record is written. */
static void vcpufreq_request_test_cancels(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 2000);
	vcpufreq_request_test_send(t, 1000);
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_test_send(t, 2000));
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
	KUNIT_EXPECT_EQ(test, 2000, t->domain->requested);
	KUNIT_EXPECT_EQ(test, 1, VCPUFREQ_REQUEST_TEST_SUM(t, suppressed));
	vcpufreq_request_flush(t->domain);
	KUNIT_EXPECT_EQ(test, 2000, vcpufreq_request_test_posted(t));
}

/* Between the deferred target and the last sent one */
static void vcpufreq_request_test_partial(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 2500);
	vcpufreq_request_test_send(t, 1000);
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_test_send(t, 1500));
	vcpufreq_request_flush(t->domain);
	KUNIT_EXPECT_EQ(test, 1500, vcpufreq_request_test_posted(t));
}

/* The second increase requests the maximum, and defers the decrease to its target. */
static void vcpufreq_request_test_ramps_up(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 1200);
	KUNIT_EXPECT_TRUE(test, vcpufreq_request_test_send(t, 1500));
	KUNIT_EXPECT_EQ(test, VCPUFREQ_REQUEST_TEST_MAX, vcpufreq_request_test_set(t));
	KUNIT_EXPECT_EQ(test, 1500, t->domain->requested);
	KUNIT_EXPECT_TRUE(test, timer_pending(&t->domain->fall_timer));
	/* A third one is below what the host has. */
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_test_send(t, 1800));
	vcpufreq_request_flush(t->domain);
	KUNIT_EXPECT_EQ(test, 1800, vcpufreq_request_test_posted(t));
}

static void vcpufreq_request_test_later(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 1200);
	vcpufreq_request_test_wait(t);
	KUNIT_EXPECT_TRUE(test, vcpufreq_request_test_send(t, 1500));
	KUNIT_EXPECT_EQ(test, 1500, vcpufreq_request_test_set(t));
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
}

/* The policy limits a ramp-up, so a cap of the host does. */
static void vcpufreq_request_test_limit(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	t->policy.max = 2000;
	vcpufreq_request_test_send(t, 1200);
	vcpufreq_request_test_send(t, 1500);
	KUNIT_EXPECT_EQ(test, 2000, vcpufreq_request_test_set(t));
}

static void vcpufreq_request_test_no_hold(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	hold = 0;
	vcpufreq_request_test_send(t, 2000);
	vcpufreq_request_test_send(t, 1000);
	KUNIT_EXPECT_EQ(test, 1000, vcpufreq_request_test_posted(t));
	KUNIT_EXPECT_EQ(test, 1000, t->domain->sent);
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
}

/* Each request is written to the register. */
static void vcpufreq_request_test_registers(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_record_switch(t->device->vdev, 0);
	KUNIT_EXPECT_TRUE(test, vcpufreq_request_test_send(t, 2000));
	KUNIT_EXPECT_TRUE(test, vcpufreq_request_test_send(t, 1000));
	KUNIT_EXPECT_TRUE(test, vcpufreq_request_test_send(t, 1500));
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
	KUNIT_EXPECT_EQ(test, 1500, t->domain->sent);
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_request_test_posted(t));
	KUNIT_EXPECT_EQ(test, 3, VCPUFREQ_REQUEST_TEST_SUM(t, register_writes));
}

static void vcpufreq_request_test_resends(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;
	unsigned int cpu;

	/* The governor has requested nothing yet. */
	preempt_disable();
	vcpufreq_request_resend(t->device->vdev);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, 0, vcpufreq_request_test_set(t));

	vcpufreq_request_test_send(t, 2000);
	vcpufreq_request_test_send(t, 1000);
	for_each_possible_cpu(cpu)
		t->device->frame[cpu].set = 0;
	preempt_disable();
	vcpufreq_request_resend(t->device->vdev);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, 1000, vcpufreq_request_test_set(t));
	KUNIT_EXPECT_EQ(test, 1000, t->domain->sent);
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
}

static void vcpufreq_request_test_lost(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;
	struct vcpufreq_device *vdev = t->device->vdev;

	KUNIT_EXPECT_FALSE(test, vcpufreq_request_is_lost(vdev, t->domain));
	vcpufreq_request_set(t->domain, 2000);
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_is_lost(vdev, t->domain));
	/* A deferred decrease is not lost. */
	vcpufreq_request_test_send(t, 1000);
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_is_lost(vdev, t->domain));
	t->device->pages->record[cpumask_first(&t->domain->cpus)].request = cpu_to_le32(1234);
	KUNIT_EXPECT_TRUE(test, vcpufreq_request_is_lost(vdev, t->domain));
	t->domain->has_records = false;
	KUNIT_EXPECT_FALSE(test, vcpufreq_request_is_lost(vdev, t->domain));
}

static void vcpufreq_request_test_ends(struct kunit *test)
{
	struct vcpufreq_request_test *t = test->priv;

	vcpufreq_request_test_send(t, 2000);
	vcpufreq_request_test_send(t, 1000);
	vcpufreq_request_exit(t->domain);
	KUNIT_EXPECT_EQ(test, 1000, vcpufreq_request_test_posted(t));
	KUNIT_EXPECT_FALSE(test, timer_pending(&t->domain->fall_timer));
	KUNIT_EXPECT_EQ(test, 0, t->device->wrong);
}

static struct kunit_case vcpufreq_request_test_cases[] = {
	KUNIT_CASE(vcpufreq_request_test_increase),
	KUNIT_CASE(vcpufreq_request_test_unchanged),
	KUNIT_CASE(vcpufreq_request_test_decrease),
	KUNIT_CASE(vcpufreq_request_test_cancels),
	KUNIT_CASE(vcpufreq_request_test_partial),
	KUNIT_CASE(vcpufreq_request_test_ramps_up),
	KUNIT_CASE(vcpufreq_request_test_later),
	KUNIT_CASE(vcpufreq_request_test_limit),
	KUNIT_CASE(vcpufreq_request_test_no_hold),
	KUNIT_CASE(vcpufreq_request_test_registers),
	KUNIT_CASE(vcpufreq_request_test_resends),
	KUNIT_CASE(vcpufreq_request_test_lost),
	KUNIT_CASE(vcpufreq_request_test_ends),
	{}
};

static struct kunit_suite vcpufreq_request_test_suite = {
	.name = "vcpufreq_request",
	.init = vcpufreq_request_test_init,
	.exit = vcpufreq_request_test_exit,
	.test_cases = vcpufreq_request_test_cases,
};

kunit_test_suite(vcpufreq_request_test_suite);
