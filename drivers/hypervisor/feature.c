// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's feature bits.  Their names are those of the kernel's constants in lower case.
 */
#include "detect.h"

/* KVM_FEATURE_*, Documentation/virt/kvm/x86/cpuid.rst */
static const char * const x86_features[32] = {
	[0] = "clocksource",
	[1] = "nop_io_delay",
	[2] = "mmu_op",
	[3] = "clocksource2",
	[4] = "async_pf",
	[5] = "steal_time",
	[6] = "pv_eoi",
	[7] = "pv_unhalt",
	[9] = "pv_tlb_flush",
	[10] = "async_pf_vmexit",
	[11] = "pv_send_ipi",
	[12] = "poll_control",
	[13] = "pv_sched_yield",
	[14] = "async_pf_int",
	[15] = "msi_ext_dest_id",
	[16] = "hc_map_gpa_range",
	[17] = "migration_control",
	[24] = "clocksource_stable",
};

/*
 * Features that need support of KVM in the host's kernel.  Hypervisors that implement KVM's
 * interface offer its clock, I/O delay, unhalt (VirtualBox, OpenBSD) and MSI destinations.
 */
#define FEATURES_OF_KVM	(BIT(4) | BIT(5) | BIT(6) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | \
			 BIT(13) | BIT(14) | BIT(16) | BIT(17))

/* KVM_HINTS_* */
static const char * const x86_hints[32] = {
	[0] = "realtime",
};

/* ARM_SMCCC_KVM_FUNC_*, linux/arm-smccc.h */
static const char * const arm64_features[128] = {
	[0] = "features",
	[1] = "ptp",
	[2] = "hyp_meminfo",
	[3] = "mem_share",
	[4] = "mem_unshare",
	[7] = "mmio_guard",
	[64] = "discover_impl_ver",
	[65] = "discover_impl_cpus",
	[127] = "features_2",
};

/**
 * pv_kvm_features_of_kvm - whether only KVM itself can offer these features
 * @features: CPUID base + 1, EAX
 *
 * Return: true if one of them exists in KVM only.
 */
bool pv_kvm_features_of_kvm(__u32 features)
{
	return features & FEATURES_OF_KVM;
}

/**
 * pv_kvm_feature_x86 - name of a bit of CPUID base + 1, EAX
 * @bit: 0 .. 31
 *
 * Return: the name; NULL if the bit has no name.
 */
const char *pv_kvm_feature_x86(unsigned int bit)
{
	return bit < ARRAY_SIZE(x86_features) ? x86_features[bit] : NULL;
}

/**
 * pv_kvm_feature_arm64 - name of a bit of the answer to PV_SMCCC_KVM_FEATURES
 * @bit: 0 .. 127
 *
 * Return: the name; NULL if the bit has no name.
 */
const char *pv_kvm_feature_arm64(unsigned int bit)
{
	return bit < ARRAY_SIZE(arm64_features) ? arm64_features[bit] : NULL;
}

/**
 * pv_kvm_hint_x86 - name of a bit of CPUID base + 1, EDX
 * @bit: 0 .. 31
 *
 * Return: the name; NULL if the bit has no name.
 */
const char *pv_kvm_hint_x86(unsigned int bit)
{
	return bit < ARRAY_SIZE(x86_hints) ? x86_hints[bit] : NULL;
}

/**
 * pv_bit_name - a name for each bit
 * @name: result of one of the other functions, can be NULL
 * @bit: number of the bit
 * @buf: buffer for a name, used if @name is NULL
 * @len: size of @buf
 *
 * Return: @name, or "bit-N" in @buf.
 */
const char *pv_bit_name(const char *name, unsigned int bit, char *buf, size_t len)
{
	if (name)
		return name;
	snprintf(buf, len, "bit-%u", bit);
	return buf;
}
