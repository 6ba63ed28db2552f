/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest of vm.h on arm64: EL1 with the MMU off, so that all accesses are to device memory,
 * and an unaligned access is a fault in the guest.
 */
#ifndef _SELFTESTS_HOST_VM_ARM64_H
#define _SELFTESTS_HOST_VM_ARM64_H

#include <stddef.h>

#define VM_MEM_BASE		0x40000000
#define VM_DEVICE		0x0b800000
#define VM_SHARED		0x0b000000
#define VM_UNALIGNED		false
/* of a VM of type 0 */
#define VM_PHYS_BITS		40
/* whether a VM without vCPUs has a size of its physical address space */
#define VM_HAS_PHYS_BITS	true
/* index in struct pv_vcpu_info of the register that has struct vm_step.mark */
#define VM_MARK_REG		5
#define VM_ENOSYS		1

#define VM_STUB_SIZE		32

/* address that the guest writes to in order to exit */
#define VM_EXIT_ADDR		0x0a000000
#define VM_LEAVE		0xb9000129	/* str w9, [x9] */
#define VM_BEGIN		0xd53be04a	/* mrs x10, cntvct_el0 */
#define VM_ISB			0xd5033fdf	/* isb */
#define VM_END			0xd53be040	/* mrs x0, cntvct_el0 */
#define VM_TICKS		0xcb0a0000	/* sub x0, x0, x10 */

static const __u32 vm_stubs[VM_NR_OPS][VM_STUB_SIZE / sizeof(__u32)] = {
	[VM_READ8]	= { 0x39400020, VM_LEAVE },	/* ldrb w0, [x1] */
	[VM_READ16]	= { 0x79400020, VM_LEAVE },	/* ldrh w0, [x1] */
	[VM_READ32]	= { 0xb9400020, VM_LEAVE },	/* ldr w0, [x1] */
	[VM_READ64]	= { 0xf9400020, VM_LEAVE },	/* ldr x0, [x1] */
	[VM_WRITE8]	= { 0x39000020, VM_LEAVE },	/* strb w0, [x1] */
	[VM_WRITE16]	= { 0x79000020, VM_LEAVE },	/* strh w0, [x1] */
	[VM_WRITE32]	= { 0xb9000020, VM_LEAVE },	/* str w0, [x1] */
	[VM_WRITE64]	= { 0xf9000020, VM_LEAVE },	/* str x0, [x1] */
	[VM_CALL]	= { 0xd4000002, VM_LEAVE },	/* hvc #0 */
	[VM_SPIN]	= { 0x14000000 },		/* b . */
	[VM_TIMED_READ32]  = { VM_BEGIN, 0xb9400020, VM_ISB, VM_END, VM_TICKS, VM_LEAVE },
	[VM_TIMED_WRITE32] = { VM_BEGIN, 0xb9000020, VM_ISB, VM_END, VM_TICKS, VM_LEAVE },
	[VM_TIMED_CALL]	   = { VM_BEGIN, 0xd4000002, VM_ISB, VM_END, VM_TICKS, VM_LEAVE },
};

static inline void vm_arch_code(char *mem)
{
	memcpy(mem, vm_stubs, sizeof(vm_stubs));
}

static inline void vm_arch_init(struct vm *vm, int vcpu)
{
	struct kvm_vcpu_init init;

	if (ioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, &init) ||
	    ioctl(vm->vcpus[vcpu], KVM_ARM_VCPU_INIT, &init))
		ksft_exit_fail_msg("KVM_ARM_VCPU_INIT: %s\n", strerror(errno));
}

static inline __u64 vm_core_reg(size_t offset)
{
	return KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | offset / sizeof(__u32);
}

static inline __u64 vm_x_reg(int i)
{
	return vm_core_reg(offsetof(struct kvm_regs, regs.regs) + i * sizeof(__u64));
}

static inline void vm_set_reg(struct vm *vm, int vcpu, __u64 id, __u64 value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	if (ioctl(vm->vcpus[vcpu], KVM_SET_ONE_REG, &reg))
		ksft_exit_fail_msg("KVM_SET_ONE_REG: %s\n", strerror(errno));
}

static inline void vm_arch_set(struct vm *vm, int vcpu, const struct vm_step *step)
{
	vm_set_reg(vm, vcpu, vm_x_reg(0), step->value);
	vm_set_reg(vm, vcpu, vm_x_reg(1), step->addr);
	vm_set_reg(vm, vcpu, vm_x_reg(2), step->arg);
	vm_set_reg(vm, vcpu, vm_x_reg(VM_MARK_REG), step->mark);
	vm_set_reg(vm, vcpu, vm_x_reg(9), VM_EXIT_ADDR);
	vm_set_reg(vm, vcpu, vm_core_reg(offsetof(struct kvm_regs, regs.pc)),
		   VM_MEM_BASE + step->op * VM_STUB_SIZE);
}

static inline bool vm_arch_left(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_MMIO && run->mmio.phys_addr == VM_EXIT_ADDR;
}

static inline void vm_arch_get(struct vm *vm, int vcpu, struct vm_step *step)
{
	struct kvm_one_reg reg = { .id = vm_x_reg(0), .addr = (uintptr_t)&step->value };

	if (ioctl(vm->vcpus[vcpu], KVM_GET_ONE_REG, &reg))
		ksft_exit_fail_msg("KVM_GET_ONE_REG: %s\n", strerror(errno));
}

#endif /* _SELFTESTS_HOST_VM_ARM64_H */
