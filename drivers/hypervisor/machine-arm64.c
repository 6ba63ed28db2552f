// SPDX-License-Identifier: GPL-2.0
/*
 * Detection on arm64: calls by the SMC Calling Convention, Arm DEN0028.
 */
#include <linux/arm-smccc.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/ioport.h>
#include <linux/minmax.h>
#include <asm/cpufeature.h>
#include <asm/pgtable-hwdef.h>
#include <asm/sysreg.h>

#include "../compat.h"
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
	 * HVC is undefined without EL2, so the kernel's conduit must be HVC.  SMC calls the
	 * firmware at EL3, which is not a hypervisor.
	 */
	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC)
		call(PV_SMCCC_UID, uid);
	pv_uid_detect(PV_SMCCC_UID, uid, d);

	/* Xen has its UID in the standard hypervisor services. */
	if (!d->nr && arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC) {
		call(PV_SMCCC_STANDARD_UID, uid);
		pv_uid_detect(PV_SMCCC_STANDARD_UID, uid, d);
	}
	if (pv_detected_kvm(d)) {
		call(PV_SMCCC_KVM_FEATURES, features);
		pv_uid_features(features, d);
	}
}

/* The kernel has detected the same services when it booted. */
bool pv_machine_kvm(const struct pv_detected *d)
{
	return pv_detected_kvm(d) && pv_compat_kvm_available();
}

const char *pv_machine_feature(unsigned int bit)
{
	return pv_kvm_feature_arm64(bit);
}

/* KVM has no hints on arm64. */
const char *pv_machine_hint(unsigned int bit)
{
	return NULL;
}

static int max_end(struct resource *res, void *end)
{
	u64 *max = end;

	*max = max_t(u64, *max, res->end);
	return 0;
}

/*
 * The intermediate physical address space of a VM can be smaller than the physical address space
 * of the CPU, and an access beyond it is an external abort, which is fatal.  Its size is a power
 * of two, and all resources of the guest are in it.
 */
static u32 resource_bits(void)
{
	u64 end = 0;

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_MEM, 0, PHYS_MASK, &end, max_end);
	return max(fls64(end), 1);
}

u64 pv_machine_last_address(void)
{
	u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);
	u32 range = cpuid_feature_extract_unsigned_field(mmfr0, ID_AA64MMFR0_EL1_PARANGE_SHIFT);
	u32 bits = min_t(u32, id_aa64mmfr0_parange_to_phys_shift(range), PHYS_MASK_SHIFT);

	return GENMASK_ULL(min(bits, resource_bits()) - 1, 0);
}
