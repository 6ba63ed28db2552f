/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on x86: VMCALL and VMMCALL, number in RAX, arguments in RBX, RCX.
 */
#include <linux/kvm_host.h>
#include <linux/static_call.h>
#include <pv/hypercall.h>

#include "compat.h"

#define KVM_PV_ARCH_ENOSYS	PV_ENOSYS_X86

int kvm_pv_cpl_unknown(struct kvm_vcpu *vcpu);
DECLARE_STATIC_CALL(kvm_pv_get_cpl, kvm_pv_cpl_unknown);

typedef int kvm_pv_vcpu_fn(struct kvm_vcpu *vcpu);
DECLARE_STATIC_CALL(kvm_pv_skip_instruction, kvm_pv_vcpu_fn);

static __always_inline u32 kvm_pv_arch_call(struct kvm_vcpu *vcpu)
{
	return (u32)vcpu->arch.regs[VCPU_REGS_RAX] - PV_HC_BASE;
}

/* As is_64_bit_hypercall() of KVM.  It is not cheap: it decodes a segment. */
static inline bool kvm_pv_is_64_bit(struct kvm_vcpu *vcpu)
{
	int db, l;

	if (vcpu->arch.guest_state_protected)
		return true;
	if (!(vcpu->arch.efer & EFER_LMA))
		return false;

	static_call(kvm_x86_get_cs_db_l_bits)(vcpu, &db, &l);
	return l;
}

/*
 * A guest that speaks to Xen or Hyper-V means their call of that number.  From
 * another ring than 0, KVM's handler has to refuse.
 */
static __always_inline bool kvm_pv_arch_admits(struct kvm_vcpu *vcpu)
{
	if (kvm_pv_xen_hypercalls(vcpu))
		return false;
	if (kvm_pv_hyperv_hypercalls(vcpu))
		return false;
	if (static_call(kvm_pv_get_cpl)(vcpu))
		return false;

	/* 32-bit code has no upper half of RAX, and what is there is not its own. */
	return !upper_32_bits(vcpu->arch.regs[VCPU_REGS_RAX]) ||
	       !kvm_pv_is_64_bit(vcpu);
}

static __always_inline u64 kvm_pv_arch_arg(struct kvm_vcpu *vcpu, int i)
{
	u64 arg = vcpu->arch.regs[i ? VCPU_REGS_RCX : VCPU_REGS_RBX];

	return upper_32_bits(arg) && !kvm_pv_is_64_bit(vcpu) ? (u32)arg : arg;
}

static __always_inline void kvm_pv_arch_answer(struct kvm_vcpu *vcpu, s64 value)
{
	if (upper_32_bits(value) && !kvm_pv_is_64_bit(vcpu))
		value = (u32)value;
	vcpu->arch.regs[VCPU_REGS_RAX] = value;
	vcpu->stat.hypercalls++;
}

static __always_inline int kvm_pv_arch_finish(struct kvm_vcpu *vcpu)
{
	return static_call(kvm_pv_skip_instruction)(vcpu);
}

static __always_inline void *kvm_pv_arch_finisher(void)
{
	return static_call_query(kvm_pv_skip_instruction);
}
