/* SPDX-License-Identifier: GPL-2.0 */
#include "state.h"

struct user_pt_regs___kvm {
	__u64 regs[31];
} __core;

struct kvm_cpu_context {
	struct user_pt_regs___kvm regs;
	__u64 sys_regs[1];
} __core;

struct kvm_vcpu_arch {
	struct kvm_cpu_context ctxt;
} __core;

struct arch_timer_vm_data {
	__u64 voffset;
} __core;

struct kvm_arch {
	struct arch_timer_vm_data timer_data;
} __core;

struct kvm {
	struct kvm_arch arch;
} __core;

/* CO-RE reads the values of its members only. */
enum vcpu_sysreg {
	CNTVOFF_EL2 = 1,
};

struct kvm_vcpu {
	struct kvm *kvm;
	int vcpu_id;
	struct kvm_vcpu_arch arch;
} __core;

/* SMCCC, section 2.6: W0 has the function. */
static __always_inline __u64 vcpu_number(struct kvm_vcpu *vcpu, bool direct)
{
	return (__u32)(direct ? vcpu->arch.ctxt.regs.regs[0] :
				BPF_CORE_READ(vcpu, arch.ctxt.regs.regs[0]));
}

static __always_inline __u64 vcpu_argument(struct kvm_vcpu *vcpu, bool second)
{
	return second ? BPF_CORE_READ(vcpu, arch.ctxt.regs.regs[2]) :
			BPF_CORE_READ(vcpu, arch.ctxt.regs.regs[1]);
}

/*
 * CNTVCT_EL0 is CNTPCT_EL0 less CNTVOFF_EL2 (Arm ARM, D11.2).  The VM has the offset from
 * Linux 6.4 on, each vCPU in older kernels.
 */
static __always_inline __u64 vcpu_offset(struct kvm_vcpu *vcpu)
{
	__u64 voffset = 0, i;

	if (bpf_core_field_exists(struct kvm_arch, timer_data)) {
		voffset = BPF_CORE_READ(vcpu, kvm, arch.timer_data.voffset);
	} else if (bpf_core_enum_value_exists(enum vcpu_sysreg, CNTVOFF_EL2)) {
		i = bpf_core_enum_value(enum vcpu_sysreg, CNTVOFF_EL2);
		bpf_probe_read_kernel(&voffset, sizeof(voffset), &vcpu->arch.ctxt.sys_regs[0] + i);
	}
	return -voffset;
}

static __always_inline __u64 vcpu_ratio(struct kvm_vcpu *vcpu)
{
	return 0;
}

/* KVM does not record it, and no program reads it. */
static __always_inline __u64 vcpu_left(struct kvm_vcpu *vcpu, bool direct)
{
	return 0;
}

/* KVM's events on arm64 have no vCPU.  The next KVM_RUN shows it. */
static __always_inline struct kvm_vcpu *vcpu_of_exit(__u64 *args)
{
	return NULL;
}

/* Arguments of kvm_exit: what the hypervisor code returns, and the class of ESR_EL2 */
static __always_inline __u64 vcpu_reason(__u64 *args)
{
	__u32 code = args[0] & ~REASON_FLAGS_ARM64;

	return code == REASON_TRAP ? (__u32)args[1] : REASON_CODE + code;
}
