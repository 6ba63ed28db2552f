// SPDX-License-Identifier: GPL-2.0
/*
 * Two VMs, each with a device in BPF and a loader, and the end of one of them; a process that
 * closes its VM and continues; a VM with shared pages and a device in BPF.
 *
 * needs: host-bpf full
 */
#include <sys/prctl.h>

#include "lib.h"
#include "selftests/host/kvm_pv.h"

#define NR_TESTS	13

#define SET		PV_FREQ_SET_PERF
#define CUR		PV_FREQ_CUR_PERF

/* Commands for the other VM, which returns a number for each */
enum word { WORD_ATTACH, WORD_READ, WORD_ASK, WORD_END };

/**
 * struct other - a VM in a process of its own
 * @pid: the process
 * @to: commands
 * @from: results
 */
struct other {
	pid_t pid;
	int to;
	int from;
};

/* Runs until the process is killed. */
static void other_run(int in, int out)
{
	struct bpf_host host = { };
	enum word word;
	struct vm vm;
	__u32 value;
	int status;

	vm_create(&vm);
	while (read(in, &word, sizeof(word)) == sizeof(word)) {
		switch (word) {
		case WORD_ATTACH:
			value = bpf_attach_table(&host, VCPUFREQ, BPF_TABLE) ? host.pid : 0;
			break;
		case WORD_READ:
			value = reg_read(&vm, 0, CUR);
			break;
		case WORD_ASK:
			value = reg_write(&vm, 0, SET, MIN);
			break;
		case WORD_END:
			vm_destroy(&vm);
			value = bpf_ended(&host, &status) && !status;
			break;
		}
		vm_must(write(out, &value, sizeof(value)) == sizeof(value), "answer");
	}
	_exit(0);
}

static void other_start(struct other *other)
{
	int to[2], from[2];

	vm_must(!pipe2(to, O_CLOEXEC) && !pipe2(from, O_CLOEXEC), "pipe");
	fflush(stdout);
	other->pid = fork();
	vm_must(other->pid >= 0, "fork");
	if (!other->pid) {
		close(to[1]);
		other_run(to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	other->to = to[1];
	other->from = from[0];
}

static __u32 other_does(const struct other *other, enum word word)
{
	__u32 value = 0;

	vm_must(write(other->to, &word, sizeof(word)) == sizeof(word) &&
		read(other->from, &value, sizeof(value)) == sizeof(value), "the other VM");
	return value;
}

/* The calling process must not have a VM, because its child would inherit it. */
static void test_outlived(void)
{
	struct other other;

	other_start(&other);
	ksft_test_result(other_does(&other, WORD_ATTACH), "a VM of another process is attached\n");
	ksft_test_result(other_does(&other, WORD_END),
			 "the loader ends when the process closes its VM and continues\n");
	kill(other.pid, SIGKILL);
}

/* The device of kvm_pv at another address, with shared pages at the address of the BPF device */
static struct kvm_pv_attach shared_attachment(const struct vm *vm)
{
	static const __u32 table[] = { MIN, MID };

	return (struct kvm_pv_attach) {
		.vm_fd		= vm->fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE + 0x80000,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
		.shared		= VM_DEVICE,
	};
}

/* Memory of a VM hides a device, so the second one is rejected. */
static void test_shared(void)
{
	struct kvm_pv_attach attach;
	int err, pv = pv_open();
	struct bpf_host host;
	__u32 value;
	struct vm vm;

	vm_create(&vm);
	attach = shared_attachment(&vm);
	vm_must(bpf_attach_table(&host, VCPUFREQ, BPF_TABLE), "attach --bpf");
	err = pv_attach(pv, &attach);
	ksft_test_result(err == EADDRINUSE && reg_is(&vm, 0, PV_FREQ_PERFTBL_LEN, 3),
			 "shared pages at the address of a BPF device are rejected: %s\n",
			 strerror(err));
	vm_must(bpf_detach(&host), "detach");

	vm_must(!pv_attach(pv, &attach), "KVM_PV_ATTACH");
	value = reg_read(&vm, 0, 0);
	ksft_test_result(!bpf_attach_table(&host, VCPUFREQ, BPF_TABLE) &&
			 value == PV_SHARED_MAGIC && reg_is(&vm, 0, 0, value),
			 "a BPF device at the address of shared pages is rejected\n");
	pv_detach(pv, attach.id);
	vm_destroy(&vm);
	close(pv);
}

int main(void)
{
	struct bpf_host host, theirs = { };
	struct other other;
	int status;
	struct vm vm;

	ksft_print_header();
	bpf_needs(VCPUFREQ);
	ksft_set_plan(NR_TESTS);
	/* This process becomes the parent of the loader of a killed VM. */
	vm_must(!prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl");

	other_start(&other);
	vm_create(&vm);
	ksft_test_result(bpf_attach_table(&host, VCPUFREQ, BPF_TABLE),
			 "the first VM is attached\n");
	ksft_test_result(other_does(&other, WORD_READ) == VMM_READS,
			 "the second VM has no device before it is attached\n");
	theirs.pid = other_does(&other, WORD_ATTACH);
	ksft_test_result(theirs.pid, "the second VM is attached\n");
	reg_write(&vm, 0, SET, MID);
	ksft_test_result(other_does(&other, WORD_ASK), "both VMs send a request\n");
	ksft_test_result(reg_is(&vm, 0, CUR, MID) && other_does(&other, WORD_READ) == MIN,
			 "each VM gets its own request\n");

	kill(other.pid, SIGKILL);
	waitpid(other.pid, &status, 0);
	ksft_test_result(theirs.pid && bpf_ended(&theirs, &status),
			 "the loader of a VM that is killed ends\n");
	ksft_test_result(reg_is(&vm, 0, CUR, MID),
			 "the first VM continues when the second one is killed\n");
	ksft_test_result(bpf_detach(&host), "the first VM is detached\n");
	ksft_test_result(reg_becomes(&vm, 0, CUR, VMM_READS),
			 "the first VM has no device after detach\n");
	vm_destroy(&vm);

	test_outlived();
	test_shared();
	ksft_finished();
}
