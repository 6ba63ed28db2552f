// SPDX-License-Identifier: GPL-2.0
/*
 * Names of exit reasons.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "reason.c"

static void pv_reason_test_finds(struct kunit *test)
{
	unsigned int set;
	size_t i;

	for (set = PV_REASON_VMX; set <= PV_REASON_ARM64; set++) {
		for (i = 0; i < sets[set].nr; i++) {
			const struct pv_reason *reason = &sets[set].reasons[i];

			KUNIT_EXPECT_PTR_EQ_MSG(test, reason->name,
						pv_reason_name(set, reason->reason),
						"set %u, reason %#x", set, reason->reason);
		}
	}
}

static void pv_reason_test_is_sorted(struct kunit *test)
{
	unsigned int set;
	size_t i;

	for (set = PV_REASON_VMX; set <= PV_REASON_ARM64; set++) {
		for (i = 1; i < sets[set].nr; i++)
			KUNIT_EXPECT_LT(test, sets[set].reasons[i - 1].reason,
					sets[set].reasons[i].reason);
	}
}

/* struct pv_exits_stat and the trace event have PV_REASON_NAME bytes. */
static void pv_reason_test_fits(struct kunit *test)
{
	unsigned int set;
	size_t i;

	for (set = PV_REASON_VMX; set <= PV_REASON_ARM64; set++) {
		for (i = 0; i < sets[set].nr; i++) {
			KUNIT_EXPECT_GT(test, strlen(sets[set].reasons[i].name), 0);
			KUNIT_EXPECT_LT(test, strlen(sets[set].reasons[i].name), PV_REASON_NAME);
		}
	}
}

/* Each reason between two of the table, and those around it */
static void pv_reason_test_gaps(struct kunit *test)
{
	unsigned int set;
	size_t i;

	for (set = PV_REASON_VMX; set <= PV_REASON_ARM64; set++) {
		for (i = 0; i < sets[set].nr; i++) {
			u32 next = sets[set].reasons[i].reason + 1;

			if (i + 1 < sets[set].nr && sets[set].reasons[i + 1].reason == next)
				continue;
			/* The reason after the largest number is 0, which each set has. */
			if (next)
				KUNIT_EXPECT_NULL(test, pv_reason_name(set, next));
		}
	}
	KUNIT_EXPECT_NULL(test, pv_reason_name(PV_REASON_VMX, U32_MAX));
	KUNIT_EXPECT_NULL(test, pv_reason_name(PV_REASON_ARM64, U32_MAX));
}

static void pv_reason_test_sets(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, pv_reason_name(0, 0));
	KUNIT_EXPECT_NULL(test, pv_reason_name(ARRAY_SIZE(sets), 0));
	KUNIT_EXPECT_NULL(test, pv_reason_name(UINT_MAX, 0));
}

static struct kunit_case pv_reason_test_cases[] = {
	KUNIT_CASE(pv_reason_test_finds),
	KUNIT_CASE(pv_reason_test_is_sorted),
	KUNIT_CASE(pv_reason_test_fits),
	KUNIT_CASE(pv_reason_test_gaps),
	KUNIT_CASE(pv_reason_test_sets),
	{}
};

static struct kunit_suite pv_reason_test_suite = {
	.name = "pv_reason",
	.test_cases = pv_reason_test_cases,
};

kunit_test_suite(pv_reason_test_suite);

MODULE_DESCRIPTION("KUnit tests of pv_exits");
MODULE_LICENSE("GPL");
