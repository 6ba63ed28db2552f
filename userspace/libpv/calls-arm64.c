// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls on arm64, and what the SMC Calling Convention assigns.
 *
 * KVM's are functions of the SMCCC owner "vendor hypervisor"
 * (6), ARM_SMCCC_KVM_FUNC_* in linux/arm-smccc.h, which no uapi header shows.  Bit n
 * of the feature map announces function n.
 */
#include <linux/psci.h>

#include "calls.h"
#include "compiler.h"
#include "drivers/hypervisor/detect.h"

#define SMC32(func)	(0x86000000U | (func))
#define SMC64(func)	(0xC6000000U | (func))

static const struct pv_call kvm[] = {
	{ SMC32(0), "KVM_FUNC_FEATURES", 0,
	  { "kvm_features", "ARM_SMCCC_VENDOR_HYP_KVM_FEATURES" } },
	{ SMC32(1), "KVM_FUNC_PTP", 1, { "ptp", "ARM_SMCCC_VENDOR_HYP_KVM_PTP" } },
	{ SMC64(2), "KVM_FUNC_HYP_MEMINFO", 2,
	  { "hyp_meminfo", "ARM_SMCCC_VENDOR_HYP_KVM_HYP_MEMINFO" } },
	{ SMC64(3), "KVM_FUNC_MEM_SHARE", 3,
	  { "mem_share", "ARM_SMCCC_VENDOR_HYP_KVM_MEM_SHARE" } },
	{ SMC64(4), "KVM_FUNC_MEM_UNSHARE", 4,
	  { "mem_unshare", "ARM_SMCCC_VENDOR_HYP_KVM_MEM_UNSHARE" } },
	{ SMC64(7), "KVM_FUNC_MMIO_GUARD", 7,
	  { "mmio_guard", "ARM_SMCCC_VENDOR_HYP_KVM_MMIO_GUARD" } },
	{ SMC64(64), "KVM_FUNC_DISCOVER_IMPL_VER", 64,
	  { "discover_impl_ver", "ARM_SMCCC_VENDOR_HYP_KVM_DISCOVER_IMPL_VER" } },
	{ SMC64(65), "KVM_FUNC_DISCOVER_IMPL_CPUS", 65,
	  { "discover_impl_cpus", "ARM_SMCCC_VENDOR_HYP_KVM_DISCOVER_IMPL_CPUS" } },
};

#define STANDARD(nr, name, ...)	{ nr, name, PV_CALL_UNANNOUNCED, { __VA_ARGS__ } }

/* Arm DEN0028 (SMCCC), DEN0057 (PV time), DEN0098 (TRNG), DEN0022 (PSCI) */
static const struct pv_call standard[] = {
	STANDARD(0x80000000, "ARM_SMCCC_VERSION", "smccc_version"),
	STANDARD(0x80000001, "ARM_SMCCC_ARCH_FEATURES", "arch_features"),
	STANDARD(0x80000002, "ARM_SMCCC_ARCH_SOC_ID", "soc_id"),
	STANDARD(0x80003fff, "ARM_SMCCC_ARCH_WORKAROUND_3", "workaround_3"),
	STANDARD(0x80007fff, "ARM_SMCCC_ARCH_WORKAROUND_2", "workaround_2"),
	STANDARD(0x80008000, "ARM_SMCCC_ARCH_WORKAROUND_1", "workaround_1"),
	STANDARD(PSCI_0_2_FN_PSCI_VERSION, "PSCI_0_2_FN_PSCI_VERSION", "psci_version"),
	STANDARD(PSCI_0_2_FN_CPU_OFF, "PSCI_0_2_FN_CPU_OFF", "cpu_off", "PSCI_CPU_OFF"),
	STANDARD(PSCI_0_2_FN_MIGRATE_INFO_TYPE, "PSCI_0_2_FN_MIGRATE_INFO_TYPE",
		 "migrate_info_type", "PSCI_MIGRATE_INFO_TYPE"),
	STANDARD(PSCI_0_2_FN_SYSTEM_OFF, "PSCI_0_2_FN_SYSTEM_OFF", "system_off",
		 "PSCI_SYSTEM_OFF"),
	STANDARD(PSCI_0_2_FN_SYSTEM_RESET, "PSCI_0_2_FN_SYSTEM_RESET", "system_reset",
		 "PSCI_SYSTEM_RESET"),
	STANDARD(PSCI_1_0_FN_PSCI_FEATURES, "PSCI_1_0_FN_PSCI_FEATURES", "psci_features"),
	STANDARD(0x84000050, "ARM_SMCCC_TRNG_VERSION", "trng_version"),
	STANDARD(0x84000051, "ARM_SMCCC_TRNG_FEATURES", "trng_features"),
	STANDARD(0x84000052, "ARM_SMCCC_TRNG_GET_UUID", "trng_get_uuid"),
	STANDARD(0x84000053, "ARM_SMCCC_TRNG_RND32", "trng_rnd32"),
	STANDARD(0x8600ff01, "ARM_SMCCC_VENDOR_HYP_CALL_UID", "call_uid"),
	STANDARD(PSCI_0_2_FN64_CPU_SUSPEND, "PSCI_0_2_FN64_CPU_SUSPEND", "cpu_suspend",
		 "PSCI_CPU_SUSPEND"),
	STANDARD(PSCI_0_2_FN64_CPU_ON, "PSCI_0_2_FN64_CPU_ON", "cpu_on", "PSCI_CPU_ON"),
	STANDARD(PSCI_0_2_FN64_AFFINITY_INFO, "PSCI_0_2_FN64_AFFINITY_INFO",
		 "affinity_info", "PSCI_AFFINITY_INFO"),
	STANDARD(PSCI_1_0_FN64_SYSTEM_SUSPEND, "PSCI_1_0_FN64_SYSTEM_SUSPEND",
		 "system_suspend", "PSCI_SYSTEM_SUSPEND"),
	STANDARD(PSCI_1_1_FN64_SYSTEM_RESET2, "PSCI_1_1_FN64_SYSTEM_RESET2",
		 "system_reset2", "PSCI_SYSTEM_RESET2"),
	STANDARD(0xC4000053, "ARM_SMCCC_TRNG_RND64", "trng_rnd64"),
	STANDARD(0xC5000020, "ARM_SMCCC_HV_PV_TIME_FEATURES", "pv_time_features"),
	STANDARD(0xC5000021, "ARM_SMCCC_HV_PV_TIME_ST", "pv_time_st"),
};

/**
 * pv_calls_kvm - the hypercalls of KVM
 * @nr: out: how many
 *
 * Return: the table, in the order of the functions.
 */
const struct pv_call *pv_calls_kvm(size_t *nr)
{
	*nr = ARRAY_SIZE(kvm);
	return kvm;
}

/**
 * pv_calls_standard - the calls that a standard assigns, whatever the hypervisor
 * @nr: out: how many
 *
 * Return: the table, in the order of the numbers.
 */
const struct pv_call *pv_calls_standard(size_t *nr)
{
	*nr = ARRAY_SIZE(standard);
	return standard;
}

/**
 * pv_calls_feature - name of a KVM feature bit of this architecture
 * @bit: any
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_calls_feature(unsigned int bit)
{
	return pv_kvm_feature_arm64(bit);
}
