/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on arm64: HVC by the SMC Calling Convention, function in W0,
 * arguments from X1 on, four result registers.
 */
#include <kvm/arm_hypercalls.h>
#include <linux/kvm_host.h>
#include <pv/hypercall.h>

#include "compat.h"

#define KVM_PV_ARCH_ENOSYS	PV_ENOSYS_ARM64

static __always_inline u32 kvm_pv_arch_call(struct kvm_vcpu *vcpu)
{
	return smccc_get_function(vcpu) - PV_HC_BASE;
}

/*
 * The functions are SMC64 functions, which AArch32 cannot call (SMCCC, section 2.6).  KVM
 * calls its handler for SMC as well.  If the VMM filters the function, KVM's handler rejects
 * the call or exits to the VMM.
 */
static __always_inline bool kvm_pv_arch_admits(struct kvm_vcpu *vcpu)
{
	return !vcpu_mode_is_32bit(vcpu) &&
	       kvm_vcpu_trap_get_class(vcpu) == ESR_ELx_EC_HVC64 &&
	       !kvm_pv_smccc_filtered(vcpu->kvm, smccc_get_function(vcpu));
}

static __always_inline u64 kvm_pv_arch_arg(struct kvm_vcpu *vcpu, int i)
{
	return vcpu_get_reg(vcpu, i + 1);
}

static __always_inline void kvm_pv_arch_answer(struct kvm_vcpu *vcpu, s64 value)
{
	smccc_set_retval(vcpu, value, 0, 0, 0);
}

int kvm_pv_arch_finish(struct kvm_vcpu *vcpu);

static __always_inline void *kvm_pv_arch_finisher(void)
{
	return kvm_pv_arch_finish;
}
