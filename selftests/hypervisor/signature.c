// SPDX-License-Identifier: GPL-2.0
/*
 * The table of signatures compared with the registers that hypervisors return.
 *
 * needs: native unit
 */
#include <drivers/hypervisor/detect.h>

#include "kselftest_harness.h"

static const struct {
	__u32 ebx, ecx, edx;
	const char *vendor;
} x86[] = {
	{ 0x4b4d564b, 0x564b4d56, 0x0000004d, "KVM" },
	{ 0x756e694c, 0x564b2078, 0x7648204d, "KVM" },
	{ 0x7263694d, 0x666f736f, 0x76482074, "Hyper-V" },
	{ 0x566e6558, 0x65584d4d, 0x4d4d566e, "Xen" },
	{ 0x61774d56, 0x4d566572, 0x65726177, "VMware" },
	{ 0x54474354, 0x43544743, 0x47435447, "TCG" },
	{ 0x76796862, 0x68622065, 0x20657679, "bhyve" },
	{ 0x56794842, 0x48422045, 0x20455679, "bhyve" },
	{ 0x786f4256, 0x786f4256, 0x786f4256, "VirtualBox" },
	{ 0x206c7270, 0x65707968, 0x20207672, "Parallels" },
	{ 0x70726c20, 0x68797065, 0x72762020, "Parallels" },
	{ 0x4e524341, 0x4e524341, 0x4e524341, "ACRN" },
	{ 0x6c69614a, 0x73756f68, 0x00000065, "Jailhouse" },
	{ 0x51584e51, 0x53424d56, 0x00004751, "QNX" },
	{ 0x514e5851, 0x564d4253, 0x00000000, "QNX" },
	{ 0x514e5851, 0x564d4253, 0x00004751, "QNX" },
	{ 0x6e65704f, 0x56445342, 0x38354d4d, "OpenBSD vmm" },
	{ 0x205f5f5f, 0x4d4d564e, 0x5f5f5f20, "NVMM" },
	{ 0x4d584148, 0x4d584148, 0x4d584148, "HAXM" },
	{ 0x4d4d5645, 0x4d4d5645, 0x4d4d5645, "Intel KGT" },
	{ 0x73696e55, 0x70537379, 0x34367261, "Unisys s-Par" },
	{ 0x53455253, 0x52534552, 0x45525345, "LMHS SRE" },
	{ 0x6c707041, 0x5a562065, 0x00000000, "Apple Virtualization" },
	{ 0x4d564b50, 0x4d564b50, 0x4d564b50, "pKVM" },
	{ 0x49584546, 0x49584546, 0x00554d45, "FEX-Emu" },
	{ 0x6f70614e, 0x76686163, 0x20202020, "Napoca" },
	{ 0x65726142, 0x6f736976, 0x00002172, "Barevisor" },
	{ 0x696e694d, 0x6f736956, 0x00000072, "MiniVisor" },
	{ 0x72696f4e, 0x6f736956, 0x545a2072, "NoirVisor" },
	{ 0x20202020, 0x48797050, 0x00000000, "HyperPlatform" },
	{ 0x52414b41, 0x4e49534f, 0x45444953, "Akaros" },
	/* Vendors of CPUs, in leaf 0 */
	{ 0x4d564b4c, 0x4d564b4c, 0x4d564b4c, NULL },
	{ 0x534f5243, 0x52434d56, 0x4d56534f, NULL },
	{ 0x756e6547, 0x6c65746e, 0x49656e69, NULL },
	{ 0x65746e49, 0x5844546c, 0x20202020, NULL },
	/* Parts of a signature */
	{ 0x4b4d564b, 0x564b4d56, 0x00000000, NULL },
	{ 0x7263694d, 0x666f736f, 0x00000074, NULL },
	{ 0x514e5851, 0x00000000, 0x00000000, NULL },
};

static const struct {
	__u32 uid[4];
	const char *vendor;
} arm64[] = {
	{ { 0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004d }, "KVM" },
	{ { 0xcd8fd5c1, 0xdb5f53a4, 0x36ce6592, 0x145f3d67 }, "Gunyah" },
	{ { 0xbd54bd19, 0x1b57370b, 0x9b606f94, 0xe69d5354 }, "Gunyah" },
	{ { 0x4d32ba58, 0xcd244764, 0x8eef6c75, 0x16597024 }, "Hyper-V" },
	{ { 0x7948734d, 0x56726570, 0x00000000, 0x00000000 }, "Hyper-V" },
	{ { 0xdc1218a7, 0x694398c6, 0xd179cf9a, 0x67e6de8d }, "Xen" },
	/* Gunyah with its registers in reverse order */
	{ { 0x673d5f14, 0x9265ce36, 0xa4535fdb, 0xc1d58fcd }, NULL },
	{ { 0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004e }, NULL },
};

static void read_row(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	size_t i = *(size_t *)ctx;

	*regs = (struct pv_cpuid_regs){};
	if (leaf == 1)
		regs->ecx = 0x80000000;
	/* Hyper-V is the vendor only with a version and the privileges of VMBus. */
	if (leaf == 0x40000002)
		regs->ebx = 0xa0000;
	if (leaf == 0x40000003)
		regs->ebx = 0x30;
	if (leaf == 0x40000000)
		*regs = (struct pv_cpuid_regs){
			0x40000003, x86[i].ebx, x86[i].ecx, x86[i].edx
		};
}

static const char *or_none(const char *text)
{
	return text ? text : "none";
}

TEST(x86_signatures_select_the_vendor)
{
	struct pv_detected d;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(x86); i++) {
		pv_cpuid_detect(read_row, &i, &d);
		ASSERT_EQ(1, d.nr);
		EXPECT_STREQ(or_none(x86[i].vendor), or_none(pv_detected_vendor(&d)))
			TH_LOG("row %zu, \"%s\"", i, d.found[0].text);
	}
}

TEST(arm64_uids_select_the_vendor)
{
	struct pv_detected d;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(arm64); i++) {
		pv_uid_detect(PV_SMCCC_UID, arm64[i].uid, &d);
		ASSERT_EQ(1, d.nr);
		EXPECT_STREQ(or_none(arm64[i].vendor), or_none(pv_detected_vendor(&d)))
			TH_LOG("row %zu, %s", i, d.found[0].text);
	}
}

TEST_HARNESS_MAIN
