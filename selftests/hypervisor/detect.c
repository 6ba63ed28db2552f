// SPDX-License-Identifier: GPL-2.0
/*
 * The detection code with registers of recorded machines; the module uses the same code.
 *
 * needs: native unit
 */
#include <drivers/hypervisor/detect.h>

#include "kselftest_harness.h"

#define MAX_LEAVES	8

struct leaf {
	__u32 leaf;
	struct pv_cpuid_regs regs;
};

/**
 * struct machine - a recorded machine
 * @leaves: terminated by leaf 0
 * @noise: contents of all other leaves above 0x40000000
 * @bases: out: how many base leaves the code has read
 */
struct machine {
	struct leaf leaves[MAX_LEAVES];
	struct pv_cpuid_regs noise;
	int bases;
};

#define HYPERVISOR	{ 0x1, { .ecx = 0x80000000 } }
#define KVM(_leaf, _max) \
	{ (_leaf), { (_max), 0x4b4d564b, 0x564b4d56, 0x4d } }
#define HYPERV(_leaf, _max) \
	{ (_leaf), { (_max), 0x7263694d, 0x666f736f, 0x76482074 } }
/* Privileges that VMBus needs, and one that QEMU does not set */
#define VMBUS		0x30
#define PARTITION_ID	0x2

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	struct machine *m = ctx;
	int i;

	if (leaf >= 0x40000000 && leaf <= 0x40010000 && !(leaf & 0xff))
		m->bases++;
	*regs = leaf >= 0x40000000 ? m->noise : (struct pv_cpuid_regs){};
	for (i = 0; i < MAX_LEAVES && m->leaves[i].leaf; i++)
		if (m->leaves[i].leaf == leaf)
			*regs = m->leaves[i].regs;
}

FIXTURE(machine)
{
	struct pv_detected d;
};

FIXTURE_SETUP(machine)
{
	memset(&self->d, 0xff, sizeof(self->d));
}

FIXTURE_TEARDOWN(machine)
{
}

TEST_F(machine, kvm_has_signature_features_and_hints)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		KVM(0x40000000, 0x40000001),
		{ 0x40000001, { .eax = 0x01007efb, .edx = 1 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_TRUE(self->d.hypervisor_bit);
	ASSERT_EQ(1, self->d.nr);
	EXPECT_STREQ("KVMKVMKVM", self->d.found[0].text);
	EXPECT_EQ(0x40000000, self->d.found[0].leaf);
	EXPECT_EQ(0x40000001, self->d.found[0].max_leaf);
	EXPECT_TRUE(pv_detected_kvm(&self->d));
	EXPECT_STREQ("KVM", pv_detected_vendor(&self->d));
	EXPECT_EQ(0x01007efb, self->d.kvm_features[0]);
	EXPECT_EQ(1, self->d.kvm_hints);
}

TEST_F(machine, kvm_with_max_leaf_0_has_features)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		KVM(0x40000000, 0),
		{ 0x40000001, { .eax = 0x7 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	ASSERT_EQ(1, self->d.nr);
	EXPECT_EQ(0x40000001, self->d.found[0].max_leaf);
	EXPECT_EQ(0x7, self->d.kvm_features[0]);
}

TEST_F(machine, kvm_after_hyperv_leaves_is_primary)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		HYPERV(0x40000000, 0x4000000a),
		{ 0x40000001, { .eax = 0x31237648 } },
		KVM(0x40000100, 0x40000101),
		{ 0x40000101, { .eax = 0x3 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	ASSERT_EQ(2, self->d.nr);
	EXPECT_STREQ("Microsoft Hv", self->d.found[0].text);
	EXPECT_STREQ("KVMKVMKVM", self->d.found[1].text);
	EXPECT_EQ(1, self->d.primary);
	EXPECT_TRUE(pv_detected_kvm(&self->d));
	EXPECT_EQ(0x3, self->d.kvm_features[0]);
}

/* -cpu host,hv-vendor-id=KVMKVMKVM: users can set this name */
TEST_F(machine, second_kvm_signature_is_primary)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		KVM(0x40000000, 0x4000000a),
		{ 0x40000001, { .eax = 0x31237648 } },
		KVM(0x40000100, 0x40000101),
		{ 0x40000101, { .eax = 0x3 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(2, self->d.nr);
	EXPECT_EQ(1, self->d.primary);
	EXPECT_EQ(0x3, self->d.kvm_features[0]);
}

/* Each base is an exit, and there are 257. */
TEST_F(machine, base_without_a_signature_ends_the_scan_after_one)
{
	struct machine first = { .leaves = { HYPERVISOR, KVM(0x40000000, 0x40000001) } };
	struct machine second = { .leaves = {
		HYPERVISOR,
		HYPERV(0x40000000, 0x4000000a),
		KVM(0x40000100, 0x40000101),
	} };
	struct machine far = { .leaves = { HYPERVISOR, KVM(0x40010000, 0x40010001) } };

	pv_cpuid_detect(read_leaf, &first, &self->d);
	EXPECT_EQ(1, self->d.nr);
	EXPECT_EQ(2, first.bases);
	pv_cpuid_detect(read_leaf, &second, &self->d);
	EXPECT_EQ(2, self->d.nr);
	EXPECT_EQ(3, second.bases);
	pv_cpuid_detect(read_leaf, &far, &self->d);
	EXPECT_EQ(1, self->d.nr);
	EXPECT_EQ(257, far.bases);
}

TEST_F(machine, hyperv_is_not_kvm)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		HYPERV(0x40000000, 0x4000000c),
		{ 0x40000002, { .eax = 0x4563, .ebx = 0xa0000 } },
		{ 0x40000003, { .ebx = VMBUS | PARTITION_ID } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(1, self->d.nr);
	EXPECT_FALSE(pv_detected_kvm(&self->d));
	EXPECT_STREQ("Hyper-V", pv_detected_vendor(&self->d));
	EXPECT_EQ(PV_EVIDENCE_STRONG, self->d.evidence);
	EXPECT_EQ(0, self->d.kvm_features[0]);
}

/* QEMU -cpu host,kvm=off,hv-synic */
TEST_F(machine, hyperv_with_privileges_of_qemu_is_weak)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		HYPERV(0x40000000, 0x4000000c),
		{ 0x40000002, { .eax = 0x4563, .ebx = 0xa0000 } },
		{ 0x40000003, { .ebx = VMBUS } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_STREQ("Hyper-V", pv_detected_vendor(&self->d));
	EXPECT_EQ(PV_EVIDENCE_WEAK, self->d.evidence);
}

TEST_F(machine, hyperv_without_a_version_is_only_an_interface)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		HYPERV(0x40000000, 0x4000000c),
		{ 0x40000003, { .ebx = VMBUS | PARTITION_ID } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(NULL, pv_detected_vendor(&self->d));
	EXPECT_NE(NULL, pv_detected_interface(&self->d, PV_INTERFACE_HYPERV));
	EXPECT_STREQ("yes", pv_detected_virtual(&self->d));
}

TEST_F(machine, vendor_below_kvm_interface_offers_it)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		{ 0x40000000, { 0, 0x6e65704f, 0x56445342, 0x38354d4d } },
		KVM(0x40000100, 0x40000101),
		{ 0x40000101, { .eax = 0x0100000a } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	ASSERT_EQ(2, self->d.nr);
	EXPECT_STREQ("OpenBSD vmm", pv_detected_vendor(&self->d));
	EXPECT_EQ(PV_EVIDENCE_STRONG, self->d.evidence);
	EXPECT_TRUE(pv_detected_kvm(&self->d));
	EXPECT_EQ(0x0100000a, self->d.kvm_features[0]);
}

TEST_F(machine, unknown_signature_below_kvm_interface_hides_the_vendor)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		{ 0x40000000, { 0x40000001, 0x64636261, 0x68676665, 0x6c6b6a69 } },
		KVM(0x40000100, 0x40000101),
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(NULL, pv_detected_vendor(&self->d));
	EXPECT_TRUE(pv_detected_kvm(&self->d));
}

TEST_F(machine, kvm_with_features_of_others_is_weak)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		KVM(0x40000000, 0x40000001),
		{ 0x40000001, { .eax = 0x01000089 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_STREQ("KVM", pv_detected_vendor(&self->d));
	EXPECT_EQ(PV_EVIDENCE_WEAK, self->d.evidence);
	m.leaves[2].regs.eax |= 1 << 5;		/* steal time */
	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(PV_EVIDENCE_STRONG, self->d.evidence);
}

/* bhyve returns the same for all leaves of the range. */
TEST_F(machine, bhyve_with_identical_leaves_is_found_once)
{
	struct machine m = {
		.leaves = { HYPERVISOR },
		.noise = { 0x40000000, 0x76796862, 0x68622065, 0x20657679 },
	};

	pv_cpuid_detect(read_leaf, &m, &self->d);
	ASSERT_EQ(1, self->d.nr);
	EXPECT_STREQ("bhyve bhyve ", self->d.found[0].text);
	EXPECT_STREQ("bhyve", pv_detected_vendor(&self->d));
}

TEST_F(machine, unknown_signature_has_no_vendor)
{
	struct machine m = { .leaves = {
		HYPERVISOR,
		{ 0x40000000, { 0x40000001, 0x64636261, 0x68676665, 0x016b6a69 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	ASSERT_EQ(1, self->d.nr);
	EXPECT_STREQ("abcdefghijk.", self->d.found[0].text);
	EXPECT_EQ(NULL, self->d.found[0].known);
	EXPECT_EQ(-1, self->d.primary);
	EXPECT_EQ(NULL, pv_detected_vendor(&self->d));
	EXPECT_FALSE(pv_detected_kvm(&self->d));
}

/* An Intel CPU returns its highest basic leaf for leaves out of range. */
TEST_F(machine, kvm_is_found_among_intel_out_of_range_leaves)
{
	struct machine m = {
		.leaves = { HYPERVISOR, KVM(0x40000000, 0x40000001) },
		.noise = { 0x1, 0x2, 0x100, 0x5 },
	};

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(1, self->d.nr);
	EXPECT_TRUE(pv_detected_kvm(&self->d));
}

TEST_F(machine, signature_without_the_bit_is_weak)
{
	struct machine m = { .leaves = { { 0x2, {} }, KVM(0x40000000, 0x40000001) } };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_FALSE(self->d.hypervisor_bit);
	EXPECT_STREQ("KVM", pv_detected_vendor(&self->d));
	EXPECT_EQ(PV_EVIDENCE_WEAK, self->d.evidence);
	EXPECT_STREQ("yes", pv_detected_virtual(&self->d));
	/* Linux does not use the interface. */
	EXPECT_FALSE(pv_detected_kvm(&self->d));
}

TEST_F(machine, unknown_signature_without_the_bit_yields_nothing)
{
	struct machine m = { .leaves = {
		{ 0x40000000, { 0x40000001, 0x64636261, 0x68676665, 0x6c6b6a69 } },
	} };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_EQ(0, self->d.nr);
	EXPECT_EQ(-1, self->d.primary);
	EXPECT_STREQ("no", pv_detected_virtual(&self->d));
}

TEST_F(machine, hypervisor_bit_without_signature_has_no_vendor)
{
	struct machine m = { .leaves = { HYPERVISOR } };

	pv_cpuid_detect(read_leaf, &m, &self->d);
	EXPECT_TRUE(self->d.hypervisor_bit);
	EXPECT_EQ(0, self->d.nr);
	EXPECT_EQ(NULL, pv_detected_vendor(&self->d));
}

static void read_another(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	*regs = (struct pv_cpuid_regs){
		.eax = leaf + 1,
		.ebx = 0x41414141,
		.ecx = leaf == 1 ? 0x80000000 : 0x42424242,
		.edx = leaf,
	};
}

TEST_F(machine, excess_signatures_are_dropped)
{
	pv_cpuid_detect(read_another, NULL, &self->d);
	EXPECT_EQ(PV_DETECT_MAX, self->d.nr);
	EXPECT_EQ(-1, self->d.primary);
}

TEST_F(machine, smccc_uids_yield_text_and_vendor)
{
	const struct {
		__u32 uid[4];
		const char *text;
		const char *vendor;
	} uids[] = {
		{ { 0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004d },
		  "28b46fb6-2ec5-11e9-a9ca-4b564d003a74", "KVM" },
		{ { 0x4d32ba58, 0xcd244764, 0x8eef6c75, 0x16597024 },
		  "58ba324d-6447-24cd-756c-ef8e24705916", "Hyper-V" },
		{ { 0xdc1218a7, 0x694398c6, 0xd179cf9a, 0x67e6de8d },
		  "a71812dc-c698-4369-9acf-79d18ddee667", "Xen" },
		{ { 0xcd8fd5c1, 0xdb5f53a4, 0x36ce6592, 0x145f3d67 },
		  "c1d58fcd-a453-5fdb-9265-ce36673d5f14", "Gunyah" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(uids); i++) {
		pv_uid_detect(PV_SMCCC_UID, uids[i].uid, &self->d);
		ASSERT_EQ(1, self->d.nr);
		EXPECT_STREQ(uids[i].text, self->d.found[0].text);
		EXPECT_STREQ(uids[i].vendor, pv_detected_vendor(&self->d));
		EXPECT_EQ(PV_SMCCC_UID, self->d.found[0].leaf);
		EXPECT_EQ(!strcmp(uids[i].vendor, "KVM"), pv_detected_kvm(&self->d));
	}
}

TEST_F(machine, unknown_smccc_uid_has_no_vendor)
{
	const __u32 uid[4] = { 0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c };

	pv_uid_detect(PV_SMCCC_UID, uid, &self->d);
	ASSERT_EQ(1, self->d.nr);
	EXPECT_STREQ("00010203-0405-0607-0809-0a0b0c0d0e0f", self->d.found[0].text);
	EXPECT_EQ(NULL, pv_detected_vendor(&self->d));
}

TEST_F(machine, unsupported_smccc_uid_yields_nothing)
{
	const __u32 not_supported[4] = { 0xffffffff }, untouched[4] = {};

	pv_uid_detect(PV_SMCCC_UID, not_supported, &self->d);
	EXPECT_EQ(0, self->d.nr);
	EXPECT_EQ(-1, self->d.primary);
	pv_uid_detect(PV_SMCCC_UID, untouched, &self->d);
	EXPECT_EQ(0, self->d.nr);
}

TEST(feature_bits_have_names)
{
	EXPECT_STREQ("pv_send_ipi", pv_kvm_feature_x86(11));
	EXPECT_EQ(NULL, pv_kvm_feature_x86(8));
	EXPECT_EQ(NULL, pv_kvm_feature_x86(32));
	EXPECT_STREQ("realtime", pv_kvm_hint_x86(0));
	EXPECT_STREQ("ptp", pv_kvm_feature_arm64(1));
	EXPECT_EQ(NULL, pv_kvm_feature_arm64(5));
	EXPECT_EQ(NULL, pv_kvm_feature_arm64(128));
}

TEST_HARNESS_MAIN
