/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exits on arm64: clock CNTPCT_EL0 less the offset of the guest, event kvm_exit without the vCPU.
 */
#include <linux/jump_label.h>
#include <asm/arch_timer.h>

#define kvm_pv_exits_arch_set	PV_EXITS_ARM64

int kvm_pv_exits_arch_prepare(void);
u64 kvm_pv_exits_arch_clock(void);

/* The counter of a CPU has an erratum, which takes more instructions to work around. */
DECLARE_STATIC_KEY_FALSE(kvm_pv_exits_arch_unstable);

static __always_inline bool kvm_pv_exits_has_fast_clock(void)
{
	return !static_branch_unlikely(&kvm_pv_exits_arch_unstable);
}

static __always_inline u64 kvm_pv_exits_fast_clock(void)
{
	return __arch_counter_get_cntpct();
}

/* this_cpu_read() disables preemption. */
static __always_inline bool kvm_pv_exits_none(void)
{
	return false;
}

static __always_inline u64 kvm_pv_exits_clock(void)
{
	return kvm_pv_exits_has_fast_clock() ? kvm_pv_exits_fast_clock() :
					       kvm_pv_exits_arch_clock();
}

static __always_inline bool kvm_pv_exits_scaled(struct kvm_vcpu *vcpu)
{
	return false;
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

/* The reason */
#define KVM_PV_EXITS_CAUSE	(ARM_EXCEPTION_IS_TRAP(code) ? class : \
				 PV_EXITS_ARM_CODE + ARM_EXCEPTION_CODE(code))

static __always_inline void kvm_pv_exits_reason(struct kvm_pv_exits_vcpu *v, u32 reason)
{
	v->reason = reason;
}

/* ESR_EL2 has the immediate operand of HVC and SMC, which is 0 by SMCCC. */
static inline u64 kvm_pv_exits_info(const struct kvm_pv_exits_vcpu *v)
{
	if (v->reason == ESR_ELx_EC_HVC64 || v->reason == ESR_ELx_EC_SMC64)
		return vcpu_get_reg(v->vcpu, 0);
	return v->reason < PV_EXITS_ARM_CODE ? kvm_vcpu_get_esr(v->vcpu) : 0;
}

static inline bool kvm_pv_exits_pc(struct kvm_vcpu *vcpu, u64 *pc)
{
	*pc = *vcpu_pc(vcpu);
	return true;
}
