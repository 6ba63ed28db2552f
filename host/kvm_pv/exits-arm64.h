/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exits on arm64: clock CNTPCT_EL0 less the offset of the guest, event kvm_exit without the vCPU.
 */
#include <asm/arch_timer.h>

#define kvm_pv_exits_arch_set	PV_EXITS_ARM64

static inline int kvm_pv_exits_arch_prepare(void)
{
	return 0;
}

static __always_inline u64 kvm_pv_exits_clock(void)
{
	return __arch_counter_get_cntpct_stable();
}

static __always_inline u64 kvm_pv_exits_scale(struct kvm_vcpu *vcpu, u64 ticks)
{
	return ticks;
}

static __always_inline u64 kvm_pv_exits_guest_clock(struct kvm_vcpu *vcpu, u64 clock)
{
	return clock - kvm_pv_voffset(vcpu);
}

static inline u32 kvm_pv_exits_khz(struct kvm_vcpu *vcpu)
{
	return arch_timer_get_cntfrq() / 1000;
}

#define KVM_PV_EXITS_EXIT_ARGS	int code, unsigned int class, unsigned long pc

#define KVM_PV_EXITS_CAUSE	((u64)code << 32 | class)

static __always_inline u32 kvm_pv_exits_reason(struct kvm_vcpu *vcpu, u64 cause, u64 *info)
{
	u32 code = upper_32_bits(cause);

	if (!ARM_EXCEPTION_IS_TRAP(code)) {
		*info = 0;
		return PV_EXITS_ARM_CODE + ARM_EXCEPTION_CODE(code);
	}
	*info = kvm_vcpu_get_esr(vcpu);
	return lower_32_bits(cause);
}

/* ESR_EL2 has the immediate operand of HVC and SMC, which is 0 by SMCCC. */
static __always_inline u64 kvm_pv_exits_info(struct kvm_vcpu *vcpu, u32 reason, u64 info)
{
	if (reason != ESR_ELx_EC_HVC64 && reason != ESR_ELx_EC_SMC64)
		return info;
	return vcpu_get_reg(vcpu, 0);
}

static __always_inline bool kvm_pv_exits_pc(struct kvm_vcpu *vcpu, u64 *pc)
{
	*pc = *vcpu_pc(vcpu);
	return true;
}
