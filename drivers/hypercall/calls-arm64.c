// SPDX-License-Identifier: GPL-2.0
/*
 * Calls on arm64: those of the SMC Calling Convention (Arm DEN0028), PSCI (Arm DEN0022),
 * paravirtual time (Arm DEN0057A) and KVM.
 */
#include <linux/arm-smccc.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <uapi/linux/psci.h>
#include <pv/hypercall.h>

#include "../compat.h"
#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"

/* Fast calls of 32 and 64 bits of a vendor's hypervisor */
#define VENDOR32(func)	ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_32, \
					   ARM_SMCCC_OWNER_VENDOR_HYP, func)
#define VENDOR64(func)	ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_64, \
					   ARM_SMCCC_OWNER_VENDOR_HYP, func)

#define KVM_FUNC_FEATURES		VENDOR32(0)
#define KVM_FUNC_PTP			VENDOR32(1)
#define KVM_FUNC_HYP_MEMINFO		VENDOR64(2)
#define KVM_FEATURE_MEM_SHARE		3	/* number and bit of the function */
#define KVM_FUNC_MEM_SHARE		VENDOR64(KVM_FEATURE_MEM_SHARE)
#define KVM_FUNC_MEM_UNSHARE		VENDOR64(4)
#define KVM_FUNC_MMIO_GUARD		VENDOR64(7)
#define KVM_FUNC_DISCOVER_IMPL_VER	VENDOR64(64)
#define KVM_FUNC_DISCOVER_IMPL_CPUS	VENDOR64(65)

const struct pv_call pv_calls[] = {
	{ PV_CALL_ALLOW(ARM_SMCCC_VERSION_FUNC_ID, 0),
	  PV_CALL_PROBE(ARM_SMCCC_VERSION_FUNC_ID, 0) },
	/* SMCCC 1.1 has it, and PSCI_FEATURES reports SMCCC 1.1 (DEN0028, 7.2). */
	{ PV_CALL_ALLOW(ARM_SMCCC_ARCH_FEATURES_FUNC_ID, 1),
	  PV_CALL_PROBE(PSCI_1_0_FN_PSCI_FEATURES, ARM_SMCCC_VERSION_FUNC_ID) },
	{ PV_CALL_ALLOW(PSCI_0_2_FN_PSCI_VERSION, 0), PV_CALL_PROBE(PSCI_0_2_FN_PSCI_VERSION, 0) },
	{ PV_CALL_ALLOW(PSCI_1_0_FN_PSCI_FEATURES, 1),
	  PV_CALL_PROBE(PSCI_1_0_FN_PSCI_FEATURES, PSCI_0_2_FN_PSCI_VERSION) },
	{ PV_CALL_ALLOW(KVM_FUNC_FEATURES, 0), PV_CALL_PROBE(KVM_FUNC_FEATURES, 0) },
	{ PV_CALL_ALLOW(KVM_FUNC_PTP, 1), PV_CALL_PROBE(KVM_FUNC_PTP, 0) },
	{ PV_CALL_ALLOW(ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID, 0),
	  PV_CALL_PROBE(ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID, 0) },
	{ PV_CALL_ALLOW(ARM_SMCCC_HV_PV_TIME_FEATURES, 1),
	  PV_CALL_PROBE(ARM_SMCCC_ARCH_FEATURES_FUNC_ID, ARM_SMCCC_HV_PV_TIME_FEATURES) },
	/* The hypervisor writes to the memory of the guest after it. */
	{ PV_CALL_DENY(ARM_SMCCC_HV_PV_TIME_ST, 0),
	  PV_CALL_PROBE(ARM_SMCCC_HV_PV_TIME_FEATURES, ARM_SMCCC_HV_PV_TIME_ST) },
	{ PV_CALL_DENY(KVM_FUNC_HYP_MEMINFO, 3), PV_CALL_BIT(PV_PROBE_KVM, 2) },
	{ PV_CALL_DENY(KVM_FUNC_MEM_SHARE, 3), PV_CALL_BIT(PV_PROBE_KVM, KVM_FEATURE_MEM_SHARE) },
	{ PV_CALL_DENY(KVM_FUNC_MEM_UNSHARE, 3), PV_CALL_BIT(PV_PROBE_KVM, 4) },
	{ PV_CALL_DENY(KVM_FUNC_MMIO_GUARD, 3), PV_CALL_BIT(PV_PROBE_KVM, 7) },
	{ PV_CALL_DENY(KVM_FUNC_DISCOVER_IMPL_VER, 0), PV_CALL_BIT(PV_PROBE_KVM, 64) },
	{ PV_CALL_DENY(KVM_FUNC_DISCOVER_IMPL_CPUS, 1), PV_CALL_BIT(PV_PROBE_KVM, 65) },
	{ PV_CALL_ALLOW(PV_HC_QUERY, 1), PV_CALL_PROBE(PV_HC_QUERY, PV_QUERY_MAGIC) },
	{ PV_CALL_ALLOW(PV_HC_NOP, 0), PV_CALL_PROBE(PV_HC_NOP, 0) },
	{ PV_CALL_DENY(PV_HC_VCPU_INFO, 2),
	  PV_CALL_BIT(PV_PROBE_HOST, ilog2(PV_FEATURE_VCPU_INFO)) },
	{ PV_CALL_ALLOW(PV_HC_DEVICE, 2),
	  PV_CALL_BIT(PV_PROBE_HOST, ilog2(PV_FEATURE_DEVICE)) },
	{ PV_CALL_ALLOW(PV_HC_UNASSIGNED, 0), PV_CALL_PROBE(PV_HC_UNASSIGNED, 0) },
};

const unsigned int pv_calls_nr = ARRAY_SIZE(pv_calls);

/* KVM sets a bit for each function that it implements. */
const enum pv_hypercall_answer pv_calls_unannounced = PV_HYPERCALL_REFUSED;

/* SMC32 functions return the status in W0, and the upper half of X0 is undefined. */
bool pv_calls_refused(u64 status)
{
	return (s32)status == SMCCC_RET_NOT_SUPPORTED;
}

/* pKVM announces MEM_SHARE to protected guests only. */
bool pv_calls_private(void)
{
	return pv_kvm_feature(KVM_FEATURE_MEM_SHARE);
}
