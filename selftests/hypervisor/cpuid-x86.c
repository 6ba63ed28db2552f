// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/pv on x86: the same values as CPUID in user space.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <cpuid.h>
#include <drivers/hypervisor/detect.h>

#include "kselftest_harness.h"
#include "sysfs.h"

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	__cpuid_count(leaf, subleaf, regs->eax, regs->ebx, regs->ecx, regs->edx);
}

FIXTURE(cpuid)
{
	struct pv_detected d;
	char expected[4096];
	char shown[4096];
};

FIXTURE_SETUP(cpuid)
{
	pv_cpuid_detect(read_leaf, NULL, &self->d);
	self->expected[0] = '\0';
}

FIXTURE_TEARDOWN(cpuid)
{
}

static void list_bits(char *text, size_t size, __u32 bits,
		      const char *(*name_of)(unsigned int bit))
{
	unsigned int bit;
	size_t len = 0;

	for (bit = 0; bit < 32; bit++) {
		if (!(bits >> bit & 1))
			continue;
		if (name_of(bit))
			len += snprintf(text + len, size - len, "%s\n", name_of(bit));
		else
			len += snprintf(text + len, size - len, "bit-%u\n", bit);
	}
}

TEST_F(cpuid, sysfs_vendor_is_kvm)
{
	ASSERT_TRUE(pv_detected_kvm(&self->d));
	ASSERT_GT(read_file(DIR_PV "vendor", self->shown, sizeof(self->shown)), 0);
	EXPECT_STREQ("KVM\n", self->shown);
}

TEST_F(cpuid, sysfs_signatures_match_cpuid)
{
	size_t len = 0;
	int i;

	for (i = 0; i < self->d.nr; i++)
		len += snprintf(self->expected + len, sizeof(self->expected) - len,
				"%s 0x%08x\n", self->d.found[i].text,
				self->d.found[i].leaf);
	ASSERT_GT(read_file(DIR_PV "signatures", self->shown, sizeof(self->shown)), 0);
	EXPECT_STREQ(self->expected, self->shown);
	EXPECT_NE(NULL, strstr(self->shown, "KVMKVMKVM 0x40000"));
}

TEST_F(cpuid, sysfs_features_match_cpuid)
{
	list_bits(self->expected, sizeof(self->expected), self->d.kvm_features[0],
		  pv_kvm_feature_x86);
	ASSERT_GT(read_file(DIR_PV "features", self->shown, sizeof(self->shown)), 0);
	EXPECT_STREQ(self->expected, self->shown);
}

TEST_F(cpuid, sysfs_hints_match_cpuid)
{
	list_bits(self->expected, sizeof(self->expected), self->d.kvm_hints, pv_kvm_hint_x86);
	ASSERT_GE(read_file(DIR_PV "hints", self->shown, sizeof(self->shown)), 0);
	EXPECT_STREQ(self->expected, self->shown);
}

TEST_F(cpuid, sysfs_conduit_matches_proc_cpuinfo)
{
	bool amd;

	ASSERT_GT(read_file("/proc/cpuinfo", self->shown, sizeof(self->shown)), 0);
	EXPECT_NE(NULL, strstr(self->shown, " hypervisor"));
	amd = strstr(self->shown, "AuthenticAMD") || strstr(self->shown, "HygonGenuine");
	ASSERT_GT(read_file(DIR_PV "conduit", self->shown, sizeof(self->shown)), 0);
	EXPECT_STREQ(amd ? "vmmcall\n" : "vmcall\n", self->shown);
}

TEST_HARNESS_MAIN
