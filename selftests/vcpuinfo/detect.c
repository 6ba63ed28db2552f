// SPDX-License-Identifier: GPL-2.0
/*
 * Detection on synthetic CPUID leaves, through the code that the module uses too.
 *
 * needs: any
 */
#include <string.h>

#include "kselftest_harness.h"
#include "drivers/hypervisor/detect.h"

#define BIT_HYPERVISOR	0x80000000U

/* Registers are given as what they spell: EBX, ECX, EDX of a base leaf. */
struct leaf {
	__u32 leaf;
	__u32 eax;
	char text[13];
};

struct machine {
	__u32 ecx1;			/* leaf 1 */
	__u32 kvm_eax, kvm_edx;		/* every base + 1 */
	bool repeats;			/* all bases look like the first */
	const struct leaf *leaves;	/* ended by leaf 0 */
	unsigned int reads_of_hypervisor;
};

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	struct machine *m = ctx;
	const struct leaf *l;

	memset(regs, 0, sizeof(*regs));
	if (leaf == 1)
		regs->ecx = m->ecx1;
	if (leaf <= 1)
		return;
	m->reads_of_hypervisor += leaf >> 28 == 4;
	if (m->repeats && (leaf & 0xffff0000) == 0x40000000)
		leaf = m->leaves[0].leaf;
	for (l = m->leaves; l && l->leaf; l++) {
		if (leaf == l->leaf) {
			regs->eax = l->eax;
			memcpy(&regs->ebx, l->text, 4);
			memcpy(&regs->ecx, l->text + 4, 4);
			memcpy(&regs->edx, l->text + 8, 4);
		}
		if (leaf == l->leaf + 1) {
			regs->eax = m->kvm_eax;
			regs->edx = m->kvm_edx;
		}
	}
}

TEST(plain_kvm)
{
	static const struct leaf leaves[] = {
		{ 0x40000000, 0x40000001, "KVMKVMKVM" }, {}
	};
	struct machine m = {
		.ecx1 = BIT_HYPERVISOR, .kvm_eax = 0x01007afb, .kvm_edx = 1,
		.leaves = leaves,
	};
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	EXPECT_TRUE(d.hypervisor_bit);
	ASSERT_EQ(1, d.nr);
	EXPECT_STREQ("KVMKVMKVM", d.found[0].text);
	EXPECT_EQ(0x40000000, d.found[0].leaf);
	EXPECT_EQ(0x40000001, d.found[0].max_leaf);
	EXPECT_STREQ("KVM", pv_detected_vendor(&d));
	EXPECT_TRUE(pv_detected_kvm(&d));
	EXPECT_EQ(0x01007afb, d.kvm_features[0]);
	EXPECT_EQ(1, d.kvm_hints);
}

TEST(kvm_of_an_old_host_has_no_last_leaf)
{
	static const struct leaf leaves[] = { { 0x40000000, 0, "KVMKVMKVM" }, {} };
	struct machine m = {
		.ecx1 = BIT_HYPERVISOR, .kvm_eax = 0xfb, .leaves = leaves,
	};
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	EXPECT_TRUE(pv_detected_kvm(&d));
	EXPECT_EQ(0xfb, d.kvm_features[0]);
}

TEST(enlightened_kvm_shows_two)
{
	static const struct leaf leaves[] = {
		{ 0x40000000, 0x4000000a, "Microsoft Hv" },
		{ 0x40000100, 0x40000101, "KVMKVMKVM" },
		{}
	};
	struct machine m = {
		.ecx1 = BIT_HYPERVISOR, .kvm_eax = 0x80, .leaves = leaves,
	};
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	ASSERT_EQ(2, d.nr);
	EXPECT_STREQ("Microsoft Hv", d.found[0].text);
	EXPECT_EQ(0x40000000, d.found[0].leaf);
	EXPECT_STREQ("KVMKVMKVM", d.found[1].text);
	EXPECT_EQ(0x40000100, d.found[1].leaf);
	EXPECT_STREQ("KVM", pv_detected_vendor(&d));
	EXPECT_TRUE(pv_detected_kvm(&d));
	EXPECT_EQ(0x80, d.kvm_features[0]);
}

TEST(hyperv_alone_is_not_kvm)
{
	static const struct leaf leaves[] = { { 0x40000000, 0x4000000b, "Microsoft Hv" }, {} };
	struct machine m = {
		.ecx1 = BIT_HYPERVISOR, .kvm_eax = 0xff, .leaves = leaves,
	};
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	EXPECT_STREQ("Hyper-V", pv_detected_vendor(&d));
	EXPECT_FALSE(pv_detected_kvm(&d));
	EXPECT_EQ(0, d.kvm_features[0]);
}

TEST(bhyve_repeats_itself)
{
	static const struct leaf leaves[] = { { 0x40000000, 0x40000000, "bhyve bhyve " }, {} };
	struct machine m = {
		.ecx1 = BIT_HYPERVISOR, .repeats = true, .leaves = leaves,
	};
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	ASSERT_EQ(1, d.nr);
	EXPECT_EQ(0x40000000, d.found[0].leaf);
	EXPECT_STREQ("bhyve bhyve ", d.found[0].text);
	EXPECT_STREQ("bhyve", pv_detected_vendor(&d));
}

TEST(unknown_signature_is_shown_as_it_is)
{
	static const struct leaf leaves[] = { { 0x40000000, 0x40000010, "Nobody's VM!" }, {} };
	struct machine m = { .ecx1 = BIT_HYPERVISOR, .leaves = leaves };
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	ASSERT_EQ(1, d.nr);
	EXPECT_STREQ("Nobody's VM!", d.found[0].text);
	EXPECT_EQ(NULL, d.found[0].known);
	EXPECT_EQ(-1, d.primary);
	EXPECT_EQ(NULL, pv_detected_vendor(&d));
	EXPECT_FALSE(pv_detected_kvm(&d));
}

TEST(unprintable_bytes_are_dots)
{
	static const struct leaf leaves[] = {
		{ 0x40000000, 0x40000001, "\x1b[2J\x80\xffVM\nok!" }, {}
	};
	struct machine m = { .ecx1 = BIT_HYPERVISOR, .leaves = leaves };
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	ASSERT_EQ(1, d.nr);
	EXPECT_STREQ(".[2J..VM.ok!", d.found[0].text);
}

TEST(no_bit_no_hypervisor)
{
	static const struct leaf leaves[] = { { 0x40000000, 0x40000001, "KVMKVMKVM" }, {} };
	struct machine m = { .kvm_eax = 0xff, .leaves = leaves };
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	EXPECT_FALSE(d.hypervisor_bit);
	EXPECT_EQ(0, d.nr);
	EXPECT_EQ(-1, d.primary);
	EXPECT_EQ(NULL, pv_detected_vendor(&d));
	EXPECT_FALSE(pv_detected_kvm(&d));
	EXPECT_EQ(0, d.kvm_features[0]);
	EXPECT_EQ(0, m.reads_of_hypervisor);
}

TEST(bit_without_a_leaf)
{
	struct machine m = { .ecx1 = BIT_HYPERVISOR };
	struct pv_detected d;

	pv_cpuid_detect(read_leaf, &m, &d);
	EXPECT_TRUE(d.hypervisor_bit);
	EXPECT_EQ(0, d.nr);
	EXPECT_EQ(NULL, pv_detected_vendor(&d));
}

TEST(more_signatures_than_there_is_room)
{
	struct leaf leaves[PV_DETECT_MAX * 2 + 1] = {};
	struct machine m = { .ecx1 = BIT_HYPERVISOR, .leaves = leaves };
	struct pv_detected d;
	int i;

	for (i = 0; i < PV_DETECT_MAX * 2; i++) {
		leaves[i].leaf = 0x40000000 + i * 0x100;
		leaves[i].eax = leaves[i].leaf + 1;
		memcpy(leaves[i].text, "Hypervisor A", 12);
		leaves[i].text[11] += i;
	}
	pv_cpuid_detect(read_leaf, &m, &d);
	EXPECT_EQ(PV_DETECT_MAX, d.nr);
	EXPECT_STREQ("Hypervisor A", d.found[0].text);
}

TEST_HARNESS_MAIN
