// SPDX-License-Identifier: GPL-2.0
/*
 * The table of signatures: each entry is found, and no entry hides another one.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "signature.c"

static void pv_signature_test_finds_text(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		const struct pv_signature *s = &signatures[i];

		if (s->text)
			KUNIT_EXPECT_PTR_EQ_MSG(test, s, pv_signature_by_text(s->text), "\"%s\"",
						s->text);
	}
}

static void pv_signature_test_finds_uid(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		const struct pv_signature *s = &signatures[i];

		if (s->uid[0])
			KUNIT_EXPECT_PTR_EQ_MSG(test, s, pv_signature_by_uid(s->uid), "%s",
						s->vendor);
	}
}

static void pv_signature_test_entries(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		const struct pv_signature *s = &signatures[i];

		KUNIT_ASSERT_NOT_NULL_MSG(test, s->vendor, "entry %zu", i);
		KUNIT_EXPECT_TRUE_MSG(test, s->text || s->uid[0], "entry %zu", i);
		if (!s->text)
			continue;
		KUNIT_EXPECT_GT(test, strlen(s->text), 0);
		KUNIT_EXPECT_LE(test, strlen(s->text), PV_SIGNATURE_LEN);
	}
}

/* A part of a signature comes after all complete ones. */
static void pv_signature_test_order(struct kunit *test)
{
	bool parts = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (signatures[i].match != PV_MATCH_WHOLE)
			parts = true;
		else
			KUNIT_EXPECT_FALSE_MSG(test, parts, "entry %zu", i);
	}
	KUNIT_EXPECT_TRUE(test, parts);
}

/* A whole signature matches neither a part of it nor a longer text. */
static void pv_signature_test_whole(struct kunit *test)
{
	char text[PV_SIGNATURE_LEN + 2];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		const struct pv_signature *s = &signatures[i];

		if (!s->text || s->match != PV_MATCH_WHOLE)
			continue;
		len = strlen(s->text);
		strscpy(text, s->text, sizeof(text));
		text[len] = '!';
		text[len + 1] = '\0';
		KUNIT_EXPECT_FALSE(test, matches(s, text));
		text[len - 1] = '\0';
		KUNIT_EXPECT_FALSE(test, matches(s, text));
	}
}

static void pv_signature_test_parts(struct kunit *test)
{
	static const struct pv_signature prefix = { .text = "ab", .match = PV_MATCH_PREFIX };
	static const struct pv_signature part = { .text = "ab", .match = PV_MATCH_CONTAINS };

	KUNIT_EXPECT_TRUE(test, matches(&prefix, "abc"));
	KUNIT_EXPECT_FALSE(test, matches(&prefix, "cab"));
	KUNIT_EXPECT_FALSE(test, matches(&prefix, "a"));
	KUNIT_EXPECT_TRUE(test, matches(&part, "cab"));
	KUNIT_EXPECT_TRUE(test, matches(&part, "abc"));
	KUNIT_EXPECT_FALSE(test, matches(&part, "acb"));
}

static void pv_signature_test_unknown(struct kunit *test)
{
	static const __u32 none[4], swapped[4] = { 0x743a004d, 0x564bcaa9, 0xe911c52e, 0xb66fb428 };
	static const __u32 first[4] = { 0xb66fb428 };
	/* What SMCCC returns for an unknown function */
	static const __u32 unsupported[4] = { U32_MAX };

	KUNIT_EXPECT_NULL(test, pv_signature_by_text(""));
	KUNIT_EXPECT_NULL(test, pv_signature_by_text("GenuineIntel"));
	KUNIT_EXPECT_NULL(test, pv_signature_by_uid(none));
	KUNIT_EXPECT_NULL(test, pv_signature_by_uid(swapped));
	KUNIT_EXPECT_NULL(test, pv_signature_by_uid(first));
	KUNIT_EXPECT_NULL(test, pv_signature_by_uid(unsupported));
}

static struct kunit_case pv_signature_test_cases[] = {
	KUNIT_CASE(pv_signature_test_finds_text),
	KUNIT_CASE(pv_signature_test_finds_uid),
	KUNIT_CASE(pv_signature_test_entries),
	KUNIT_CASE(pv_signature_test_order),
	KUNIT_CASE(pv_signature_test_whole),
	KUNIT_CASE(pv_signature_test_parts),
	KUNIT_CASE(pv_signature_test_unknown),
	{}
};

static struct kunit_suite pv_signature_test_suite = {
	.name = "pv_signature",
	.test_cases = pv_signature_test_cases,
};

kunit_test_suite(pv_signature_test_suite);

MODULE_DESCRIPTION("KUnit tests of pv_hypervisor");
MODULE_LICENSE("GPL");
