// SPDX-License-Identifier: GPL-2.0
/*
 * arm64: the hypercalls of KVM, what the SMC Calling Convention assigns, and their results.
 *
 * KVM's calls are functions of the SMCCC owner "vendor hypervisor" (6), ARM_SMCCC_KVM_FUNC_* in
 * linux/arm-smccc.h, which no uapi header shows.  Bit n of the feature map announces function n.
 *
 * The result is X0 to X3.  X0 is a value or a negative status, by the standard that assigns the
 * call: SMCCC (Arm DEN0028, 7.1), PSCI (Arm DEN0022, 5.2.2), pv/hypercall.h.
 *
 * arm64 has no CPUID instruction, and HVC is undefined at EL0: only the kernel can call the
 * hypervisor.
 */
#include <linux/psci.h>
#include <pv/hypercall.h>

#include "libpv.h"
#include "drivers/hypervisor/detect.h"

#define SMC32(func)	(0x86000000U | (func))
#define SMC64(func)	(0xC6000000U | (func))

static const struct pv_call kvm_calls[] = {
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
static const struct pv_call standard_calls[] = {
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
	*nr = ARRAY_SIZE(kvm_calls);
	return kvm_calls;
}

/**
 * pv_calls_standard - the calls that a standard assigns, whatever the hypervisor
 * @nr: out: how many
 *
 * Return: the table, in the order of the numbers.
 */
const struct pv_call *pv_calls_standard(size_t *nr)
{
	*nr = ARRAY_SIZE(standard_calls);
	return standard_calls;
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

/* Arm DEN0028, 2.5: bit 30 of the number is set where registers have 64 bits. */
#define SMC64_BIT	0x40000000U

#define OWN_NUMBERS	0x8000U

const unsigned int pv_answer_registers = 4;

static const struct pv_refusal smccc_refusals[] = {
	{ -1, "NOT_SUPPORTED", "no such call" },
	{ -2, "NOT_REQUIRED", "not needed on this CPU" },
	{ -3, "INVALID_PARAMETER", "an argument is not valid" },
};

static const struct pv_refusal psci_refusals[] = {
	{ PSCI_RET_NOT_SUPPORTED, "NOT_SUPPORTED", "no such call" },
	{ PSCI_RET_INVALID_PARAMS, "INVALID_PARAMETERS", "an argument is not valid" },
	{ PSCI_RET_DENIED, "DENIED", "not allowed" },
	{ PSCI_RET_ALREADY_ON, "ALREADY_ON", "the CPU runs" },
	{ PSCI_RET_ON_PENDING, "ON_PENDING", "the CPU is about to run" },
	{ PSCI_RET_INTERNAL_FAILURE, "INTERNAL_FAILURE", "physical trouble" },
	{ PSCI_RET_NOT_PRESENT, "NOT_PRESENT", "no such component" },
	{ PSCI_RET_DISABLED, "DISABLED", "the component is disabled" },
	{ PSCI_RET_INVALID_ADDRESS, "INVALID_ADDRESS", "no address to start from" },
};

static const struct pv_refusal own_refusals[] = {
	{ -PV_ENOSYS_ARM64, "NOT_SUPPORTED", "no such call" },
	{ -PV_ENOENT, "PV_ENOENT", "no such vCPU" },
	{ -PV_EFAULT, "PV_EFAULT", "no address of writable memory" },
	{ -PV_EINVAL, "PV_EINVAL", "an argument is not valid" },
};

/* Function numbers of the standard services, owner 4, that are PSCI's */
static bool is_psci(__u64 nr)
{
	return (nr & ~(__u64)SMC64_BIT) >= PSCI_0_2_FN_BASE &&
	       (nr & ~(__u64)SMC64_BIT) < PSCI_0_2_FN_BASE + 0x20;
}

/**
 * pv_answer_refusals - the ways to say no to a call
 * @nr: number of the call
 * @nr_refusals: out: how many
 *
 * Return: the table.
 */
const struct pv_refusal *pv_answer_refusals(__u64 nr, size_t *nr_refusals)
{
	if (nr >= PV_HC_BASE && nr < PV_HC_BASE + OWN_NUMBERS) {
		*nr_refusals = ARRAY_SIZE(own_refusals);
		return own_refusals;
	}
	if (is_psci(nr)) {
		*nr_refusals = ARRAY_SIZE(psci_refusals);
		return psci_refusals;
	}
	*nr_refusals = ARRAY_SIZE(smccc_refusals);
	return smccc_refusals;
}

/**
 * pv_answer_status - the first register as a signed number
 * @nr: number of the call
 * @result: the register
 *
 * Return: the number.
 */
__s64 pv_answer_status(__u64 nr, __u64 result)
{
	return nr & SMC64_BIT ? (__s64)result : (__s32)result;
}

static const char * const register_names[] = {
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7",
	"x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
	"x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
	"x24", "x25", "x26", "x27", "x28", "x29", "x30",
};

/**
 * pv_answer_register - name of a register
 * @n: as in regs[] of struct pv_hypercall_vcpu_info; an answer begins with 0
 *
 * Return: the name, or NULL if register @n has no name.
 */
const char *pv_answer_register(unsigned int n)
{
	return n < ARRAY_SIZE(register_names) ? register_names[n] : NULL;
}

/**
 * pv_cpuid_native - detect the hypervisor of this machine from user space
 * @d: out: the result
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native(struct pv_detected *d)
{
	return false;
}

/**
 * pv_cpuid_xen - detect the hypervisor of a Xen PV domain
 * @d: out: the result
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen(struct pv_detected *d)
{
	return false;
}

/**
 * pv_cpuid_native_dump - read all leaves of this CPU
 * @dump: out: the leaves
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native_dump(struct pv_cpuid_dump *dump)
{
	return false;
}

/**
 * pv_cpuid_xen_dump - read all leaves that Xen provides to a PV domain
 * @dump: out: the leaves
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen_dump(struct pv_cpuid_dump *dump)
{
	return false;
}
