// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: numbers with a unit and durations that the user types, valid and malformed.
 *
 * needs: native unit
 */
#include <errno.h>
#include <stdint.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

#define SECOND	1000000000ULL

static const struct pv_number_unit units[] = {
	{ "g", 0 },
	{ "kg", 3 },
};

static const struct {
	const char *text;
	__u64 value;
} scaled[] = {
	{ "0g", 0 },
	{ "17g", 17 },
	{ "1kg", 1000 },
	{ "1KG", 1000 },
	{ "1.5kg", 1500 },
	{ "0.001kg", 1 },
	{ "0012.340kg", 12340 },
	{ "4294967295.999kg", 4294967295999ULL },
};

static const struct {
	const char *text;
	int err;
} bad[] = {
	{ "", -EINVAL },
	{ "g", -EINVAL },
	{ "1", -EINVAL },
	{ "1t", -EINVAL },
	{ "1.5g", -EINVAL },
	{ "1.kg", -EINVAL },
	{ ".5kg", -EINVAL },
	{ "1.0001kg", -EINVAL },
	{ "1.2.3kg", -EINVAL },
	{ "1kg ", -EINVAL },
	{ " 1kg", -EINVAL },
	{ "-1kg", -EINVAL },
	{ "0x1kg", -EINVAL },
	{ "4294967296g", -ERANGE },
	{ "18446744073709551616kg", -ERANGE },
};

TEST(number_scaled_reads_units)
{
	__u64 value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(scaled); i++) {
		ASSERT_EQ(0, pv_number_scaled(scaled[i].text, units, ARRAY_SIZE(units), &value)) {
			TH_LOG("number '%s'", scaled[i].text);
		}
		EXPECT_EQ(scaled[i].value, value);
	}
}

TEST(number_scaled_rejects_other_text)
{
	__u64 value = 7;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(bad[i].err,
			  pv_number_scaled(bad[i].text, units, ARRAY_SIZE(units), &value)) {
			TH_LOG("number '%s'", bad[i].text);
		}
	}
	EXPECT_EQ(7, value);
}

TEST(number_duration_reads_seconds_and_units)
{
	static const struct {
		const char *text;
		__u64 ns;
	} good[] = {
		{ "1", SECOND },
		{ "0.5", SECOND / 2 },
		{ "1.5s", 3 * SECOND / 2 },
		{ "250ms", SECOND / 4 },
		{ "0.25ms", SECOND / 4000 },
		{ "10us", 10000 },
		{ "0.000000001", 1 },
		{ "60", 60 * SECOND },
		{ "0", 0 },
	};
	__u64 ns;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ASSERT_TRUE(pv_number_duration("test", good[i].text, 0, 60, &ns));
		EXPECT_EQ(good[i].ns, ns);
	}
}

TEST(number_duration_has_limits)
{
	__u64 ns = 7;

	EXPECT_TRUE(pv_number_duration("test", "10ms", 10, 60, &ns));
	EXPECT_EQ(SECOND / 100, ns);
	EXPECT_FALSE(pv_number_duration("test", "9.999ms", 10, 60, &ns));
	EXPECT_FALSE(pv_number_duration("test", "60.000000001", 10, 60, &ns));
	EXPECT_FALSE(pv_number_duration("test", "5", 5000, 4, &ns));
	EXPECT_EQ(SECOND / 100, ns);
}

TEST_HARNESS_MAIN
