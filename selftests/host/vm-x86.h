/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest of vm.h on x86: flat 32-bit protected mode, no paging.
 */
#ifndef _SELFTESTS_HOST_VM_X86_H
#define _SELFTESTS_HOST_VM_X86_H

#include <stdlib.h>

#define VM_MEM_BASE		0x100000
#define VM_DEVICE		0xfef00000
/* The default of pvhost is beyond 4 GiB, where this guest has no access. */
#define VM_SHARED		0xd0000000
#define VM_UNALIGNED		true
#define VM_PHYS_BITS		40
/* whether a VM without vCPUs has a size of its physical address space */
#define VM_HAS_PHYS_BITS	false
/* index in struct pv_vcpu_info of the register that has struct vm_step.mark */
#define VM_MARK_REG		6
#define VM_ENOSYS		1000

#define VM_STUB_SIZE		16

static const __u8 vm_stubs[VM_NR_OPS][VM_STUB_SIZE] = {
	[VM_READ8]	= { 0x8a, 0x03, 0xf4 },			/* mov (%ebx), %al; hlt */
	[VM_READ16]	= { 0x66, 0x8b, 0x03, 0xf4 },		/* mov (%ebx), %ax */
	[VM_READ32]	= { 0x8b, 0x03, 0xf4 },			/* mov (%ebx), %eax */
	[VM_READ64]	= { 0x0f, 0x6f, 0x03,			/* movq (%ebx), %mm0 */
			    0x0f, 0x7e, 0xc0, 0xf4 },		/* movd %mm0, %eax */
	[VM_WRITE8]	= { 0x88, 0x03, 0xf4 },			/* mov %al, (%ebx) */
	[VM_WRITE16]	= { 0x66, 0x89, 0x03, 0xf4 },		/* mov %ax, (%ebx) */
	[VM_WRITE32]	= { 0x89, 0x03, 0xf4 },			/* mov %eax, (%ebx) */
	[VM_WRITE64]	= { 0x0f, 0x6e, 0xc0,			/* movd %eax, %mm0 */
			    0x0f, 0x7f, 0x03, 0xf4 },		/* movq %mm0, (%ebx) */
	[VM_CALL]	= { 0x0f, 0x01, 0xd9, 0xf4 },		/* vmmcall */
	[VM_SPIN]	= { 0xeb, 0xfe },			/* jmp . */
	[VM_TIMED_READ32]  = { 0x0f, 0x31, 0x89, 0xc6,		/* rdtsc; mov %eax, %esi */
			       0x8b, 0x2b,			/* mov (%ebx), %ebp */
			       0x0f, 0x31, 0x29, 0xf0, 0xf4 },	/* rdtsc; sub %esi, %eax */
	[VM_TIMED_WRITE32] = { 0x89, 0xc5,			/* mov %eax, %ebp */
			       0x0f, 0x31, 0x89, 0xc6,
			       0x89, 0x2b,			/* mov %ebp, (%ebx) */
			       0x0f, 0x31, 0x29, 0xf0, 0xf4 },
	[VM_TIMED_CALL]	   = { 0x89, 0xc5,
			       0x0f, 0x31, 0x89, 0xc6,
			       0x89, 0xe8,			/* mov %ebp, %eax */
			       0x0f, 0x01, 0xd9,		/* vmmcall */
			       0x0f, 0x31, 0x29, 0xf0, 0xf4 },
};

static inline void vm_arch_code(char *mem)
{
	memcpy(mem, vm_stubs, sizeof(vm_stubs));
	if (__builtin_cpu_is("intel")) {
		mem[VM_CALL * VM_STUB_SIZE + 2] = 0xc1;		/* vmcall */
		mem[VM_TIMED_CALL * VM_STUB_SIZE + 10] = 0xc1;
	}
}

/* The CPUs of a VM can differ: vCPU 0 has more address bits than the others. */
static inline void vm_arch_init(struct vm *vm, int vcpu)
{
	static const __u32 functions[] = { 0x80000000, 0x80000008 };
	struct kvm_cpuid2 *cpuid;

	ioctl(vm->fd, KVM_SET_TSS_ADDR, 0xfffbd000UL);

	cpuid = calloc(1, sizeof(*cpuid) + ARRAY_SIZE(functions) * sizeof(cpuid->entries[0]));
	if (!cpuid)
		ksft_exit_fail_msg("no memory\n");
	cpuid->nent = ARRAY_SIZE(functions);
	cpuid->entries[0].function = functions[0];
	cpuid->entries[0].eax = functions[1];
	cpuid->entries[1].function = functions[1];
	cpuid->entries[1].eax = vcpu ? VM_PHYS_BITS : VM_PHYS_BITS + 4;
	if (ioctl(vm->vcpus[vcpu], KVM_SET_CPUID2, cpuid))
		ksft_exit_fail_msg("KVM_SET_CPUID2: %s\n", strerror(errno));
	free(cpuid);
}

/* HLT is privileged: user mode exits by a write to an unassigned address. */
#define VM_EXIT_ADDR		0xfe000000

static inline void vm_arch_set(struct vm *vm, int vcpu, const struct vm_step *step)
{
	const __u8 dpl = step->user ? 3 : 0;
	struct kvm_segment segment = {
		.limit	= 0xffffffff,
		.type	= 11,	/* code, readable, accessed */
		.present = 1,
		.dpl	= dpl,
		.db	= 1,
		.s	= 1,
		.g	= 1,
		.selector = 8 | dpl,
	};
	struct kvm_regs regs = {
		.rax	= step->value,
		.rbx	= step->addr,
		.rcx	= step->arg,
		.rsi	= step->mark,
		.rdi	= VM_EXIT_ADDR,
		.rsp	= VM_MEM_BASE + VM_MEM_SIZE,
		.rip	= VM_MEM_BASE + step->op * VM_STUB_SIZE,
		.rflags	= 2,
	};
	struct kvm_sregs sregs;

	ioctl(vm->vcpus[vcpu], KVM_GET_SREGS, &sregs);
	sregs.cr0 |= 1;		/* PE */
	sregs.cs = segment;
	segment.type = 3;	/* data, writable, accessed */
	segment.selector = 16 | dpl;
	sregs.ds = segment;
	sregs.es = segment;
	sregs.ss = segment;
	ioctl(vm->vcpus[vcpu], KVM_SET_SREGS, &sregs);
	ioctl(vm->vcpus[vcpu], KVM_SET_REGS, &regs);

	/* mov %eax, (%edi) instead of hlt */
	memcpy(vm->mem + VM_CALL * VM_STUB_SIZE + 3, step->user ? "\x89\x07" : "\xf4", 2);
}

static inline bool vm_arch_left(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_HLT ||
	       (run->exit_reason == KVM_EXIT_MMIO && run->mmio.phys_addr == VM_EXIT_ADDR);
}

static inline void vm_arch_get(struct vm *vm, int vcpu, struct vm_step *step)
{
	static const __u64 masks[VM_NR_OPS] = {
		[VM_READ8]	= 0xff,
		[VM_READ16]	= 0xffff,
		[VM_READ32]	= 0xffffffff,
		[VM_READ64]	= 0xffffffff,
		[VM_CALL]	= 0xffffffff,
		[VM_TIMED_READ32]  = 0xffffffff,
		[VM_TIMED_WRITE32] = 0xffffffff,
		[VM_TIMED_CALL]	   = 0xffffffff,
	};
	struct kvm_regs regs;

	ioctl(vm->vcpus[vcpu], KVM_GET_REGS, &regs);
	step->value = regs.rax & masks[step->op];
}

#endif /* _SELFTESTS_HOST_VM_X86_H */
