// SPDX-License-Identifier: GPL-2.0
/*
 * Detection on CPUID leaves that other detectors misinterpret, and on malformed leaves.
 * selftests/detect has complete machines.
 *
 * needs: native unit
 */
#include <string.h>

#include "kselftest_harness.h"
#include "drivers/hypervisor/detect.h"

#define MAX_LEAVES	10
#define HYPERVISOR	{ .leaf = 0x1, .ecx = 0x80000000 }
#define HV1		0x31237648
#define ISOLATION	BIT(22)
#define CPU_MANAGEMENT	BIT(12)
#define VMBUS		(BIT(4) | BIT(5))
#define HV_VERSION	{ 0x40000002, 0x4563, 0xa0000 }

/* CPUID reports that SEV is available; whether it is active is unknown. */
#define SEV(_kind)	_kind " unknown cpuid:0x8000001f|"

/* Registers of a leaf; @text, if set, is the contents of EBX, ECX, EDX. */
struct leaf {
	__u32 leaf;
	__u32 eax, ebx, ecx, edx;
	const char *text;
};

struct cpu {
	struct leaf leaves[MAX_LEAVES];
	struct leaf others;		/* all leaves that are not in the list */
};

FIXTURE(detection_on)
{
	struct pv_detected d;
	char found[PV_DETECT_MAX * 64];
	char confidential[PV_CONFIDENTIAL_MAX * 64];
};

/* @found: expected signatures, "text leaf interface|" each; NULL: none */
FIXTURE_VARIANT(detection_on)
{
	struct cpu cpu;
	const char *found;
	const char *vendor;
	const char *confidential;
	__u32 kvm_leaf, hyperv_features_leaf;
};

static void fill(const struct leaf *l, struct pv_cpuid_regs *regs)
{
	char text[PV_SIGNATURE_LEN + 1] = "";

	*regs = (struct pv_cpuid_regs){ l->eax, l->ebx, l->ecx, l->edx };
	if (!l->text)
		return;
	snprintf(text, sizeof(text), "%s", l->text);
	memcpy(&regs->ebx, text, 4);
	memcpy(&regs->ecx, text + 4, 4);
	memcpy(&regs->edx, text + 8, 4);
}

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	const struct cpu *cpu = ctx;
	size_t i;

	fill(&cpu->others, regs);
	for (i = 0; i < MAX_LEAVES; i++)
		if (cpu->leaves[i].leaf == leaf && (leaf || cpu->leaves[i].eax))
			fill(&cpu->leaves[i], regs);
}

static const char *or_none(const char *text)
{
	return text ? text : "";
}

FIXTURE_SETUP(detection_on)
{
	const struct pv_detected *d = &self->d;
	size_t len = 0;
	int i;

	memset(&self->d, 0xff, sizeof(self->d));
	pv_cpuid_detect(read_leaf, (void *)&variant->cpu, &self->d);

	self->found[0] = '\0';
	for (i = 0; i < d->nr; i++)
		len += snprintf(self->found + len, sizeof(self->found) - len, "%s %x %s|",
				d->found[i].text, d->found[i].leaf,
				or_none(pv_interface_name(d->found[i].interface)));
	self->confidential[0] = '\0';
	for (i = 0, len = 0; i < d->nr_confidential; i++)
		len += snprintf(self->confidential + len, sizeof(self->confidential) - len,
				"%s %s%s %s|", pv_confidential_name(d->confidential[i].kind),
				d->confidential[i].state == PV_CONFIDENTIAL_ACTIVE ?
				"active" : "unknown",
				d->confidential[i].paravisor ? " paravisor" : "",
				d->confidential[i].source);
}

FIXTURE_TEARDOWN(detection_on)
{
}

/* "Hv#1" must not be interpreted as the features of KVM. */
FIXTURE_VARIANT_ADD(detection_on, hv_vendor_id_of_kvm_without_kvm_leaves) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "KVMKVMKVM" },
		{ 0x40000001, HV1 },
	},
	.found = "KVMKVMKVM 40000000 hyperv|", .hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(detection_on, kvm_with_hv_vendor_id_of_xen) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "XenVMMXenVMM" },
		{ 0x40000001, HV1 },
		{ 0x40000100, 0x40000101, .text = "KVMKVMKVM" },
	},
	.found = "XenVMMXenVMM 40000000 hyperv|KVMKVMKVM 40000100 kvm|", .vendor = "KVM",
	.kvm_leaf = 0x40000101, .hyperv_features_leaf = 0x40000003,
};

/* All leaves of the hypervisor range have the registers of the first one. */
FIXTURE_VARIANT_ADD(detection_on, bhyve_that_repeats_one_leaf) {
	.cpu.leaves = {
		{ 0x0, 0xd, .text = "AuthcAMDenti" },
		HYPERVISOR,
		{ 0x80000000, 0x80000008 },
	},
	.cpu.others = { .eax = 0x40000000, .text = "bhyve bhyve " },
	.found = "bhyve bhyve  40000000 |", .vendor = "bhyve",
};

/* kvmtool before 2022 had this string in leaf 0, not in a hypervisor leaf. */
FIXTURE_VARIANT_ADD(detection_on, vendor_of_kvmtool_in_a_hypervisor_leaf) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "LKVMLKVMLKVM" },
	},
	.found = "LKVMLKVMLKVM 40000000 |",
};

FIXTURE_VARIANT_ADD(detection_on, qnx_as_its_guide_documents) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "QXNQSBMVwxyz" },
	},
	.found = "QXNQSBMVwxyz 40000000 |", .vendor = "QNX",
};

FIXTURE_VARIANT_ADD(detection_on, hyperplatform_signature_within_a_string) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "abPpyHcd" },
	},
	.found = "abPpyHcd 40000000 |", .vendor = "HyperPlatform",
};

FIXTURE_VARIANT_ADD(detection_on, unknown_signature_without_a_last_leaf) {
	.cpu.leaves = { HYPERVISOR, { 0x40000000, .text = "Somebody's" } },
	.found = "Somebody's 40000000 |",
};

/* A VMM can hide the bit and not the leaf. */
FIXTURE_VARIANT_ADD(detection_on, kvm_leaf_without_hypervisor_bit) {
	.cpu.leaves = { { 0x40000000, 0x40000001, .text = "KVMKVMKVM" } },
	.found = "KVMKVMKVM 40000000 kvm|", .vendor = "KVM", .kvm_leaf = 0x40000001,
};

/* Xen PV on AMD, SEV-SNP guests of Azure: CPUID is not trapped, or is incomplete. */
FIXTURE_VARIANT_ADD(detection_on, hypervisor_bit_without_a_leaf) {
	.cpu.leaves = { { 0x0, 0x20 }, HYPERVISOR, { 0x80000000, 0x80000008 } },
};

/* The host of confidential guests is not confidential itself. */
FIXTURE_VARIANT_ADD(detection_on, bare_metal_with_sev) {
	.cpu.leaves = {
		{ 0x0, 0x10 },
		{ 0x80000000, 0x80000023 },
		{ 0x8000001f, 0x0101fd3f },
	},
};

/* For a leaf out of range, Intel CPUs return the highest basic leaf. */
FIXTURE_VARIANT_ADD(detection_on, bare_intel_with_noise_in_hypervisor_leaves) {
	.cpu.leaves = { { 0x0, 0x16 }, { 0x1 }, { 0x80000000, 0x80000008 } },
	.cpu.others = { 0, 0x960, 0x1068, 0x64 },
};

FIXTURE_VARIANT_ADD(detection_on, hypervisor_bit_with_noise_in_leaves) {
	.cpu.leaves = { { 0x0, 0x16 }, HYPERVISOR, { 0x80000000, 0x80000008 } },
	.cpu.others = { 0, 0x960, 0x1068, 0x64 },
};

FIXTURE_VARIANT_ADD(detection_on, hypervisor_bit_with_noise_without_a_last_leaf) {
	.cpu.leaves = { { 0x0, 0x16 }, HYPERVISOR, { 0x80000000, 0x80000008 } },
	.cpu.others = { 0, 0, 0x960, 0x1068, 0x64 },
};

/* The last leaf is below the base: the signature is valid, no leaf is. */
FIXTURE_VARIANT_ADD(detection_on, last_leaf_below_the_base) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000100, 0x40000001, .text = "KVMKVMKVM" },
	},
	.found = "KVMKVMKVM 40000100 kvm|", .vendor = "KVM",
};

FIXTURE_VARIANT_ADD(detection_on, last_leaf_far_above_the_base) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0xffffffff, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		{ 0x40000003, 0, ISOLATION },
		{ 0x4000000c, 1, 3 },
	},
	.found = "Microsoft Hv 40000000 hyperv|",
};

FIXTURE_VARIANT_ADD(detection_on, hyperv_with_last_leaf_below_the_features) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000002, .text = "Microsoft Hv" },
		{ 0x40000003, 0xffffffff, 0xffffffff, 0, 0xffffffff },
	},
	.found = "Microsoft Hv 40000000 hyperv|",
};

FIXTURE_VARIANT_ADD(detection_on, leaves_with_all_bits_set) {
	.cpu.leaves = { { 0x0, 0xffffffff }, HYPERVISOR, { 0x80000000, 0xffffffff } },
	.cpu.others = { 0, 0xffffffff, 0xffffffff, 0xffffffff },
};

/* All leaves are the same, and have the hypervisor bit of leaf 1. */
FIXTURE_VARIANT_ADD(detection_on, leaves_that_are_all_the_same) {
	.cpu.others = { 0, 0x40000010, 0x44434241, 0x88474645, 0x4c4b4a49 },
	.found = "ABCDEFG.IJKL 40000000 |",
};

/* systemd and virt-what compare with 0x80000008, the last extended leaf. */
FIXTURE_VARIANT_ADD(detection_on, tdx_leaf_above_the_last_basic_leaf) {
	.cpu.leaves = {
		{ 0x0, 0x20 },
		HYPERVISOR,
		{ 0x21, 0, 0x65746e49, 0x20202020, 0x5844546c },
		{ 0x80000000, 0x80000008 },
	},
};

FIXTURE_VARIANT_ADD(detection_on, tdx_signature_in_the_wrong_order) {
	.cpu.leaves = {
		{ 0x0, 0x21 },
		HYPERVISOR,
		{ 0x21, .text = "IntelTDX    " },
	},
};

FIXTURE_VARIANT_ADD(detection_on, kvm_with_sev_snp) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "KVMKVMKVM" },
		{ 0x80000000, 0x8000001f },
		{ 0x8000001f, BIT(1) | BIT(3) | BIT(4) },
	},
	.found = "KVMKVMKVM 40000000 kvm|", .vendor = "KVM", .kvm_leaf = 0x40000001,
	.confidential = SEV("sev") SEV("sev-es") SEV("sev-snp"),
};

FIXTURE_VARIANT_ADD(detection_on, sev_leaf_above_the_last_extended_leaf) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x80000000, 0x8000001e },
		{ 0x8000001f, BIT(1) },
	},
};

FIXTURE_VARIANT_ADD(detection_on, hyperv_with_snp_isolation) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		HV_VERSION,
		{ 0x40000003, 0, VMBUS | ISOLATION },
		{ 0x4000000c, 0x0, 0xbe2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
	.confidential = "sev-snp active cpuid:0x4000000c|",
};

FIXTURE_VARIANT_ADD(detection_on, hyperv_isolated_by_software) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		HV_VERSION,
		{ 0x40000003, 0, VMBUS | ISOLATION },
		{ 0x4000000c, 0x1, 0x1 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(detection_on, hyperv_without_the_isolation_privilege) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		HV_VERSION,
		{ 0x40000003, 0, VMBUS },
		{ 0x4000000c, 0x1, 0x2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(detection_on, hyperv_root_partition) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		HV_VERSION,
		{ 0x40000003, 0, VMBUS | ISOLATION | CPU_MANAGEMENT },
		{ 0x4000000c, 0x0, 0x2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(detection_on, hyperv_without_the_isolation_leaf) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000b, .text = "Microsoft Hv" },
		HV_VERSION,
		{ 0x40000003, 0, VMBUS | ISOLATION },
		{ 0x4000000c, 0x0, 0x2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

TEST_F(detection_on, finds_the_expected_hypervisor)
{
	EXPECT_STREQ(or_none(variant->found), self->found);
	EXPECT_STREQ(or_none(variant->vendor), or_none(pv_detected_vendor(&self->d)));
	EXPECT_EQ(self->d.hypervisor_bit && variant->vendor && !strcmp(variant->vendor, "KVM"),
		  pv_detected_kvm(&self->d));
	EXPECT_STREQ(or_none(variant->confidential), self->confidential);
	EXPECT_EQ(variant->kvm_leaf, self->d.kvm_leaf);
	EXPECT_EQ(variant->hyperv_features_leaf, self->d.hyperv.features_leaf);
	EXPECT_EQ(0, self->d.xen.leaf);
}

TEST_HARNESS_MAIN
