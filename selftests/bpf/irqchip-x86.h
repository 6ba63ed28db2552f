/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's interrupt controllers on x86.
 */
#ifndef _SELFTESTS_BPF_IRQCHIP_X86_H
#define _SELFTESTS_BPF_IRQCHIP_X86_H

/* Default of pvhost */
#define IRQCHIP_GSI	5

/* KVM does not exit to user space for HLT with an irqchip: exit like user mode. */
static inline void irqchip_prepare(struct vm *vm)
{
	vm_must(!ioctl(vm->fd, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
	memcpy(vm->mem + VM_READ32 * VM_STUB_SIZE + 2, "\x89\x07", 2);
	memcpy(vm->mem + VM_WRITE32 * VM_STUB_SIZE + 2, "\x89\x07", 2);
}

static inline void irqchip_start(struct vm *vm)
{
}

/* One bit for each pin of the I/O APIC; all pins are masked. */
static inline bool irqchip_level(struct vm *vm)
{
	struct kvm_irqchip chip = { .chip_id = KVM_IRQCHIP_IOAPIC };

	vm_must(!ioctl(vm->fd, KVM_GET_IRQCHIP, &chip), "KVM_GET_IRQCHIP");
	return chip.chip.ioapic.irr & 1 << IRQCHIP_GSI;
}

#endif /* _SELFTESTS_BPF_IRQCHIP_X86_H */
