/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on arm64: HVC by the SMC Calling Convention, function in W0,
 * arguments from X1 on, four registers of result.
 */
#include <kvm/arm_hypercalls.h>
#include <linux/kvm_host.h>
#include <pv/hypercall.h>

#define KVM_PV_ARCH_ENOSYS	PV_ENOSYS_ARM64

static __always_inline u32 kvm_pv_arch_call(struct kvm_vcpu *vcpu)
{
	return smccc_get_function(vcpu) - PV_HC_BASE;
}

/*
 * The functions are SMC64 ones, which AArch32 cannot call (SMCCC, section 2.6),
 * and KVM's handler is given SMCs as well.
 */
static __always_inline bool kvm_pv_arch_admits(struct kvm_vcpu *vcpu)
{
	return !vcpu_mode_is_32bit(vcpu) &&
	       kvm_vcpu_trap_get_class(vcpu) == ESR_ELx_EC_HVC64;
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
