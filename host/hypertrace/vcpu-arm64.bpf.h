/* SPDX-License-Identifier: GPL-2.0 */
#include "reason.h"

struct user_pt_regs___kvm {
	__u64 regs[31];
} __core;

struct kvm_cpu_context {
	struct user_pt_regs___kvm regs;
} __core;

struct kvm_vcpu_arch {
	struct kvm_cpu_context ctxt;
} __core;

struct kvm_vcpu {
	int vcpu_id;
	struct kvm_vcpu_arch arch;
} __core;

/* KVM's events have no vCPU here; the one that this CPU runs is in a variable. */
extern struct kvm_vcpu *kvm_running_vcpu __ksym __weak;

/* SMCCC, section 2.6: the function is in W0. */
static __always_inline __u64 vcpu_number(struct kvm_vcpu *vcpu, bool direct)
{
	return (__u32)(direct ? vcpu->arch.ctxt.regs.regs[0] :
				BPF_CORE_READ(vcpu, arch.ctxt.regs.regs[0]));
}

static __always_inline struct kvm_vcpu *vcpu_of_exit(__u64 *args)
{
	struct kvm_vcpu **running;

	if (!&kvm_running_vcpu)
		return NULL;
	running = bpf_this_cpu_ptr(&kvm_running_vcpu);
	return *running;
}

/* kvm_exit: what the hypervisor returned with flags above it, and the class of ESR_EL2 */
static __always_inline __u64 vcpu_reason(__u64 *args)
{
	__u32 code = args[0] & 0x7fffffff;

	return code == REASON_TRAP ? (__u32)args[1] : REASON_CODE + code;
}
