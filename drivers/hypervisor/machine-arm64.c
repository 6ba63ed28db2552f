// SPDX-License-Identifier: GPL-2.0
/*
 * Detection on arm64: calls by the SMC Calling Convention, Arm DEN0028.
 */
#include <linux/arm-smccc.h>

#include "machine.h"

static void call(u32 fn, u32 w[4])
{
	struct arm_smccc_res res = {};

	arm_smccc_1_1_hvc(fn, &res);
	w[0] = res.a0;
	w[1] = res.a1;
	w[2] = res.a2;
	w[3] = res.a3;
}

void pv_machine_detect(struct pv_detected *d)
{
	u32 uid[4] = {}, features[4];

	/*
	 * The conduit comes first: an HVC is undefined where there is no EL2, and an
	 * SMC would ask the firmware of EL3, which is no hypervisor.
	 */
	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC)
		call(PV_SMCCC_UID, uid);
	pv_uid_detect(PV_SMCCC_UID, uid, d);

	/* Xen has its UID among the standard hypervisor services. */
	if (!d->nr && arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC) {
		call(PV_SMCCC_STANDARD_UID, uid);
		pv_uid_detect(PV_SMCCC_STANDARD_UID, uid, d);
	}
	if (pv_detected_kvm(d)) {
		call(PV_SMCCC_KVM_FEATURES, features);
		pv_uid_features(features, d);
	}
}

const char *pv_machine_feature(unsigned int bit)
{
	return pv_kvm_feature_arm64(bit);
}

/* KVM gives none on arm64. */
const char *pv_machine_hint(unsigned int bit)
{
	return NULL;
}
