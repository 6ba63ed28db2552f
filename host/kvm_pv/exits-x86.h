/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exits on x86: clock TSC, event kvm_exit with the vCPU, reason by a function of the vendor module.
 */
#include <linux/static_call.h>
#include <asm/msr.h>
#include <asm/tsc.h>

/* The guest's TSC is (host's TSC * ratio >> bits) + offset. */
#define KVM_PV_EXITS_BITS_VMX	48	/* SDM volume 3, 25.6.5 */
#define KVM_PV_EXITS_BITS_SVM	32	/* APM volume 2, 15.30.5 */

#define KVM_PV_EXITS_VMCALL	18	/* SDM volume 3, appendix C */
#define KVM_PV_EXITS_VMMCALL	0x81	/* APM volume 2, appendix C */

typedef void kvm_pv_exit_info_fn(struct kvm_vcpu *vcpu, u32 *reason, u64 *info1, u64 *info2,
				 u32 *intr_info, u32 *error_code);
DECLARE_STATIC_CALL(kvm_pv_exit_info, kvm_pv_exit_info_fn);

typedef void kvm_pv_cache_reg_fn(struct kvm_vcpu *vcpu, enum kvm_reg reg);
DECLARE_STATIC_CALL(kvm_pv_cache_reg, kvm_pv_cache_reg_fn);

/* PV_EXITS_VMX or PV_EXITS_SVM */
extern u32 kvm_pv_exits_arch_set;

/* TSC scaling ratio 1 */
extern u64 kvm_pv_exits_arch_ratio;

/* Reason of a hypercall */
extern u32 kvm_pv_exits_arch_hypercall;

int kvm_pv_exits_arch_prepare(void);
u64 kvm_pv_exits_arch_scale(u64 ticks, u64 ratio);

/* One instruction */
static __always_inline bool kvm_pv_exits_none(void)
{
	return !this_cpu_read(kvm_pv_exits_loaded);
}

static __always_inline u64 kvm_pv_exits_clock(void)
{
	return rdtsc();
}

static __always_inline bool kvm_pv_exits_has_fast_clock(void)
{
	return true;
}

static __always_inline u64 kvm_pv_exits_fast_clock(void)
{
	return rdtsc();
}

static __always_inline bool kvm_pv_exits_scaled(struct kvm_vcpu *vcpu)
{
	u64 ratio = vcpu->arch.l1_tsc_scaling_ratio;

	/* 1 without TSC scaling, where KVM has 0 bits */
	return ratio > 1 && ratio != kvm_pv_exits_arch_ratio;
}

static inline u64 kvm_pv_exits_scale(struct kvm_vcpu *vcpu, u64 ticks)
{
	if (likely(!kvm_pv_exits_scaled(vcpu)))
		return ticks;
	return kvm_pv_exits_arch_scale(ticks, vcpu->arch.l1_tsc_scaling_ratio);
}

static inline u64 kvm_pv_exits_guest_clock(struct kvm_vcpu *vcpu, u64 clock)
{
	return kvm_pv_exits_scale(vcpu, clock) + vcpu->arch.l1_tsc_offset;
}

static inline u32 kvm_pv_exits_khz(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.virtual_tsc_khz;
}

#define KVM_PV_EXITS_EXIT_ARGS	struct kvm_vcpu *vcpu, u32 isa

#define KVM_PV_EXITS_CAUSE	0

/* All reasons of SVM that KVM can see differ in the lower 32 bits. */
static __always_inline void kvm_pv_exits_reason(struct kvm_pv_exits_vcpu *v, u32 unused)
{
	/* Output on the stack would cost the stack protector and an initialisation. */
	static_call(kvm_pv_exit_info)(v->vcpu, &v->reason, &v->info, &v->unused.info2,
				      &v->unused.intr_info, &v->unused.error_code);
	if (kvm_pv_exits_arch_set == PV_EXITS_VMX)
		v->reason = (u16)v->reason;
}

/* Neither VMX nor SVM reports the number of a hypercall. */
static inline u64 kvm_pv_exits_info(const struct kvm_pv_exits_vcpu *v)
{
	if (v->reason != kvm_pv_exits_arch_hypercall || v->vcpu->arch.guest_state_protected)
		return v->info;
	return v->vcpu->arch.regs[VCPU_REGS_RAX];
}

/*
 * KVM hides the state of SMM from the rest of the guest.  RIP is in the VMCS of the current CPU if
 * KVM has not read it.
 */
static inline bool kvm_pv_exits_pc(struct kvm_vcpu *vcpu, u64 *pc)
{
	if (vcpu->arch.guest_state_protected || vcpu->arch.hflags & KVM_PV_HF_SMM_MASK)
		return false;
	if (!kvm_pv_reg_available(vcpu, KVM_PV_REG_RIP)) {
		if (!static_call_query(kvm_pv_cache_reg))
			return false;
		static_call(kvm_pv_cache_reg)(vcpu, KVM_PV_REG_RIP);
	}
	*pc = kvm_pv_rip(vcpu);
	return true;
}
