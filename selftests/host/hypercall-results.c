// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercalls that a guest makes.
 *
 * needs: host
 */
#include <sys/syscall.h>

#include <pv/hypercall.h>

#include "kvm_pv.h"
#include "vm.h"

/* Where a record goes, seen from the test and from the guest */
#define RECORD		0x1000
#define RECORD_GPA	(VM_MEM_BASE + RECORD)

#define MARK(vcpu)	(0x1234567ULL + (vcpu))

#define FEATURES	(PV_FEATURE_QUERY | PV_FEATURE_NOP | PV_FEATURE_VCPU_INFO)

static const struct call {
	const char *name;
	__u32 nr;
	__u64 arg0;
	__u64 arg1;
	__s64 want;
} calls[] = {
	{ "QUERY of the magic", PV_HC_QUERY, PV_QUERY_MAGIC, 0, PV_MAGIC },
	{ "QUERY of the ABI", PV_HC_QUERY, PV_QUERY_ABI, 0, PV_ABI_VERSION },
	{ "QUERY of the features", PV_HC_QUERY, PV_QUERY_FEATURES, 0, FEATURES },
	{ "QUERY of an unknown word", PV_HC_QUERY, 3, 0, -PV_EINVAL },
	{ "QUERY of a word far off", PV_HC_QUERY, 0x80000000, 0, -PV_EINVAL },
	{ "NOP", PV_HC_NOP, 0, 0, 0 },
	{ "VCPU_INFO of vCPU 0", PV_HC_VCPU_INFO, 0, RECORD_GPA, 0 },
	{ "VCPU_INFO of vCPU 1", PV_HC_VCPU_INFO, 1, RECORD_GPA, 0 },
	{ "VCPU_INFO of a vCPU that is not", PV_HC_VCPU_INFO, VM_NR_VCPUS, RECORD_GPA, -PV_ENOENT },
	{ "VCPU_INFO of a vCPU that cannot be", PV_HC_VCPU_INFO, 0xffffffff, RECORD_GPA,
	  -PV_ENOENT },
	{ "VCPU_INFO to an unaligned address", PV_HC_VCPU_INFO, 0, RECORD_GPA + 256, -PV_EINVAL },
	{ "VCPU_INFO to no memory", PV_HC_VCPU_INFO, 0, VM_MEM_BASE + VM_MEM_SIZE, -PV_EFAULT },
	{ "VCPU_INFO to read-only memory", PV_HC_VCPU_INFO, 0, VM_MEM_BASE + VM_RO_OFFSET,
	  -PV_EFAULT },
	{ "the first number behind ours", PV_HC_BASE + PV_HC_NR, 0, 0, -VM_ENOSYS },
	{ "the number that is never assigned", PV_HC_UNASSIGNED, 0, 0, -VM_ENOSYS },
	{ "the number before ours", PV_HC_BASE - 1, 0, 0, -VM_ENOSYS },
};

#define NR_MORE		13

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
		ksft_exit_fail_msg("a hypercall went to the VMM\n");
	/* A 32-bit guest has the lower half. */
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

/* The vCPU that is asked for is not the one that asks. */
static void test_record(struct vm *vm)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + RECORD);
	__u64 exits;

	memset(info, 0xff, sizeof(*info));
	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	ksft_test_result(info->size == sizeof(*info) && info->vcpu_id == 1 && !info->reserved,
			 "the record is that of the vCPU asked for\n");
	ksft_test_result(info->flags & PV_VCPU_EXITS && info->exits == 0,
			 "a vCPU that never ran has no exits\n");
	ksft_test_result(!(info->flags & PV_VCPU_HOST_TID) && !info->host_tid,
			 "nor a thread\n");

	call(vm, 1, PV_HC_NOP, 0, 0);
	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	exits = info->exits;
	ksft_test_result(exits > 0, "when it has run it has some\n");
	ksft_test_result(info->flags & PV_VCPU_REGS && info->nr_regs > VM_MARK_REG &&
			 info->regs[VM_MARK_REG] == MARK(1), "and its own registers\n");
	ksft_test_result(!(info->flags & PV_VCPU_PC) ||
			 (info->pc >= VM_MEM_BASE && info->pc < VM_MEM_BASE + VM_MEM_SIZE),
			 "and a program counter in its code, if any\n");
	ksft_test_result(!(info->flags & PV_VCPU_HOST_TID) && !info->host_tid,
			 "the guest does not see its thread\n");

	call(vm, 0, PV_HC_VCPU_INFO, 0, RECORD_GPA);
	ksft_test_result(info->vcpu_id == 0 && info->exits > exits &&
			 info->regs[VM_MARK_REG] == MARK(0), "vCPU 0 has others\n");
}

static void test_exposed(struct vm *vm, int pv, struct kvm_pv_attach *attach)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + RECORD);

	attach->flags = KVM_PV_EXPOSE_TID;
	vm_must(!pv_attach(pv, attach), "KVM_PV_ATTACH");

	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	ksft_test_result((__u32)call(vm, 0, PV_HC_QUERY, PV_QUERY_FEATURES, 0) ==
			 (FEATURES | PV_FEATURE_HOST_TID) && info->flags & PV_VCPU_HOST_TID &&
			 info->host_tid == syscall(SYS_gettid), "with --expose-tid it does\n");

	pv_detach(pv, attach->id);
}

/* One line of text to a file of tracefs */
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

/* The host's administrator sees the thread, whatever the guest may see. */
static void test_trace(struct vm *vm)
{
	struct pv_vcpu_info *info = (void *)(vm->mem + RECORD);
	const char *enable = "events/kvm_pv/vcpu_info/enable";
	char want[256];

	if (!trace_write(enable, "1")) {
		ksft_test_result_skip("kvm_pv:vcpu_info: no tracefs\n");
		return;
	}

	trace_write("trace", "");
	call(vm, 0, PV_HC_VCPU_INFO, 1, RECORD_GPA);
	trace_write(enable, "0");
	snprintf(want, sizeof(want), "asker=0 vcpu_id=1 pid=%ld exits=%llu ",
		 syscall(SYS_gettid), info->exits);
	ksft_test_result(trace_has(want), "kvm_pv:vcpu_info is of the vCPU asked for\n");
}

#if defined(__x86_64__)
static void test_user_mode(struct vm *vm)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP, .user = true };

	vm_do(vm, 0, &step);
	ksft_test_result((__s32)step.value == -PV_EPERM, "user mode of the guest is refused\n");
}
#else
static void test_user_mode(struct vm *vm)
{
	ksft_test_result_skip("user mode of the guest: HVC is undefined there\n");
}
#endif

int main(void)
{
	static const __u32 table[] = { 1000 };
	struct kvm_pv_attach attach = {
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
			 "nobody answers before attach\n");

	vm_must(!pv_attach(pv, &attach), "KVM_PV_ATTACH");
	test_record(&vm);
	test_trace(&vm);
	walk(&vm);
	test_user_mode(&vm);
	pv_detach(pv, attach.id);

	ksft_test_result(call(&vm, 0, PV_HC_NOP, 0, 0) == -VM_ENOSYS,
			 "nobody answers after detach\n");
	test_exposed(&vm, pv, &attach);

	vm_destroy(&vm);
	ksft_finished();
}
