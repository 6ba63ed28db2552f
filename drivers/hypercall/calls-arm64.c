// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that are admitted on arm64: those of the SMC Calling Convention (Arm
 * DEN0028), PSCI (Arm DEN0022) and KVM that answer a question.
 */
#include <linux/arm-smccc.h>
#include <linux/kernel.h>
#include <uapi/linux/psci.h>
#include <pv/hypercall.h>

#include "pv_hypercall.h"

const struct pv_call pv_calls[] = {
	{ ARM_SMCCC_VERSION_FUNC_ID, 0 },
	{ ARM_SMCCC_ARCH_FEATURES_FUNC_ID, 1 },
	{ PSCI_0_2_FN_PSCI_VERSION, 0 },
	{ PSCI_1_0_FN_PSCI_FEATURES, 1 },
	{ ARM_SMCCC_VENDOR_HYP_KVM_FEATURES_FUNC_ID, 0 },
	{ ARM_SMCCC_VENDOR_HYP_KVM_PTP_FUNC_ID, 1 },
	{ ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID, 0 },
	{ PV_HC_QUERY, 1 },
	{ PV_HC_NOP, 0 },
	{ PV_HC_UNASSIGNED, 0 },
};

const unsigned int pv_nr_calls = ARRAY_SIZE(pv_calls);
