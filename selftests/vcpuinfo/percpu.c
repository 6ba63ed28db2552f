// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: lists of counters per CPU, valid and malformed.
 *
 * needs: native unit
 * needs: direct full
 */
#include <errno.h>
#include <stdint.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

#define FOUR	"0 1\n1 20\n2 300\n3 4000\n"

static const struct {
	const char *text;
	const char *cpus;
	__u64 sum;
} good[] = {
	{ FOUR, "0", 1 },
	{ FOUR, "0-3", 4321 },
	{ FOUR, "1,3", 4020 },
	{ FOUR, "", 0 },
	{ "", "", 0 },
	{ "0 7", "0", 7 },
	{ "5 7\n8191 1\n9000 9\n", "5,8191", 8 },
	{ "0 18446744073709551615\n1 0\n", "0-1", UINT64_MAX },
};

static const struct {
	const char *text;
	const char *cpus;
	int err;
} bad[] = {
	/* a CPU is missing */
	{ FOUR, "4", -ENODATA },
	{ FOUR, "3-4", -ENODATA },
	{ "0 1\n2 3\n", "1", -ENODATA },
	{ "", "0", -ENODATA },
	/* more than 64 bits */
	{ "0 18446744073709551615\n1 1\n", "0-1", -ERANGE },
	{ "0 18446744073709551616\n", "0", -ERANGE },
	{ "18446744073709551616 0\n", "0", -ERANGE },
	/* malformed */
	{ "1 1\n0 1\n", "0", -EINVAL },
	{ "0 1\n0 1\n", "0", -EINVAL },
	{ "18446744073709551615 1\n0 1\n", "0", -EINVAL },
	{ "0", "0", -EINVAL },
	{ "0 ", "0", -EINVAL },
	{ "0\n", "0", -EINVAL },
	{ "0 1 2\n", "0", -EINVAL },
	{ "0  1\n", "0", -EINVAL },
	{ "0 -1\n", "0", -EINVAL },
	{ "0 +1\n", "0", -EINVAL },
	{ "0 0x1\n", "0", -EINVAL },
	{ " 0 1\n", "0", -EINVAL },
	{ "\n0 1\n", "0", -EINVAL },
	{ "0 1\n\n", "0", -EINVAL },
	{ "0 1\nx", "0", -EINVAL },
	{ "<unknown>", "0", -EINVAL },
};

TEST(percpu_sum_adds_the_counters_of_the_cpus)
{
	struct pv_cpulist cpus;
	__u64 sum = 42;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ASSERT_EQ(0, pv_cpulist_parse(good[i].cpus, &cpus));
		EXPECT_EQ(0, pv_percpu_sum(good[i].text, &cpus, &sum));
		EXPECT_EQ(good[i].sum, sum) {
			TH_LOG("'%s' of CPUs '%s'", good[i].text, good[i].cpus);
		}
	}
}

TEST(percpu_sum_rejects_malformed_lists)
{
	struct pv_cpulist cpus;
	__u64 sum = 42;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_EQ(0, pv_cpulist_parse(bad[i].cpus, &cpus));
		EXPECT_EQ(bad[i].err, pv_percpu_sum(bad[i].text, &cpus, &sum)) {
			TH_LOG("'%s' of CPUs '%s'", bad[i].text, bad[i].cpus);
		}
		EXPECT_EQ(42, sum);
	}
}

TEST_HARNESS_MAIN
