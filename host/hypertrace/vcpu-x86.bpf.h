/* SPDX-License-Identifier: GPL-2.0 */
#include "state.h"

struct kvm_vcpu_arch {
	unsigned long regs[4];	/* RAX, RCX, RDX, RBX */
	__u64 last_guest_tsc;
	__u64 l1_tsc_offset;
	__u64 l1_tsc_scaling_ratio;
} __core;

struct kvm_vcpu {
	int vcpu_id;
	struct kvm_vcpu_arch arch;
} __core;

/* Structures of kvm-amd and kvm-intel.  The first member of both is the vCPU. */
struct vmcb_control_area {
	__u32 exit_code;
} __core;

struct vmcb {
	struct vmcb_control_area control;
} __core;

struct vcpu_svm {
	struct vmcb *vmcb;
} __core;

union vmx_exit_reason {
	__u32 full;
} __core;

struct vcpu_vmx {
	union vmx_exit_reason exit_reason;
} __core;

static __always_inline __u64 vcpu_number(struct kvm_vcpu *vcpu, bool direct)
{
	return direct ? vcpu->arch.regs[0] : BPF_CORE_READ(vcpu, arch.regs[0]);
}

static __always_inline __u64 vcpu_argument(struct kvm_vcpu *vcpu, bool second)
{
	return second ? BPF_CORE_READ(vcpu, arch.regs[1]) : BPF_CORE_READ(vcpu, arch.regs[3]);
}

/* The offset of the guest's TSC; that of a nested guest is another one. */
static __always_inline __u64 vcpu_offset(struct kvm_vcpu *vcpu)
{
	return BPF_CORE_READ(vcpu, arch.l1_tsc_offset);
}

static __always_inline __u64 vcpu_ratio(struct kvm_vcpu *vcpu)
{
	return BPF_CORE_READ(vcpu, arch.l1_tsc_scaling_ratio);
}

/* The host's TSC at the last exit.  KVM records the guest's TSC at each exit. */
static __always_inline __u64 vcpu_left(struct kvm_vcpu *vcpu, bool direct)
{
	if (direct)
		return vcpu->arch.last_guest_tsc - vcpu->arch.l1_tsc_offset;
	return BPF_CORE_READ(vcpu, arch.last_guest_tsc) - BPF_CORE_READ(vcpu, arch.l1_tsc_offset);
}

static __always_inline struct kvm_vcpu *vcpu_of_exit(__u64 *args)
{
	return (struct kvm_vcpu *)args[0];
}

/* An exit code of SVM may have 64 bits, but all codes differ in the lower 32 bits. */
static __always_inline __u64 vcpu_reason(__u64 *args)
{
	__u64 reason;

	if (args[1] == PV_REASON_SVM && bpf_core_field_exists(struct vcpu_svm, vmcb))
		reason = BPF_CORE_READ((struct vcpu_svm *)args[0], vmcb, control.exit_code);
	else if (args[1] == PV_REASON_VMX && bpf_core_field_exists(struct vcpu_vmx, exit_reason))
		reason = BPF_CORE_READ((struct vcpu_vmx *)args[0], exit_reason.full) &
			 ~REASON_FLAGS_VMX;
	else
		return REASON_UNKNOWN;

	return reason | args[1] << REASON_ISA_SHIFT;
}
