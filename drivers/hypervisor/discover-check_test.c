// SPDX-License-Identifier: GPL-2.0
/*
 * Validation of the address of a device, with a host that reports anything.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/sizes.h>

#include "discover-check.c"

#define PV_DISCOVER_TEST_LAST	0xffffffffffULL

/* Ranges of the guest that are in use */
static enum pv_address_use pv_discover_test_use(__u64 base, __u64 size)
{
	if (overlap(base, size, 0, SZ_1G))
		return PV_ADDRESS_MEMORY;
	if (overlap(base, size, 0xe0000000, SZ_256M))
		return PV_ADDRESS_RESOURCE;
	return PV_ADDRESS_FREE;
}

static const struct pv_discover_test_answer {
	struct pv_discover_answer answer;
	enum pv_discover_fault fault;
} pv_discover_test_answers[] = {
	{ { 0x100000000, 4, 0x200000000, 0x10000 }, PV_FAULT_NONE },
	{ { 0x100000000, 4, 0, 0 }, PV_FAULT_NONE },
	{ { 0x100000000, PV_DISCOVER_MAX_CPUS, 0, 0 }, PV_FAULT_NONE },
	{ { 0x100000000, 0, 0, 0 }, PV_FAULT_NR_CPUS },
	{ { 0x100000000, PV_DISCOVER_MAX_CPUS + 1, 0, 0 }, PV_FAULT_NR_CPUS },
	{ { 0x100000000, U64_MAX, 0, 0 }, PV_FAULT_NR_CPUS },
	{ { 0x100000000, 3, 0, 0 }, PV_FAULT_FEW_CPUS },
	{ { 0, 4, 0, 0 }, PV_FAULT_BASE_ALIGN },
	{ { 0x100000800, 4, 0, 0 }, PV_FAULT_BASE_ALIGN },
	{ { U64_MAX, 4, 0, 0 }, PV_FAULT_BASE_ALIGN },
	{ { 0xffffffc000, 4, 0, 0 }, PV_FAULT_NONE },
	{ { 0xffffffd000, 4, 0, 0 }, PV_FAULT_BASE_RANGE },
	{ { 0x10000000000, 4, 0, 0 }, PV_FAULT_BASE_RANGE },
	{ { 0xfffffffffffff000, 4, 0, 0 }, PV_FAULT_BASE_RANGE },
	{ { 0x3fffd000, 4, 0, 0 }, PV_FAULT_BASE_MEMORY },
	{ { 0xdfffd000, 4, 0, 0 }, PV_FAULT_BASE_USED },
	{ { 0xdfffc000, 4, 0, 0 }, PV_FAULT_NONE },
	{ { 0x100000000, 4, 0, 0x10000 }, PV_FAULT_SHARED_ALIGN },
	{ { 0x100000000, 4, 0x200001000, 0x10000 }, PV_FAULT_SHARED_ALIGN },
	{ { 0x100000000, 4, 0x200000000, 0x10001 }, PV_FAULT_SHARED_ALIGN },
	{ { 0x100000000, 4, 0x200000000, U64_MAX - 0xffff }, PV_FAULT_SHARED_SIZE },
	{ { 0x100000000, 4, 0x200000000, 0x410000 }, PV_FAULT_NONE },
	{ { 0x100000000, 4, 0x200000000, 0x420000 }, PV_FAULT_SHARED_SIZE },
	{ { 0x100000000, 4, 0xfffffff0000, 0x10000 }, PV_FAULT_SHARED_RANGE },
	{ { 0x100000000, 4, 0xffffff0000, 0x20000 }, PV_FAULT_SHARED_RANGE },
	{ { 0x100000000, 4, 0xffffffffffff0000, 0x10000 }, PV_FAULT_SHARED_RANGE },
	{ { 0x100000000, 4, 0x100000000, 0x10000 }, PV_FAULT_SHARED_OVERLAP },
	{ { 0x10000f000, 4, 0x100010000, 0x10000 }, PV_FAULT_SHARED_OVERLAP },
	{ { 0x10001f000, 4, 0x100010000, 0x10000 }, PV_FAULT_SHARED_OVERLAP },
	{ { 0x100020000, 4, 0x100010000, 0x10000 }, PV_FAULT_NONE },
	{ { 0x100000000, 4, 0x3fff0000, 0x10000 }, PV_FAULT_SHARED_MEMORY },
	{ { 0x100000000, 4, 0xefff0000, 0x20000 }, PV_FAULT_SHARED_USED },
};

static void pv_discover_test_describe(const struct pv_discover_test_answer *t, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "base %#llx, %llu CPUs, shared %#llx size %#llx",
		 t->answer.base, t->answer.nr_cpus, t->answer.shared_base, t->answer.shared_size);
}

KUNIT_ARRAY_PARAM(pv_discover_test, pv_discover_test_answers, pv_discover_test_describe);

static void pv_discover_test_check(struct kunit *test)
{
	static const struct pv_discover_guest guest = {
		.nr_cpus = 4,
		.last = PV_DISCOVER_TEST_LAST,
		.use = pv_discover_test_use,
	};
	const struct pv_discover_test_answer *t = test->param_value;

	KUNIT_EXPECT_EQ(test, t->fault, pv_discover_check(&t->answer, &guest));
}

static void pv_discover_test_texts(struct kunit *test)
{
	enum pv_discover_fault fault;

	for (fault = PV_FAULT_NONE + 1; fault <= PV_FAULT_CREATE; fault++) {
		KUNIT_EXPECT_NOT_NULL(test, pv_discover_fault_text(fault));
		KUNIT_EXPECT_NOT_NULL(test, pv_discover_fault_todo(fault));
	}
}

static struct kunit_case pv_discover_test_cases[] = {
	KUNIT_CASE_PARAM(pv_discover_test_check, pv_discover_test_gen_params),
	KUNIT_CASE(pv_discover_test_texts),
	{}
};

static struct kunit_suite pv_discover_test_suite = {
	.name = "pv_discover",
	.test_cases = pv_discover_test_cases,
};

kunit_test_suite(pv_discover_test_suite);
