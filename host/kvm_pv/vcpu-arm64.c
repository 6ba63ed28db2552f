// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of a vCPU and size of a VM's physical address space on arm64.
 */
#include <linux/kvm_host.h>

#include "compat.h"
#include "kvm_pv.h"

/*
 * At EL0 and EL1t the stack pointer is SP_EL0, which is saved on each exit.  SP_EL1
 * stays in the CPU while a vCPU is loaded on a VHE host.
 */
static bool kvm_pv_vcpu_sp(struct kvm_vcpu *vcpu, __u64 *sp)
{
	switch (READ_ONCE(*vcpu_cpsr(vcpu)) & (PSR_MODE32_BIT | PSR_MODE_MASK)) {
	case PSR_MODE_EL0t:
	case PSR_MODE_EL1t:
		*sp = READ_ONCE(vcpu_gp_regs(vcpu)->sp);
		return true;
	case PSR_MODE_EL1h:
		if (vcpu_get_flag(vcpu, SYSREGS_ON_CPU))
			return false;
		*sp = READ_ONCE(ctxt_sys_reg(&vcpu->arch.ctxt, SP_EL1));
		return true;
	default:
		return false;
	}
}

void kvm_pv_arch_vcpu_read(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info)
{
	int i;

	/* pKVM: the host does not hold the registers of the guest. */
	if (kvm_vm_is_protected(vcpu->kvm))
		return;

	for (i = 0; i < 31; i++)
		info->regs[i] = READ_ONCE(vcpu_gp_regs(vcpu)->regs[i]);
	info->nr_regs = i;
	info->pc = READ_ONCE(*vcpu_pc(vcpu));
	info->flags |= PV_VCPU_REGS | PV_VCPU_PC;

	if (kvm_pv_vcpu_sp(vcpu, &info->sp))
		info->flags |= PV_VCPU_SP;
	if (kvm_pv_vcpu_nested(vcpu))
		info->flags |= PV_VCPU_NESTED;
}

/**
 * kvm_pv_arch_last_gpa - last address that the guest can access
 * @kvm: the VM, with a reference
 *
 * Return: the address; KVM_CREATE_VM has set the size.
 */
gpa_t kvm_pv_arch_last_gpa(struct kvm *kvm)
{
	return kvm_pv_ipa_size(kvm) - 1;
}
