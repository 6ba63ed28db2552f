// SPDX-License-Identifier: GPL-2.0
/*
 * The host respects the VMM's filter of SMCCC functions.
 *
 * needs: host check each-kernel
 */
#include <pv/hypercall.h>

#include "kvm_pv.h"
#include "vm.h"

#define NR_TESTS	8

/* The ABI since Linux 6.4, for older headers */
#ifndef KVM_ARM_VM_SMCCC_FILTER
#define KVM_ARM_VM_SMCCC_CTRL	0
#define KVM_ARM_VM_SMCCC_FILTER	0

enum kvm_smccc_filter_action {
	KVM_SMCCC_FILTER_HANDLE,
	KVM_SMCCC_FILTER_DENY,
	KVM_SMCCC_FILTER_FWD_TO_USER,
};

struct kvm_smccc_filter {
	__u32 base;
	__u32 nr_functions;
	__u8 action;
	__u8 pad[15];
};
#endif

static const struct filter {
	const char *name;
	__u32 base;
	__u32 nr;
	__u8 action;
	bool answered;
	bool to_vmm;
} filters[] = {
	{ "denied by the VMM", PV_HC_BASE, PV_HC_NR, KVM_SMCCC_FILTER_DENY, false, false },
	{ "that the VMM handles", PV_HC_BASE, PV_HC_NR, KVM_SMCCC_FILTER_FWD_TO_USER, false, true },
	{ "left to KVM by the VMM", PV_HC_BASE, PV_HC_NR, KVM_SMCCC_FILTER_HANDLE, true, false },
	{ "outside the range that the VMM denies", PV_HC_BASE + PV_HC_NR, 1,
	  KVM_SMCCC_FILTER_DENY, true, false },
};

static bool set_filter(struct vm *vm, const struct filter *filter)
{
	struct kvm_smccc_filter arg = {
		.base = filter->base, .nr_functions = filter->nr, .action = filter->action,
	};
	struct kvm_device_attr attr = {
		.group	= KVM_ARM_VM_SMCCC_CTRL,
		.attr	= KVM_ARM_VM_SMCCC_FILTER,
		.addr	= PTR(&arg),
	};

	if (ioctl(vm->fd, KVM_HAS_DEVICE_ATTR, &attr))
		return false;
	vm_must(!ioctl(vm->fd, KVM_SET_DEVICE_ATTR, &attr), "KVM_ARM_VM_SMCCC_FILTER");
	return true;
}

/* Runs vCPU 0 until it exits; returns the reason. */
static __u32 call(struct vm *vm, struct vm_step *step)
{
	__u32 reason;

	vm_arch_set(vm, 0, step);
	while (ioctl(vm->vcpus[0], KVM_RUN, 0) && errno == EINTR)
		;
	reason = vm->runs[0]->exit_reason;
	if (reason == KVM_EXIT_MMIO) {
		/* KVM completes the store on the next entry, which exits immediately. */
		vm->runs[0]->immediate_exit = 1;
		ioctl(vm->vcpus[0], KVM_RUN, 0);
		vm->runs[0]->immediate_exit = 0;
	}
	vm_arch_get(vm, 0, step);
	return reason;
}

static void test_filter(int pv, const struct filter *filter)
{
	static const __u32 table[] = { 1000 };
	struct kvm_pv_attach attach = {
		.flags = KVM_PV_HYPERCALLS, .nr_cpus = VM_NR_VCPUS, .base = VM_DEVICE,
		.nr_perf = 1, .perf = PTR(table),
	};
	struct vm_step nop = { .op = VM_CALL, .value = PV_HC_NOP };
	struct vm_step info = { .op = VM_CALL, .value = PV_HC_VCPU_INFO, .arg = VM_MEM_BASE + 1 };
	__u32 reason;
	struct vm vm;

	vm_create(&vm);
	if (!set_filter(&vm, filter)) {
		ksft_test_result_skip("a call %s: this KVM has no filter\n", filter->name);
		ksft_test_result_skip("a call that may sleep, %s: this KVM has no filter\n",
				      filter->name);
		goto destroy_vm;
	}
	attach.vm_fd = vm.fd;
	vm_must(!pv_attach(pv, &attach), "KVM_PV_ATTACH");

	reason = call(&vm, &nop);
	if (filter->to_vmm)
		ksft_test_result(reason == KVM_EXIT_HYPERCALL &&
				 vm.runs[0]->hypercall.nr == PV_HC_NOP,
				 "a call %s exits to the VMM\n", filter->name);
	else
		ksft_test_result(reason == KVM_EXIT_MMIO &&
				 (__s32)nop.value == (filter->answered ? 0 : -VM_ENOSYS),
				 "a call %s returns %s\n", filter->name,
				 filter->answered ? "0" : "NOT_SUPPORTED");

	reason = call(&vm, &info);
	if (filter->to_vmm)
		ksft_test_result(reason == KVM_EXIT_HYPERCALL &&
				 vm.runs[0]->hypercall.nr == PV_HC_VCPU_INFO,
				 "a call that may sleep, %s, exits to the VMM\n", filter->name);
	else
		ksft_test_result(reason == KVM_EXIT_MMIO &&
				 (__s32)info.value == (filter->answered ? -PV_EINVAL : -VM_ENOSYS),
				 "a call that may sleep, %s, returns %s\n", filter->name,
				 filter->answered ? "EINVAL" : "NOT_SUPPORTED");
	pv_detach(pv, attach.id);
destroy_vm:
	vm_destroy(&vm);
}

int main(void)
{
	int pv, i;

	ksft_print_header();
	pv = pv_open();
	ksft_set_plan(NR_TESTS);
	for (i = 0; i < ARRAY_SIZE(filters); i++)
		test_filter(pv, &filters[i]);
	close(pv);
	ksft_finished();
}
