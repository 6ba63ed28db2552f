// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of a vCPU and size of its physical address space on x86.
 */
#include <linux/kvm_host.h>

#include "compat.h"
#include "kvm_pv.h"

static bool kvm_pv_vcpu_in_smm(struct kvm_vcpu *vcpu)
{
	return READ_ONCE(vcpu->arch.hflags) & KVM_PV_HF_SMM_MASK;
}

static void kvm_pv_vcpu_read_regs(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info)
{
	int i;

	/* The general-purpose registers are in the order of their encoding. */
	for (i = VCPU_REGS_RAX; i <= VCPU_REGS_R15; i++) {
		if (i != VCPU_REGS_RSP)
			info->regs[i] = READ_ONCE(vcpu->arch.regs[i]);
	}
	info->nr_regs = i;
	info->flags |= PV_VCPU_REGS;

	/*
	 * RIP and RSP may be in the VMCS only, which no CPU but the one that the vCPU is loaded on
	 * can read.  KVM's copy is valid if KVM has read them.
	 */
	if (kvm_pv_reg_available(vcpu, KVM_PV_REG_RIP)) {
		info->pc = kvm_pv_rip(vcpu);
		info->flags |= PV_VCPU_PC;
	}
	if (kvm_pv_reg_available(vcpu, VCPU_REGS_RSP)) {
		info->sp = READ_ONCE(vcpu->arch.regs[VCPU_REGS_RSP]);
		info->flags |= PV_VCPU_SP;
	}
	if (READ_ONCE(vcpu->arch.hflags) & HF_GUEST_MASK)
		info->flags |= PV_VCPU_NESTED;
}

/*
 * KVM hides the memory of SMM from the rest of the guest, so the registers that SMM code uses
 * are hidden as well.  The vCPU may run: the registers are from outside SMM if it was not in
 * SMM before and after, and KVM has delivered no SMI in between.
 */
void kvm_pv_arch_vcpu_read(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info)
{
	u64 smis = READ_ONCE(vcpu->arch.smi_count);
	struct pv_vcpu_info before = *info;

	/* SEV-ES, TDX: KVM does not hold the registers of the guest. */
	if (vcpu->arch.guest_state_protected)
		return;

	smp_rmb(); /* the count before the mode */
	if (kvm_pv_vcpu_in_smm(vcpu))
		return;
	smp_rmb(); /* the mode before the registers */
	kvm_pv_vcpu_read_regs(vcpu, info);
	smp_rmb(); /* the registers before the mode and the count */
	if (kvm_pv_vcpu_in_smm(vcpu) || READ_ONCE(vcpu->arch.smi_count) != smis)
		*info = before;
}

/*
 * KVM_SET_CPUID2 sets the number of address bits of a vCPU.  KVM rejects a change after the vCPU
 * has run, and holds vcpu->mutex in all ioctls of the vCPU, so a vCPU whose mutex is held and that
 * has not run may be setting the number.
 *
 * Returns U64_MAX if the number is not known yet.
 */
static gpa_t kvm_pv_vcpu_last_gpa(struct kvm_vcpu *vcpu)
{
	bool locked = mutex_trylock(&vcpu->mutex);
	gpa_t last = U64_MAX;

	if (READ_ONCE(vcpu->arch.last_vmentry_cpu) != -1 || (locked && vcpu->arch.cpuid_nent))
		last = GENMASK_ULL(READ_ONCE(vcpu->arch.maxphyaddr) - 1, 0);
	if (locked)
		mutex_unlock(&vcpu->mutex);

	return last;
}

/**
 * kvm_pv_arch_last_gpa - last address that the guest can access
 * @kvm: the VM, with a reference
 *
 * Return: the address, U64_MAX if it is not known yet.
 */
gpa_t kvm_pv_arch_last_gpa(struct kvm *kvm)
{
	gpa_t last = U64_MAX;
	struct kvm_vcpu *vcpu;
	int i;

	/* kvm_for_each_vcpu() can find a vCPU that is being created. */
	for (i = 0; (vcpu = kvm_get_vcpu(kvm, i)); i++)
		last = min(last, kvm_pv_vcpu_last_gpa(vcpu));

	return last;
}
