// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of a vCPU on x86.
 */
#include <linux/kvm_host.h>

#include "kvm_pv.h"

/*
 * RIP and RSP may still be in the VMCS, which only the CPU that the vCPU is loaded
 * on can read: they are reported where KVM has fetched them.
 */
static bool kvm_pv_vcpu_reg(struct kvm_vcpu *vcpu, enum kvm_reg reg, __u64 *value)
{
	if (!(READ_ONCE(vcpu->arch.regs_avail) & BIT(reg)))
		return false;

	*value = READ_ONCE(vcpu->arch.regs[reg]);
	return true;
}

void kvm_pv_arch_vcpu_read(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info)
{
	int i;

	/* SEV-ES, TDX: what KVM holds are not the registers of the guest. */
	if (vcpu->arch.guest_state_protected)
		return;

	/* The general-purpose registers are in the order of their encoding. */
	for (i = VCPU_REGS_RAX; i < VCPU_REGS_RIP; i++) {
		if (i != VCPU_REGS_RSP)
			info->regs[i] = READ_ONCE(vcpu->arch.regs[i]);
	}
	info->nr_regs = i;
	info->flags |= PV_VCPU_REGS;

	if (kvm_pv_vcpu_reg(vcpu, VCPU_REGS_RIP, &info->pc))
		info->flags |= PV_VCPU_PC;
	if (kvm_pv_vcpu_reg(vcpu, VCPU_REGS_RSP, &info->sp))
		info->flags |= PV_VCPU_SP;
}
