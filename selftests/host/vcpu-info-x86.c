// SPDX-License-Identifier: GPL-2.0
/*
 * VCPU_INFO of a vCPU in System Management Mode, and of a vCPU that runs a guest of the guest.
 *
 * needs: host check each-kernel
 */
#include <stdlib.h>

#include <pv/hypercall.h>

#include "kvm_pv.h"
#include "vm.h"

#define NR_TESTS	5

#define INFO_OFFSET	0x8000
#define VMCB_GPA	(VM_MEM_BASE + 0x9000)
#define NR_CPUID	128

#define REGISTERS	(PV_VCPU_REGS | PV_VCPU_PC | PV_VCPU_SP)

/* AMD64 Architecture Programmer's Manual, volume 2, appendix B */
#define VMCB_INTERCEPT_VMRUN	0x010
#define VMCB_ASID		0x058
#define VMCB_EFER		0x4d0
#define VMCB_CR0		0x558
/* leaf 0x80000001, ECX */
#define CPUID_SVM		0x4
#define EFER_SVME		0x1000
#define CR0_PG_ET_PE		0x80000011

/* Asks for vCPU 1 by vCPU 0. */
static const struct pv_vcpu_info *ask(struct vm *vm)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + INFO_OFFSET);
	struct vm_step step = {
		.op = VM_CALL, .value = PV_HC_VCPU_INFO, .addr = 1,
		.arg = VM_MEM_BASE + INFO_OFFSET,
	};

	memset(info, 0xff, sizeof(*info));
	vm_must(vm_do(vm, 0, &step) && !(__s32)step.value, "VCPU_INFO");
	return info;
}

static bool empty(const struct pv_vcpu_info *info)
{
	int i;

	for (i = 0; i < PV_VCPU_MAX_REGS; i++) {
		if (info->regs[i])
			return false;
	}
	return !info->nr_regs && !info->pc && !info->sp;
}

static bool set_smm(struct vm *vm, bool smm)
{
	struct kvm_vcpu_events events;

	vm_must(!ioctl(vm->vcpus[1], KVM_GET_VCPU_EVENTS, &events), "KVM_GET_VCPU_EVENTS");
	events.flags = KVM_VCPUEVENT_VALID_SMM;
	events.smi.smm = smm;
	return !ioctl(vm->vcpus[1], KVM_SET_VCPU_EVENTS, &events);
}

static void test_smm(struct vm *vm)
{
	const struct pv_vcpu_info *info;

	if (!set_smm(vm, true)) {
		ksft_test_result_skip("VCPU_INFO in SMM: this KVM has no SMM\n");
		ksft_test_result_skip("VCPU_INFO after SMM: this KVM has no SMM\n");
		return;
	}

	info = ask(vm);
	ksft_test_result(info->flags & PV_VCPU_EXITS && !(info->flags & REGISTERS) && empty(info),
			 "VCPU_INFO has no registers of a vCPU in SMM\n");
	set_smm(vm, false);
	info = ask(vm);
	ksft_test_result(info->flags & PV_VCPU_REGS && info->nr_regs > VM_MARK_REG,
			 "VCPU_INFO has the registers of a vCPU that has left SMM\n");
}

/* Gives the vCPU all CPU features that KVM has; returns whether SVM is one. */
static bool has_svm(struct vm *vm)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) +
					  NR_CPUID * sizeof(cpuid->entries[0]));
	bool svm = false;
	__u32 i;

	vm_must(cpuid, "memory");
	cpuid->nent = NR_CPUID;
	vm_must(!ioctl(vm->kvm, KVM_GET_SUPPORTED_CPUID, cpuid), "KVM_GET_SUPPORTED_CPUID");
	for (i = 0; i < cpuid->nent; i++) {
		if (cpuid->entries[i].function == 0x80000001)
			svm = cpuid->entries[i].ecx & CPUID_SVM;
	}
	if (svm)
		vm_must(!ioctl(vm->vcpus[1], KVM_SET_CPUID2, cpuid), "KVM_SET_CPUID2");
	free(cpuid);
	return svm;
}

static void put32(__u8 *at, __u32 value)
{
	memcpy(at, &value, sizeof(value));
}

/* The vCPU is in the state after VMRUN. */
static bool enter_nested(struct vm *vm)
{
	size_t size = sizeof(struct kvm_nested_state) + KVM_STATE_NESTED_SVM_VMCB_SIZE;
	struct kvm_nested_state *state = calloc(1, size);
	struct kvm_sregs sregs;
	__u8 *vmcb;
	bool ok;

	vm_must(state, "memory");
	vm_must(!ioctl(vm->vcpus[1], KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.efer |= EFER_SVME;
	vm_must(!ioctl(vm->vcpus[1], KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");

	state->flags = KVM_STATE_NESTED_GUEST_MODE | KVM_STATE_NESTED_GIF_SET;
	state->format = KVM_STATE_NESTED_FORMAT_SVM;
	state->size = size;
	state->hdr.svm.vmcb_pa = VMCB_GPA;
	vmcb = state->data.svm[0].vmcb12;
	put32(vmcb + VMCB_INTERCEPT_VMRUN, 1);
	put32(vmcb + VMCB_ASID, 1);
	put32(vmcb + VMCB_EFER, EFER_SVME);
	put32(vmcb + VMCB_CR0, CR0_PG_ET_PE);
	ok = !ioctl(vm->vcpus[1], KVM_SET_NESTED_STATE, state);
	if (!ok)
		ksft_print_msg("KVM_SET_NESTED_STATE: %s\n", strerror(errno));
	free(state);
	return ok;
}

static void test_nested(struct vm *vm, bool svm)
{
	ksft_test_result(!(ask(vm)->flags & PV_VCPU_NESTED),
			 "VCPU_INFO has no nested flag of a vCPU that runs its guest\n");
	if (!svm) {
		ksft_test_result_skip("VCPU_INFO, nested guest: this KVM has no nested SVM\n");
		return;
	}
	ksft_test_result(enter_nested(vm) && ask(vm)->flags & PV_VCPU_NESTED,
			 "VCPU_INFO has the nested flag of a vCPU that runs a guest of the guest\n");
}

int main(void)
{
	static const __u32 table[] = { 1000 };
	struct kvm_pv_attach attach = {
		.flags = KVM_PV_HYPERCALLS | KVM_PV_EXPOSE_EXITS, .nr_cpus = VM_NR_VCPUS,
		.base = VM_DEVICE,
		.nr_perf = 1, .perf = PTR(table),
	};
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP, .mark = 0x1234 };
	struct vm vm;
	bool svm;
	int pv;

	ksft_print_header();
	pv = pv_open();
	ksft_set_plan(NR_TESTS);
	vm_create(&vm);
	svm = has_svm(&vm);
	attach.vm_fd = vm.fd;
	vm_must(!pv_attach(pv, &attach), "KVM_PV_ATTACH");

	vm_do(&vm, 1, &step);
	ksft_test_result(ask(&vm)->regs[VM_MARK_REG] == 0x1234,
			 "VCPU_INFO has the registers of a vCPU\n");
	test_smm(&vm);
	test_nested(&vm, svm);

	pv_detach(pv, attach.id);
	vm_destroy(&vm);
	ksft_finished();
}
