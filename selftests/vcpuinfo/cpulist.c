// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: lists of CPUs, valid and malformed.
 *
 * needs: native unit
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

static const struct {
	const char *text;
	const char *cpus;	/* separated */
} good[] = {
	{ "", "" },
	{ "\n", "" },
	{ "0", "0 " },
	{ "0\n", "0 " },
	{ "0-3", "0 1 2 3 " },
	{ "0-1,3,8-9\n", "0 1 3 8 9 " },
	{ "5,1,3-4", "1 3 4 5 " },
	{ "2-2", "2 " },
	{ "1,1,0-2", "0 1 2 " },
	{ "63-65", "63 64 65 " },
	{ "007", "7 " },
	{ "8191", "8191 " },
};

static const struct {
	const char *text;
	int err;
} bad[] = {
	{ "-", -EINVAL },
	{ "-1", -EINVAL },
	{ "1-", -EINVAL },
	{ "3-1", -EINVAL },
	{ ",", -EINVAL },
	{ "0,", -EINVAL },
	{ ",0", -EINVAL },
	{ "0,,1", -EINVAL },
	{ "0 1", -EINVAL },
	{ " 0", -EINVAL },
	{ "+1", -EINVAL },
	{ "0x1", -EINVAL },
	{ "0\n\n", -EINVAL },
	{ "0\n1", -EINVAL },
	{ "0-1-2", -EINVAL },
	{ "0-31:2/4", -EINVAL },
	{ "all", -EINVAL },
	{ "\xff", -EINVAL },
	{ "8192", -ERANGE },
	{ "0-8192", -ERANGE },
	{ "0-4294967295", -ERANGE },
	{ "4294967296", -ERANGE },
	{ "0-99999999999999999999999999", -ERANGE },
};

TEST(cpulist_parse_reads_valid_lists)
{
	char text[128], *p;
	struct pv_cpulist l;
	size_t i;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ASSERT_EQ(0, pv_cpulist_parse(good[i].text, &l));
		p = text;
		*p = '\0';
		for (cpu = pv_cpulist_next(&l, -1); cpu >= 0; cpu = pv_cpulist_next(&l, cpu))
			p += sprintf(p, "%d ", cpu);
		EXPECT_STREQ(good[i].cpus, text);
	}
}

TEST(cpulist_parse_rejects_other_text)
{
	struct pv_cpulist l;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memset(&l, 0xff, sizeof(l));
		EXPECT_EQ(bad[i].err, pv_cpulist_parse(bad[i].text, &l)) {
			TH_LOG("list '%s'", bad[i].text);
		}
		EXPECT_EQ(-1, pv_cpulist_next(&l, -1));
	}
}

TEST(cpulist_text_merges_ranges)
{
	static const struct {
		const char *text;
		const char *written;
	} cases[] = {
		{ "", "" },
		{ "0", "0" },
		{ "1,0", "0-1" },
		{ "5,1,3-4", "1,3-5" },
		{ "62-66,8190,8191", "62-66,8190-8191" },
		{ "0-8191", "0-8191" },
	};
	struct pv_cpulist l;
	char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, pv_cpulist_parse(cases[i].text, &l));
		text = pv_cpulist_text(&l);
		ASSERT_NE(NULL, text);
		EXPECT_STREQ(cases[i].written, text);
		free(text);
	}
}

TEST(cpulist_covers_its_subsets_only)
{
	struct pv_cpulist empty = {}, some, more;

	ASSERT_EQ(0, pv_cpulist_parse("1,64", &some));
	ASSERT_EQ(0, pv_cpulist_parse("0-1,64", &more));
	EXPECT_TRUE(pv_cpulist_covers(&more, &some));
	EXPECT_TRUE(pv_cpulist_covers(&some, &some));
	EXPECT_TRUE(pv_cpulist_covers(&empty, &empty));
	EXPECT_TRUE(pv_cpulist_covers(&some, &empty));
	EXPECT_FALSE(pv_cpulist_covers(&some, &more));
	EXPECT_FALSE(pv_cpulist_covers(&empty, &some));
}

TEST(cpulist_add_ignores_invalid_cpus)
{
	struct pv_cpulist l = {};

	pv_cpulist_add(&l, 64);
	pv_cpulist_add(&l, PV_CPULIST_MAX);
	pv_cpulist_add(&l, -1);
	EXPECT_EQ(64, pv_cpulist_next(&l, -1));
	EXPECT_EQ(-1, pv_cpulist_next(&l, 64));
}

TEST(cpulist_holds_all_cpus_up_to_the_maximum)
{
	struct pv_cpulist l;
	int cpu, nr = 0;

	ASSERT_EQ(0, pv_cpulist_parse("0-8191", &l));
	for (cpu = pv_cpulist_next(&l, -1); cpu >= 0; cpu = pv_cpulist_next(&l, cpu))
		EXPECT_EQ(nr++, cpu);
	EXPECT_EQ(PV_CPULIST_MAX, nr);
	EXPECT_FALSE(pv_cpulist_has(&l, PV_CPULIST_MAX));
	EXPECT_FALSE(pv_cpulist_has(&l, -1));
}

TEST_HARNESS_MAIN
