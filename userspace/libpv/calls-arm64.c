// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's hypercalls on arm64: functions of the SMCCC owner "vendor hypervisor"
 * (6), ARM_SMCCC_KVM_FUNC_* in linux/arm-smccc.h, which no uapi header shows.  Bit n
 * of the feature map announces function n.
 */
#include "calls.h"
#include "compiler.h"
#include "drivers/hypervisor/detect.h"

#define SMC32(func)	(0x86000000U | (func))
#define SMC64(func)	(0xC6000000U | (func))

static const struct pv_call calls[] = {
	{ SMC32(0), "KVM_FUNC_FEATURES", 0 },
	{ SMC32(1), "KVM_FUNC_PTP", 1 },
	{ SMC64(2), "KVM_FUNC_HYP_MEMINFO", 2 },
	{ SMC64(3), "KVM_FUNC_MEM_SHARE", 3 },
	{ SMC64(4), "KVM_FUNC_MEM_UNSHARE", 4 },
	{ SMC64(7), "KVM_FUNC_MMIO_GUARD", 7 },
	{ SMC64(64), "KVM_FUNC_DISCOVER_IMPL_VER", 64 },
	{ SMC64(65), "KVM_FUNC_DISCOVER_IMPL_CPUS", 65 },
};

/**
 * pv_calls_kvm - the hypercalls of KVM
 * @nr: out: how many
 *
 * Return: the table, in the order of the functions.
 */
const struct pv_call *pv_calls_kvm(size_t *nr)
{
	*nr = ARRAY_SIZE(calls);
	return calls;
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
