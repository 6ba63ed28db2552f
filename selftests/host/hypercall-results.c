// SPDX-License-Identifier: GPL-2.0
/*
 * The results of hypercalls.
 *
 * needs: host check each-kernel
 */
#include <sys/syscall.h>

#include <pv/hypercall.h>

#include "kvm_pv.h"
#include "vm.h"

/* Address of a record in the test and in the guest */
#define RECORD		0x1000
#define RECORD_GPA	(VM_MEM_BASE + RECORD)

#define MARK(vcpu)	(0x1234567ULL + (vcpu))

#define FEATURES	(PV_FEATURE_QUERY | PV_FEATURE_NOP | PV_FEATURE_VCPU_INFO | \
			 PV_FEATURE_DEVICE)

static const struct call {
	const char *name;
	__u32 nr;
	__u64 arg0;
	__u64 arg1;
	__s64 want;
} calls[] = {
	{ "QUERY returns the magic", PV_HC_QUERY, PV_QUERY_MAGIC, 0, PV_MAGIC },
	{ "QUERY returns the ABI version", PV_HC_QUERY, PV_QUERY_ABI, 0, PV_ABI_VERSION },
	{ "QUERY returns the features", PV_HC_QUERY, PV_QUERY_FEATURES, 0, FEATURES },
	{ "QUERY rejects an unknown word", PV_HC_QUERY, 3, 0, -PV_EINVAL },
	{ "QUERY rejects a word with the sign bit", PV_HC_QUERY, 0x80000000, 0, -PV_EINVAL },
	{ "NOP returns 0", PV_HC_NOP, 0, 0, 0 },
	{ "VCPU_INFO accepts vCPU 0", PV_HC_VCPU_INFO, 0, RECORD_GPA, 0 },
	{ "VCPU_INFO accepts vCPU 1", PV_HC_VCPU_INFO, 1, RECORD_GPA, 0 },
	{ "VCPU_INFO rejects a vCPU that does not exist",
	  PV_HC_VCPU_INFO, VM_NR_VCPUS, RECORD_GPA, -PV_ENOENT },
	{ "VCPU_INFO rejects an invalid vCPU id", PV_HC_VCPU_INFO, 0xffffffff, RECORD_GPA,
	  -PV_ENOENT },
	{ "VCPU_INFO rejects an unaligned address",
	  PV_HC_VCPU_INFO, 0, RECORD_GPA + 256, -PV_EINVAL },
	{ "VCPU_INFO rejects an address without memory",
	  PV_HC_VCPU_INFO, 0, VM_MEM_BASE + VM_MEM_SIZE, -PV_EFAULT },
	{ "VCPU_INFO rejects read-only memory", PV_HC_VCPU_INFO, 0, VM_MEM_BASE + VM_RO_OFFSET,
	  -PV_EFAULT },
	{ "DEVICE returns the address of the registers", PV_HC_DEVICE, 0, PV_DEVICE_BASE,
	  (__s32)VM_DEVICE },
	{ "DEVICE returns the number of CPUs", PV_HC_DEVICE, 0, PV_DEVICE_NR_CPUS, VM_NR_VCPUS },
	{ "DEVICE rejects a device that does not exist",
	  PV_HC_DEVICE, 1, PV_DEVICE_BASE, -PV_ENOENT },
	{ "DEVICE rejects an unknown word",
	  PV_HC_DEVICE, 0, PV_DEVICE_SHARED_SIZE + 1, -PV_EINVAL },
	{ "DEVICE rejects a word with the sign bit", PV_HC_DEVICE, 0, 0x80000000, -PV_EINVAL },
	{ "the number after the assigned ones returns ENOSYS",
	  PV_HC_BASE + PV_HC_NR, 0, 0, -VM_ENOSYS },
	{ "the number that is never assigned returns ENOSYS", PV_HC_UNASSIGNED, 0, 0, -VM_ENOSYS },
	{ "the number before the assigned ones returns ENOSYS", PV_HC_BASE - 1, 0, 0, -VM_ENOSYS },
};

#define NR_MORE		17

static __s64 call(struct vm *vm, int vcpu, __u32 nr, __u64 arg0, __u64 arg1)
{
	struct vm_step step = {
		.op	= VM_CALL,
		.addr	= arg0,
		.arg	= arg1,
		.value	= nr,
		.mark	= MARK(vcpu),
	};

	if (!vm_do(vm, vcpu, &step))
		ksft_exit_fail_msg("a hypercall exits to the VMM\n");
	/* A 32-bit guest gets the lower half. */
	return (__s32)step.value;
}

static void walk(struct vm *vm)
{
	const struct call *c;
	__s64 is;

	for (c = calls; c < calls + ARRAY_SIZE(calls); c++) {
		is = call(vm, 0, c->nr, c->arg0, c->arg1);
		if (is != c->want)
			ksft_print_msg("%lld, not %lld\n", is, c->want);
		ksft_test_result(is == c->want, "%s\n", c->name);
	}
}

/* The requested vCPU is not the vCPU that makes the call. */
static void test_record(struct vm *vm)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + RECORD);
	__u64 exits;

	memset(info, 0xff, sizeof(*info));
	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	ksft_test_result(info->size == sizeof(*info) && info->vcpu_id == 1 && !info->reserved,
			 "VCPU_INFO writes the record of the requested vCPU\n");
	ksft_test_result(info->flags & PV_VCPU_EXITS && info->exits == 0,
			 "VCPU_INFO reports no exits of a vCPU that never ran\n");
	ksft_test_result(!(info->flags & PV_VCPU_HOST_TID) && !info->host_tid,
			 "VCPU_INFO reports no thread of a vCPU that never ran\n");

	call(vm, 1, PV_HC_NOP, 0, 0);
	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	exits = info->exits;
	ksft_test_result(exits > 0, "VCPU_INFO reports exits of a vCPU that has run\n");
	ksft_test_result(info->flags & PV_VCPU_REGS && info->nr_regs > VM_MARK_REG &&
			 info->regs[VM_MARK_REG] == MARK(1),
			 "VCPU_INFO reports the registers of the requested vCPU\n");
	ksft_test_result(!(info->flags & PV_VCPU_PC) ||
			 (info->pc >= VM_MEM_BASE && info->pc < VM_MEM_BASE + VM_MEM_SIZE),
			 "VCPU_INFO reports a program counter in the code, or none\n");
	ksft_test_result(!(info->flags & PV_VCPU_HOST_TID) && !info->host_tid,
			 "VCPU_INFO does not report the thread without KVM_PV_EXPOSE_TID\n");

	call(vm, 0, PV_HC_VCPU_INFO, 0, RECORD_GPA);
	ksft_test_result(info->vcpu_id == 0 && info->exits > exits &&
			 info->regs[VM_MARK_REG] == MARK(0),
			 "VCPU_INFO reports other exits and registers of vCPU 0\n");
}

static void test_exposed_thread(struct vm *vm, int pv, struct kvm_pv_attach *attach)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + RECORD);

	attach->flags = KVM_PV_HYPERCALLS | KVM_PV_EXPOSE_TID;
	vm_must(!pv_attach(pv, attach), "KVM_PV_ATTACH");

	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	ksft_test_result((__u32)call(vm, 0, PV_HC_QUERY, PV_QUERY_FEATURES, 0) ==
			 (FEATURES | PV_FEATURE_HOST_TID) && info->flags & PV_VCPU_HOST_TID &&
			 info->host_tid == syscall(SYS_gettid),
			 "VCPU_INFO reports the thread with KVM_PV_EXPOSE_TID\n");
	ksft_test_result(!(info->flags & PV_VCPU_EXITS) && !info->exits,
			 "VCPU_INFO does not report exits without KVM_PV_EXPOSE_EXITS\n");

	pv_detach(pv, attach->id);
}

/* The VM is detached, and is again at the end. */
static void test_without_hypercalls(struct vm *vm, int pv, const struct kvm_pv_attach *with)
{
	struct kvm_pv_attach attach = *with;

	attach.flags = 0;
	vm_must(!pv_attach(pv, &attach), "KVM_PV_ATTACH");
	ksft_test_result(attach.hypercalls == EOPNOTSUPP,
			 "attach without KVM_PV_HYPERCALLS returns EOPNOTSUPP in hypercalls\n");
	ksft_test_result(call(vm, 0, PV_HC_NOP, 0, 0) == -VM_ENOSYS,
			 "a hypercall returns ENOSYS without KVM_PV_HYPERCALLS\n");
	pv_detach(pv, attach.id);
}

/* Writes a line of text to a file of tracefs. */
static bool trace_write(const char *file, const char *text)
{
	char path[256];
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/%s", file);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ok = fd >= 0 && write(fd, text, strlen(text)) == strlen(text);
	if (fd >= 0)
		close(fd);

	return ok;
}

static bool trace_has(const char *event)
{
	char line[4096];
	bool has = false;
	FILE *trace;

	trace = fopen("/sys/kernel/tracing/trace", "re");
	while (trace && !has && fgets(line, sizeof(line), trace))
		has = strstr(line, event);
	if (trace)
		fclose(trace);

	return has;
}

/* The host's trace has the thread, whether or not the guest may get it. */
static void test_trace(struct vm *vm)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + RECORD);
	const char *enable = "events/kvm_pv/vcpu_info/enable";
	char want[256];

	if (!trace_write(enable, "1")) {
		ksft_test_result_skip("kvm_pv:vcpu_info traces the requested vCPU: no tracefs\n");
		return;
	}

	trace_write("trace", "");
	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	trace_write(enable, "0");
	snprintf(want, sizeof(want), "asker=0 vcpu_id=1 pid=%ld exits=%llu ",
		 syscall(SYS_gettid), info->exits);
	ksft_test_result(trace_has(want), "kvm_pv:vcpu_info traces the requested vCPU\n");
}

#if defined(__x86_64__)
static void test_user_mode(struct vm *vm)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP, .user = true };

	vm_do(vm, 0, &step);
	ksft_test_result((__s32)step.value == -PV_EPERM,
			 "a hypercall from user mode returns EPERM\n");
}
#else
static void test_user_mode(struct vm *vm)
{
	ksft_test_result_skip("a hypercall from user mode returns EPERM: HVC is undefined there\n");
}
#endif

int main(void)
{
	static const __u32 table[] = { 1000 };
	struct kvm_pv_attach attach = {
		.flags		= KVM_PV_HYPERCALLS | KVM_PV_EXPOSE_EXITS,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
	};
	struct vm vm;
	int pv;

	ksft_print_header();
	pv = pv_open();
	vm_create(&vm);
	attach.vm_fd = vm.fd;
	ksft_set_plan(ARRAY_SIZE(calls) + NR_MORE);

	ksft_test_result(call(&vm, 0, PV_HC_NOP, 0, 0) == -VM_ENOSYS,
			 "a hypercall returns ENOSYS before attach\n");

	vm_must(!pv_attach(pv, &attach), "KVM_PV_ATTACH");
	ksft_test_result(!attach.hypercalls,
			 "attach with KVM_PV_HYPERCALLS returns 0 in hypercalls\n");
	test_record(&vm);
	test_trace(&vm);
	walk(&vm);
	test_user_mode(&vm);
	pv_detach(pv, attach.id);

	ksft_test_result(call(&vm, 0, PV_HC_NOP, 0, 0) == -VM_ENOSYS,
			 "a hypercall returns ENOSYS after detach\n");
	test_without_hypercalls(&vm, pv, &attach);
	test_exposed_thread(&vm, pv, &attach);

	vm_destroy(&vm);
	ksft_finished();
}
