// SPDX-License-Identifier: GPL-2.0
/*
 * Machines on which detectors were wrong, as CPUID shows them.
 *
 * needs: any
 */
#include <string.h>

#include "kselftest_harness.h"
#include "drivers/hypervisor/detect.h"

#define MAX_LEAVES	10
#define HYPERVISOR	{ .leaf = 0x1, .ecx = 0x80000000 }
#define HV1		0x31237648
#define ISOLATION	BIT(22)
#define CPU_MANAGEMENT	BIT(12)

/* CPUID says that SEV could be, and no more. */
#define SEV(_kind)	_kind " unknown cpuid:0x8000001f|"

/* A leaf is given by its registers, or by what EBX, ECX, EDX spell. */
struct leaf {
	__u32 leaf;
	__u32 eax, ebx, ecx, edx;
	const char *text;
};

struct cpu {
	struct leaf leaves[MAX_LEAVES];
	struct leaf others;		/* all leaves that are not in the list */
};

FIXTURE(machine)
{
	struct pv_detected d;
	char found[PV_DETECT_MAX * 64];
	char confidential[PV_CONFIDENTIAL_MAX * 64];
};

/* What is expected of @found: per signature "text leaf interface|"; NULL: nothing */
FIXTURE_VARIANT(machine)
{
	struct cpu cpu;
	const char *found;
	const char *vendor;
	const char *confidential;
	__u32 kvm_leaf, hyperv_features_leaf, xen_leaf;
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

FIXTURE_SETUP(machine)
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

FIXTURE_TEARDOWN(machine)
{
}

FIXTURE_VARIANT_ADD(machine, kvm) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "KVMKVMKVM" },
	},
	.found = "KVMKVMKVM 40000000 kvm|", .vendor = "KVM", .kvm_leaf = 0x40000001,
};

/* -cpu host,hv-relaxed,hv-vapic,...: systemd says "microsoft" */
FIXTURE_VARIANT_ADD(machine, kvm_enlightened) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		{ 0x40000100, 0x40000101, .text = "KVMKVMKVM" },
	},
	.found = "Microsoft Hv 40000000 hyperv|KVMKVMKVM 40000100 kvm|", .vendor = "KVM",
	.kvm_leaf = 0x40000101, .hyperv_features_leaf = 0x40000003,
};

/* -cpu host,hv-passthrough: KVM's own name for its Hyper-V leaves */
FIXTURE_VARIANT_ADD(machine, kvm_hv_passthrough) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000082, .text = "Linux KVM Hv" },
		{ 0x40000001, HV1 },
	},
	.found = "Linux KVM Hv 40000000 hyperv|", .vendor = "KVM",
	.hyperv_features_leaf = 0x40000003,
};

/* -cpu host,hv-vendor-id=...: a name that the user chose */
FIXTURE_VARIANT_ADD(machine, kvm_hv_vendor_id) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "GenuineNoVM" },
		{ 0x40000001, HV1 },
		{ 0x40000100, 0x40000101, .text = "KVMKVMKVM" },
	},
	.found = "GenuineNoVM 40000000 hyperv|KVMKVMKVM 40000100 kvm|", .vendor = "KVM",
	.kvm_leaf = 0x40000101, .hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(machine, kvm_off_hv_vendor_id) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "GenuineNoVM" },
		{ 0x40000001, HV1 },
	},
	.found = "GenuineNoVM 40000000 hyperv|", .hyperv_features_leaf = 0x40000003,
};

/* "Hv#1" must not be taken for KVM's features. */
FIXTURE_VARIANT_ADD(machine, kvm_off_hv_vendor_id_of_kvm) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "KVMKVMKVM" },
		{ 0x40000001, HV1 },
	},
	.found = "KVMKVMKVM 40000000 hyperv|", .hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(machine, kvm_hv_vendor_id_of_xen) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000a, .text = "XenVMMXenVMM" },
		{ 0x40000001, HV1 },
		{ 0x40000100, 0x40000101, .text = "KVMKVMKVM" },
	},
	.found = "XenVMMXenVMM 40000000 hyperv|KVMKVMKVM 40000100 kvm|", .vendor = "KVM",
	.kvm_leaf = 0x40000101, .hyperv_features_leaf = 0x40000003,
};

/* Xen with viridian=1: systemd says "microsoft" */
FIXTURE_VARIANT_ADD(machine, xen_viridian) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000006, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		{ 0x40000100, 0x40000104, .text = "XenVMMXenVMM" },
		{ 0x40000101, 0x00040011 },
	},
	.found = "Microsoft Hv 40000000 hyperv|XenVMMXenVMM 40000100 xen|", .vendor = "Xen",
	.hyperv_features_leaf = 0x40000003, .xen_leaf = 0x40000100,
};

/* Its paravirtualisation provider is Hyper-V. */
FIXTURE_VARIANT_ADD(machine, virtualbox) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000006, .text = "VBoxVBoxVBox" },
		{ 0x40000001, HV1 },
	},
	.found = "VBoxVBoxVBox 40000000 hyperv|", .vendor = "VirtualBox",
	.hyperv_features_leaf = 0x40000003,
};

/* All leaves of the range are the first one. */
FIXTURE_VARIANT_ADD(machine, bhyve) {
	.cpu.leaves = {
		{ 0x0, 0xd, .text = "AuthcAMDenti" },
		HYPERVISOR,
		{ 0x80000000, 0x80000008 },
	},
	.cpu.others = { .eax = 0x40000000, .text = "bhyve bhyve " },
	.found = "bhyve bhyve  40000000 |", .vendor = "bhyve",
};

FIXTURE_VARIANT_ADD(machine, tcg) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "TCGTCGTCGTCG" },
	},
	.found = "TCGTCGTCGTCG 40000000 |", .vendor = "TCG",
};

/* kvmtool before 2022: that string is the vendor of the CPU, leaf 0. */
FIXTURE_VARIANT_ADD(machine, kvmtool) {
	.cpu.leaves = {
		{ 0x0, 0xd, 0x4d564b4c, 0x4d564b4c, 0x4d564b4c },
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "KVMKVMKVM" },
	},
	.found = "KVMKVMKVM 40000000 kvm|", .vendor = "KVM", .kvm_leaf = 0x40000001,
};

FIXTURE_VARIANT_ADD(machine, name_of_leaf_0) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "LKVMLKVMLKVM" },
	},
	.found = "LKVMLKVMLKVM 40000000 |",
};

FIXTURE_VARIANT_ADD(machine, qnx_of_its_guide) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "QXNQSBMVwxyz" },
	},
	.found = "QXNQSBMVwxyz 40000000 |", .vendor = "QNX",
};

FIXTURE_VARIANT_ADD(machine, hyperplatform) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "abPpyHcd" },
	},
	.found = "abPpyHcd 40000000 |", .vendor = "HyperPlatform",
};

FIXTURE_VARIANT_ADD(machine, unknown_without_a_last_leaf) {
	.cpu.leaves = { HYPERVISOR, { 0x40000000, .text = "Somebody's" } },
	.found = "Somebody's 40000000 |",
};

/* lscpu and virt-what do not ask for the bit. */
FIXTURE_VARIANT_ADD(machine, leaf_without_bit) {
	.cpu.leaves = { { 0x40000000, 0x40000001, .text = "KVMKVMKVM" } },
};

/* Xen PV on AMD, SEV-SNP guests of Azure: CPUID is not trapped, or says less. */
FIXTURE_VARIANT_ADD(machine, bit_without_leaf) {
	.cpu.leaves = { { 0x0, 0x20 }, HYPERVISOR, { 0x80000000, 0x80000008 } },
};

/* A host of confidential guests is none. */
FIXTURE_VARIANT_ADD(machine, bare_metal_with_sev) {
	.cpu.leaves = {
		{ 0x0, 0x10 },
		{ 0x80000000, 0x80000023 },
		{ 0x8000001f, 0x0101fd3f },
	},
};

/* Out of range, an Intel CPU answers with its highest basic leaf. */
FIXTURE_VARIANT_ADD(machine, bare_metal_on_intel) {
	.cpu.leaves = { { 0x0, 0x16 }, { 0x1 }, { 0x80000000, 0x80000008 } },
	.cpu.others = { 0, 0x960, 0x1068, 0x64 },
};

FIXTURE_VARIANT_ADD(machine, bit_on_intel) {
	.cpu.leaves = { { 0x0, 0x16 }, HYPERVISOR, { 0x80000000, 0x80000008 } },
	.cpu.others = { 0, 0x960, 0x1068, 0x64 },
};

FIXTURE_VARIANT_ADD(machine, bit_on_intel_whose_highest_leaf_has_no_eax) {
	.cpu.leaves = { { 0x0, 0x16 }, HYPERVISOR, { 0x80000000, 0x80000008 } },
	.cpu.others = { 0, 0, 0x960, 0x1068, 0x64 },
};

/* The last leaf is below the base: no leaf, but a name. */
FIXTURE_VARIANT_ADD(machine, max_leaf_below) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000100, 0x40000001, .text = "KVMKVMKVM" },
	},
	.found = "KVMKVMKVM 40000100 kvm|", .vendor = "KVM",
};

FIXTURE_VARIANT_ADD(machine, max_leaf_far) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0xffffffff, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		{ 0x40000003, 0, ISOLATION },
		{ 0x4000000c, 1, 3 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
};

FIXTURE_VARIANT_ADD(machine, max_leaf_short) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000002, .text = "Microsoft Hv" },
		{ 0x40000003, 0xffffffff, 0xffffffff, 0, 0xffffffff },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
};

FIXTURE_VARIANT_ADD(machine, all_ones) {
	.cpu.leaves = { { 0x0, 0xffffffff }, HYPERVISOR, { 0x80000000, 0xffffffff } },
	.cpu.others = { 0, 0xffffffff, 0xffffffff, 0xffffffff },
};

/* Every leaf is the same, and has the bit of leaf 1. */
FIXTURE_VARIANT_ADD(machine, all_same) {
	.cpu.others = { 0, 0x40000010, 0x44434241, 0x88474645, 0x4c4b4a49 },
	.found = "ABCDEFG.IJKL 40000000 |",
};

FIXTURE_VARIANT_ADD(machine, tdx) {
	.cpu.leaves = {
		{ 0x0, 0x21 },
		HYPERVISOR,
		{ 0x21, 0, 0x65746e49, 0x20202020, 0x5844546c },
		{ 0x40000000, 0x40000001, .text = "KVMKVMKVM" },
	},
	.found = "KVMKVMKVM 40000000 kvm|", .vendor = "KVM", .kvm_leaf = 0x40000001,
	.confidential = "tdx active cpuid:0x21|",
};

/* systemd and virt-what compare with 0x80000008, which is higher than anything. */
FIXTURE_VARIANT_ADD(machine, tdx_beyond_the_basic_leaves) {
	.cpu.leaves = {
		{ 0x0, 0x20 },
		HYPERVISOR,
		{ 0x21, 0, 0x65746e49, 0x20202020, 0x5844546c },
		{ 0x80000000, 0x80000008 },
	},
};

FIXTURE_VARIANT_ADD(machine, tdx_in_the_wrong_order) {
	.cpu.leaves = {
		{ 0x0, 0x21 },
		HYPERVISOR,
		{ 0x21, .text = "IntelTDX    " },
	},
};

FIXTURE_VARIANT_ADD(machine, sev_snp) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x40000001, .text = "KVMKVMKVM" },
		{ 0x80000000, 0x8000001f },
		{ 0x8000001f, BIT(1) | BIT(3) | BIT(4) },
	},
	.found = "KVMKVMKVM 40000000 kvm|", .vendor = "KVM", .kvm_leaf = 0x40000001,
	.confidential = SEV("sev") SEV("sev-es") SEV("sev-snp"),
};

FIXTURE_VARIANT_ADD(machine, sev_beyond_the_extended_leaves) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x80000000, 0x8000001e },
		{ 0x8000001f, BIT(1) },
	},
};

/* Azure: the paravisor hides leaf 0x21. */
FIXTURE_VARIANT_ADD(machine, azure_tdx) {
	.cpu.leaves = {
		{ 0x0, 0x20 },
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		{ 0x40000003, 0, ISOLATION },
		{ 0x4000000c, 0x1, 0x3 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
	.confidential = "tdx active paravisor cpuid:0x4000000c|",
};

FIXTURE_VARIANT_ADD(machine, azure_snp) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		{ 0x40000001, HV1 },
		{ 0x40000003, 0, ISOLATION },
		{ 0x4000000c, 0x0, 0xbe2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
	.confidential = "sev-snp active cpuid:0x4000000c|",
};

FIXTURE_VARIANT_ADD(machine, hyperv_isolated_by_software) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		{ 0x40000003, 0, ISOLATION },
		{ 0x4000000c, 0x1, 0x1 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(machine, hyperv_not_isolated) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		{ 0x4000000c, 0x1, 0x2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(machine, hyperv_root) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000c, .text = "Microsoft Hv" },
		{ 0x40000003, 0, ISOLATION | CPU_MANAGEMENT },
		{ 0x4000000c, 0x0, 0x2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

FIXTURE_VARIANT_ADD(machine, hyperv_without_isolation_leaf) {
	.cpu.leaves = {
		HYPERVISOR,
		{ 0x40000000, 0x4000000b, .text = "Microsoft Hv" },
		{ 0x40000003, 0, ISOLATION },
		{ 0x4000000c, 0x0, 0x2 },
	},
	.found = "Microsoft Hv 40000000 hyperv|", .vendor = "Hyper-V",
	.hyperv_features_leaf = 0x40000003,
};

TEST_F(machine, is_what_it_is)
{
	EXPECT_STREQ(or_none(variant->found), self->found);
	EXPECT_STREQ(or_none(variant->vendor), or_none(pv_detected_vendor(&self->d)));
	EXPECT_EQ(variant->vendor && !strcmp(variant->vendor, "KVM"),
		  pv_detected_kvm(&self->d));
	EXPECT_STREQ(or_none(variant->confidential), self->confidential);
	EXPECT_EQ(variant->kvm_leaf, self->d.kvm_leaf);
	EXPECT_EQ(variant->hyperv_features_leaf, self->d.hyperv.features_leaf);
	EXPECT_EQ(variant->xen_leaf, self->d.xen.leaf);
}

TEST_HARNESS_MAIN
