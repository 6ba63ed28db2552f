// SPDX-License-Identifier: GPL-2.0
/*
 * The feature bits of the interfaces of Hyper-V, Xen and KVM.
 *
 * needs: native unit
 */
#include <drivers/hypervisor/detect.h>

#include "kselftest_harness.h"

struct leaf {
	__u32 leaf;
	struct pv_cpuid_regs regs;
};

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	const struct leaf *l;

	*regs = (struct pv_cpuid_regs){};
	for (l = ctx; l->leaf; l++)
		if (l->leaf == leaf)
			*regs = l->regs;
}

/* The names of all bits that are set, each after a space */
static const char *names(const __u32 *words, unsigned int nr,
			 const char *(*name_of)(unsigned int bit))
{
	static char text[2048];
	size_t len = 0;
	unsigned int i;
	char buf[16];

	text[0] = '\0';
	for (i = 0; i < nr; i++)
		if (words[i / 32] & BIT(i % 32))
			len += snprintf(text + len, sizeof(text) - len, " %s",
					pv_bit_name(name_of(i), i, buf, sizeof(buf)));
	return text;
}

TEST(hyperv_leaves_yield_version_and_bits)
{
	struct leaf leaves[] = {
		{ 0x1, { .ecx = 0x80000000 } },
		{ 0x40000000, { 0x4000000c, 0x7263694d, 0x666f736f, 0x76482074 } },
		{ 0x40000001, { .eax = 0x31237648 } },
		{ 0x40000002, { 0x4f7c, 0x000a0003, 0, 0 } },
		{ 0x40000003, { 0x00001261, 0x00800010, 0xffffffff, 0x80080410 } },
		{ 0x40000004, { 0x00041064, 0xffffffff, 0, 0 } },
		{}
	};
	struct pv_detected d;

	memset(&d, 0xff, sizeof(d));
	pv_cpuid_detect(read_leaf, leaves, &d);
	EXPECT_EQ(0x40000000, d.hyperv.leaf);
	EXPECT_EQ(0x40000002, d.hyperv.version_leaf);
	EXPECT_EQ(10, d.hyperv.major);
	EXPECT_EQ(3, d.hyperv.minor);
	EXPECT_EQ(0x4f7c, d.hyperv.build);
	EXPECT_EQ(0x40000003, d.hyperv.features_leaf);
	EXPECT_STREQ(" vp_runtime hypercall vp_index reference_tsc bit-12 post_messages bit-55",
		     names(d.hyperv.privileges, 64, pv_hyperv_privilege));
	EXPECT_STREQ(" hypercall_xmm_input guest_crash_msr stimer_direct_mode bit-31",
		     names(&d.hyperv.features, 32, pv_hyperv_feature));
	EXPECT_EQ(0x40000004, d.hyperv.hints_leaf);
	EXPECT_STREQ(" remote_tlb_flush relaxed_timing bit-6 hyperv_nested no_nonarch_coresharing",
		     names(&d.hyperv.hints, 32, pv_hyperv_hint));
	EXPECT_EQ(0, d.xen.leaf);
	EXPECT_EQ(0, d.kvm_leaf);
}

/* The leaves of Xen follow those of Hyper-V at an offset of 0x100. */
TEST(xen_leaves_after_hyperv_yield_version_and_bits)
{
	struct leaf leaves[] = {
		{ 0x1, { .ecx = 0x80000000 } },
		{ 0x40000000, { 0x40000006, 0x7263694d, 0x666f736f, 0x76482074 } },
		{ 0x40000100, { 0x40000104, 0x566e6558, 0x65584d4d, 0x4d4d566e } },
		{ 0x40000101, { .eax = 0x00040011 } },
		{ 0x40000102, { 1, 0x40000000, 0x3, 0x1 } },
		{ 0x40000104, { .eax = 0x000000d9 } },
		{}
	};
	struct pv_detected d;

	memset(&d, 0xff, sizeof(d));
	pv_cpuid_detect(read_leaf, leaves, &d);
	EXPECT_EQ(0x40000100, d.xen.leaf);
	EXPECT_EQ(0x40000101, d.xen.version_leaf);
	EXPECT_EQ(4, d.xen.major);
	EXPECT_EQ(17, d.xen.minor);
	EXPECT_EQ(0x40000102, d.xen.features_leaf);
	EXPECT_STREQ(" mmu_pt_update_preserve_ad bit-1 bit-32",
		     names(d.xen.features, 64, pv_xen_feature));
	EXPECT_EQ(0x40000104, d.xen.hvm_leaf);
	EXPECT_STREQ(" apic_access_virt vcpu_id_present domid_present upcall_vector bit-7",
		     names(&d.xen.hvm_features, 32, pv_xen_hvm_feature));
	EXPECT_EQ(0x40000000, d.hyperv.leaf);
}

TEST(xen_leaf_past_the_last_is_not_read)
{
	struct leaf leaves[] = {
		{ 0x1, { .ecx = 0x80000000 } },
		{ 0x40000000, { 0x40000002, 0x566e6558, 0x65584d4d, 0x4d4d566e } },
		{ 0x40000004, { .eax = 0xffffffff } },
		{}
	};
	struct pv_detected d;

	memset(&d, 0xff, sizeof(d));
	pv_cpuid_detect(read_leaf, leaves, &d);
	EXPECT_EQ(0x40000002, d.xen.features_leaf);
	EXPECT_EQ(0, d.xen.hvm_leaf);
	EXPECT_EQ(0, d.xen.hvm_features);
}

TEST(pkvm_uid_yields_a_confidential_entry)
{
	const __u32 uid[4] = { 0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004d };
	const __u32 plain[4] = { 0x3 }, protected[4] = { 0x9f }, none[4] = { 0xffffffff };
	struct pv_detected d;

	memset(&d, 0xff, sizeof(d));
	pv_uid_detect(PV_SMCCC_UID, uid, &d);
	pv_uid_features(plain, &d);
	EXPECT_EQ(PV_SMCCC_KVM_FEATURES, d.kvm_leaf);
	EXPECT_EQ(0, d.nr_confidential);

	pv_uid_detect(PV_SMCCC_UID, uid, &d);
	pv_uid_features(protected, &d);
	ASSERT_EQ(1, d.nr_confidential);
	EXPECT_STREQ("pkvm", pv_confidential_name(d.confidential[0].kind));
	EXPECT_EQ(PV_CONFIDENTIAL_ACTIVE, d.confidential[0].state);
	EXPECT_STREQ("smccc:0x86000000", d.confidential[0].source);
	EXPECT_STREQ(" features ptp hyp_meminfo mem_share mem_unshare mmio_guard",
		     names(d.kvm_features, 128, pv_kvm_feature_arm64));

	pv_uid_detect(PV_SMCCC_UID, uid, &d);
	pv_uid_features(none, &d);
	EXPECT_EQ(0, d.kvm_leaf);
	EXPECT_EQ(0, d.kvm_features[0]);
	EXPECT_EQ(0, d.nr_confidential);
}

TEST(bit_names_end_at_the_register_width)
{
	EXPECT_EQ(NULL, pv_hyperv_privilege(64));
	EXPECT_EQ(NULL, pv_hyperv_feature(32));
	EXPECT_EQ(NULL, pv_hyperv_hint(32));
	EXPECT_EQ(NULL, pv_xen_feature(64));
	EXPECT_EQ(NULL, pv_xen_hvm_feature(32));
	EXPECT_EQ(NULL, pv_confidential_name(PV_CONFIDENTIAL_PKVM + 1));
}

TEST_HARNESS_MAIN
