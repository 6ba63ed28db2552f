// SPDX-License-Identifier: GPL-2.0
/*
 * Answers to PV_HC_DEVICE that a guest must reject, and answers that it must accept.
 *
 * needs: native unit
 */
#include <string.h>

#include <drivers/hypervisor/discover.h>
#include <userspace/libpv/libpv.h>

#include "kselftest_harness.h"

#define MB		0x100000ULL
#define GB		0x40000000ULL
#define LAST		((1ULL << 40) - 1)
#define BASE		0xfef00000ULL
#define SHARED		(512 * GB)
#define WINDOW_SIZE	0x1000ULL

/* The guest has memory from 0 to 1 GiB, and a PCI window from 3 GiB up to the I/O APIC. */
#define MEMORY_END	GB
#define PCI_BASE	(3 * GB)
#define PCI_END		0xfec00000ULL

static enum pv_address_use use(__u64 base, __u64 size)
{
	if (base < MEMORY_END)
		return PV_ADDRESS_MEMORY;
	if (base < PCI_END && base + size > PCI_BASE)
		return PV_ADDRESS_RESOURCE;
	return PV_ADDRESS_FREE;
}

static const struct pv_discover_guest guest = { .nr_cpus = 2, .last = LAST, .use = use };

static const struct answer {
	const char *name;
	enum pv_discover_fault fault;
	struct pv_discover_answer answer;
} answers[] = {
	{ "registers for all CPUs", PV_FAULT_NONE, { BASE, 2, 0, 0 } },
	{ "registers for more CPUs", PV_FAULT_NONE, { BASE, 252, 0, 0 } },
	{ "an address of shared pages without a size", PV_FAULT_NONE, { BASE, 2, 1, 0 } },
	{ "shared pages", PV_FAULT_NONE, { BASE, 2, SHARED, 0x10000 } },
	{ "shared pages of the largest size", PV_FAULT_NONE,
	  { BASE, 2, SHARED, 0x10000 + 2 * MB } },
	{ "registers up to the last address", PV_FAULT_NONE,
	  { LAST + 1 - 2 * WINDOW_SIZE, 2, 0, 0 } },
	{ "registers directly after memory", PV_FAULT_NONE, { MEMORY_END, 2, 0, 0 } },
	{ "registers directly before a PCI window", PV_FAULT_NONE,
	  { PCI_BASE - 2 * WINDOW_SIZE, 2, 0, 0 } },

	{ "0", PV_FAULT_NR_CPUS, { 0, 0, 0, 0 } },
	{ "no CPUs", PV_FAULT_NR_CPUS, { BASE, 0, 0, 0 } },
	{ "more CPUs than an architecture has", PV_FAULT_NR_CPUS,
	  { BASE, PV_DISCOVER_MAX_CPUS + 1, 0, 0 } },
	{ "a number of CPUs with which the size wraps to 0x2000", PV_FAULT_NR_CPUS,
	  { BASE, (1ULL << 52) + 2, 0, 0 } },
	{ "fewer CPUs than the guest has", PV_FAULT_FEW_CPUS, { BASE, 1, 0, 0 } },
	{ "base 0", PV_FAULT_BASE_ALIGN, { 0, 2, 0, 0 } },
	{ "a base that is not aligned", PV_FAULT_BASE_ALIGN, { BASE + 4, 2, 0, 0 } },
	{ "a base after the last address", PV_FAULT_BASE_RANGE, { LAST + 1, 2, 0, 0 } },
	{ "registers across the last address", PV_FAULT_BASE_RANGE,
	  { LAST + 1 - WINDOW_SIZE, 2, 0, 0 } },
	{ "registers that wrap around", PV_FAULT_BASE_RANGE, { -WINDOW_SIZE, 2, 0, 0 } },
	{ "a base in memory", PV_FAULT_BASE_MEMORY, { MB, 2, 0, 0 } },
	{ "registers that begin in memory", PV_FAULT_BASE_MEMORY,
	  { MEMORY_END - WINDOW_SIZE, 2, 0, 0 } },
	{ "a base in a PCI window", PV_FAULT_BASE_USED, { PCI_BASE + MB, 2, 0, 0 } },
	{ "registers that end in a PCI window", PV_FAULT_BASE_USED,
	  { PCI_BASE - WINDOW_SIZE, 2, 0, 0 } },

	{ "shared pages at 0", PV_FAULT_SHARED_ALIGN, { BASE, 2, 0, 0x10000 } },
	{ "shared pages that are aligned to 4 KiB", PV_FAULT_SHARED_ALIGN,
	  { BASE, 2, SHARED + 0x1000, 0x10000 } },
	{ "shared pages of 4 KiB", PV_FAULT_SHARED_ALIGN, { BASE, 2, SHARED, 0x1000 } },
	{ "shared pages that are too large", PV_FAULT_SHARED_SIZE,
	  { BASE, 2, SHARED, 0x20000 + 2 * MB } },
	{ "shared pages of all addresses", PV_FAULT_SHARED_SIZE,
	  { BASE, 2, SHARED, -0x10000ULL } },
	{ "shared pages after the last address", PV_FAULT_SHARED_RANGE,
	  { BASE, 2, LAST + 1, 0x10000 } },
	{ "shared pages across the last address", PV_FAULT_SHARED_RANGE,
	  { BASE, 2, LAST + 1 - 0x10000, 0x20000 } },
	{ "shared pages that wrap around", PV_FAULT_SHARED_RANGE,
	  { BASE, 2, -0x10000ULL, 0x10000 } },
	{ "shared pages in the registers", PV_FAULT_SHARED_OVERLAP,
	  { BASE, 252, BASE + 0x10000, 0x10000 } },
	{ "shared pages that end in the registers", PV_FAULT_SHARED_OVERLAP,
	  { BASE, 2, BASE - 0x10000, 0x20000 } },
	{ "shared pages in memory", PV_FAULT_SHARED_MEMORY, { BASE, 2, 16 * MB, 0x10000 } },
	{ "shared pages in a PCI window", PV_FAULT_SHARED_USED,
	  { BASE, 2, PCI_BASE, 0x10000 } },
};

TEST(answers_are_accepted_or_have_the_first_fault)
{
	const struct answer *a;

	for (a = answers; a < answers + ARRAY_SIZE(answers); a++)
		EXPECT_EQ(a->fault, pv_discover_check(&a->answer, &guest)) {
			TH_LOG("%s", a->name ?: "");
		}
}

TEST(the_size_has_a_frame_for_each_cpu)
{
	const struct pv_discover_answer answer = { .nr_cpus = 3 };

	EXPECT_EQ(3 * WINDOW_SIZE, pv_discover_size(&answer));
}

TEST(each_fault_has_a_text_and_a_remedy)
{
	int fault;

	for (fault = PV_FAULT_NONE + 1; fault <= PV_FAULT_CREATE; fault++) {
		ASSERT_NE(NULL, pv_discover_fault_text(fault));
		ASSERT_NE(NULL, pv_discover_fault_todo(fault));
		EXPECT_LT(0, strlen(pv_discover_fault_text(fault)));
	}
}

TEST_HARNESS_MAIN
