// SPDX-License-Identifier: GPL-2.0
/*
 * A guest whose VMM does not provide a page of guest memory: the host continues to serve other
 * VMs, detach returns after a signal, and rmmod fails instead of waiting.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "missing.h"
#include "shared.h"

#define NR_TESTS	11
#define NR_ROUNDS	100
/* An attachment of so many windows has so many kB at least. */
#define NR_WINDOWS	512
#define ATTACHMENT_KB	128
#define TIMEOUT_MS	10000

/**
 * struct caller - a thread with a vCPU that makes a hypercall
 * @vm: the VM
 * @thread: the thread
 * @ended: the call has returned
 * @result: of the call
 */
struct caller {
	struct vm *vm;
	pthread_t thread;
	atomic_bool ended;
	__s32 result;
};

static void *caller_run(void *arg)
{
	struct caller *caller = arg;
	struct vm_step step = {
		.op = VM_CALL, .value = PV_HC_VCPU_INFO, .addr = 0, .arg = MISSING_GPA,
	};

	vm_do(caller->vm, 1, &step);
	caller->result = step.value;
	caller->ended = true;
	return NULL;
}

static bool answered(struct vm *vm, int vcpu)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP };

	vm_do(vm, vcpu, &step);
	return (__s32)step.value == 0;
}

/* Returns true if the host handles an access to the device. */
static bool has_device(struct vm *vm)
{
	struct vm_step step = { .op = VM_READ32, .addr = VM_DEVICE + PV_FREQ_PERFTBL_LEN };

	return vm_do(vm, 0, &step);
}

/* Returns the memory in kB that is free or can be reclaimed. */
static long available_kb(void)
{
	char line[128];
	long kb = 0;
	FILE *in;

	in = fopen("/proc/meminfo", "re");
	vm_must(in, "/proc/meminfo");
	while (!kb && fgets(line, sizeof(line), in))
		sscanf(line, "MemAvailable: %ld", &kb);
	fclose(in);
	vm_must(kb, "MemAvailable");
	return kb;
}

/* Memory is freed asynchronously. */
static bool available_becomes(long kb)
{
	int ms;

	for (ms = 0; ms < TIMEOUT_MS && available_kb() < kb; ms += 100)
		usleep(100000);
	return available_kb() >= kb;
}

static bool attach_and_detach(int pv, struct vm *vm)
{
	static const __u32 table[] = { MIN };
	struct kvm_pv_attach attach = {
		.flags = KVM_PV_HYPERCALLS, .vm_fd = vm->fd, .nr_cpus = NR_WINDOWS,
		.base = VM_DEVICE, .nr_perf = 1, .perf = PTR(table),
	};
	int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		if (pv_attach(pv, &attach) || !answered(vm, 0) || pv_detach(pv, attach.id))
			return false;
	}
	return true;
}

static void test_others(int pv)
{
	struct vm other;
	long before;

	vm_create(&other);
	before = available_kb();
	ksft_test_result(attach_and_detach(pv, &other),
			 "another VM is attached and detached %d times\n", NR_ROUNDS);
	ksft_test_result(available_becomes(before - NR_ROUNDS * ATTACHMENT_KB / 2),
			 "the memory of detached VMs is freed: %ld kB available, %ld before\n",
			 available_kb(), before);
	vm_destroy(&other);
}

static void on_alarm(int signal)
{
}

/* Detaches in a process that gets a signal while it waits, and returns its errno. */
static pid_t detach_in_child(int pv, __u32 id)
{
	struct sigaction action = { .sa_handler = on_alarm };
	pid_t child;

	fflush(stdout);
	child = fork();
	vm_must(child >= 0, "fork");
	if (!child) {
		sigaction(SIGALRM, &action, NULL);
		alarm(1);
		_exit(pv_detach(pv, id));
	}
	return child;
}

static void test_detach(struct shared *shared)
{
	pid_t child = detach_in_child(shared->pv, shared->id);
	int status = -1;
	bool ended;

	ended = vm_child_ends(child, &status, TIMEOUT_MS);
	ksft_test_result(ended && WIFEXITED(status) && WEXITSTATUS(status) == EINTR,
			 "detach of the VM returns EINTR after a signal\n");
	ksft_test_result(pv_nr_attached(shared->pv) == 0, "the VM is not listed after detach\n");
	ksft_test_result(!has_device(&shared->vm) && !answered(&shared->vm, 0),
			 "accesses and hypercalls of the VM are not handled after detach\n");
}

static int unload(void *unused)
{
	return pv_unload();
}

/* The detach continues in the background after the signal. */
static bool unmapped(void)
{
	int ms;

	for (ms = 0; ms < TIMEOUT_MS && shared_is_mapped(); ms += 10)
		usleep(10000);
	return !shared_is_mapped();
}

int main(void)
{
	struct shared shared = { };
	struct missing missing;
	struct caller caller = { .vm = &shared.vm };
	int err;

	ksft_print_header();
	shared.pv = pv_open();
	ksft_set_plan(NR_TESTS);
	vm_create(&shared.vm);
	missing_create(&missing, &shared.vm);
	shared_attach(&shared, NULL);

	vm_must(!pthread_create(&caller.thread, NULL, caller_run, &caller), "thread");
	ksft_test_result(missing_wanted(&missing, TIMEOUT_MS) && !caller.ended,
			 "VCPU_INFO waits for a page that the VMM does not provide\n");
	ksft_test_result(answered(&shared.vm, 0), "other vCPUs of the VM continue\n");
	test_others(shared.pv);
	test_detach(&shared);

	close(shared.pv);
	err = vm_in_child(unload, NULL, TIMEOUT_MS);
	ksft_test_result(err == EAGAIN, "rmmod fails while the host waits for the page: %s\n",
			 err < 0 ? "it waits" : strerror(err));

	missing_provide(&missing);
	pthread_join(caller.thread, NULL);
	ksft_test_result(!caller.result, "VCPU_INFO returns when the VMM provides the page\n");
	ksft_test_result(unmapped(),
			 "the shared pages are removed when the VMM provides the page\n");
	vm_destroy(&shared.vm);
	ksft_test_result(vm_unloads("kvm_pv", TIMEOUT_MS),
			 "rmmod succeeds after the end of the VM\n");
	ksft_finished();
}
