// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls on x86: VMCALL and VMMCALL, number in RAX, arguments in RBX, RCX.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kvm_host.h>

#include "compat.h"
#include "kvm_pv.h"

const char * const kvm_pv_arch_handler[] = { "kvm_emulate_hypercall", NULL };
const s64 kvm_pv_arch_enosys = -PV_ENOSYS_X86;

/* What is not known is not privileged. */
static int kvm_pv_cpl_unknown(struct kvm_vcpu *vcpu)
{
	return 3;
}

DEFINE_STATIC_CALL(kvm_pv_get_cpl, kvm_pv_cpl_unknown);

/*
 * They are in kvm-amd and kvm-intel, which can come and go while no VM is there;
 * kvm_pv needs neither to be loaded.
 */
void kvm_pv_arch_prepare(void)
{
	static const char * const names[] = { "svm_get_cpl", "vmx_get_cpl", NULL };
	void *get_cpl = kvm_pv_symbol_find(names);

	if (get_cpl)
		static_call_update(kvm_pv_get_cpl, get_cpl);
	else
		pr_warn_once("no %s or %s: hypercalls are not answered\n",
			     names[0], names[1]);
}

u32 notrace kvm_pv_arch_call(struct kvm_vcpu *vcpu)
{
	return (u32)vcpu->arch.regs[VCPU_REGS_RAX] - PV_HC_BASE;
}

/* As is_64_bit_hypercall() of KVM. */
static bool kvm_pv_is_64_bit(struct kvm_vcpu *vcpu)
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
bool kvm_pv_arch_admits(struct kvm_vcpu *vcpu)
{
	if (vcpu->kvm->arch.xen_hvm_config.flags & KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL)
		return false;
	if (kvm_pv_hyperv_hypercalls(vcpu))
		return false;
	if (static_call(kvm_pv_get_cpl)(vcpu))
		return false;

	/* 32-bit code has no upper half of RAX, and what is there is not its own. */
	return !upper_32_bits(vcpu->arch.regs[VCPU_REGS_RAX]) ||
	       !kvm_pv_is_64_bit(vcpu);
}

u64 kvm_pv_arch_arg(struct kvm_vcpu *vcpu, int i)
{
	static const int regs[] = { VCPU_REGS_RBX, VCPU_REGS_RCX };
	u64 arg = vcpu->arch.regs[regs[i]];

	return kvm_pv_is_64_bit(vcpu) ? arg : (u32)arg;
}

int kvm_pv_arch_return(struct kvm_vcpu *vcpu, s64 value)
{
	vcpu->arch.regs[VCPU_REGS_RAX] = kvm_pv_is_64_bit(vcpu) ? value : (u32)value;
	vcpu->stat.hypercalls++;

	return kvm_skip_emulated_instruction(vcpu);
}
