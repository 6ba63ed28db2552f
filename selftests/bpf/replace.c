// SPDX-License-Identifier: GPL-2.0
/*
 * A device in BPF is attached, replaced while a guest accesses it, and detached, with its
 * loader or after the loader was killed.
 *
 * needs: host-bpf full
 */
#include <pthread.h>
#include <stdatomic.h>

#include "lib.h"

#define NR_TESTS	28
#define NR_REPLACED	10
#define OBJECT		"/run/replaced.bpf.o"

#define SEL		PV_FREQ_PERFTBL_SEL
#define CUR		PV_FREQ_CUR_PERF
#define WINDOW(i)	((i) * PV_FREQ_STRIDE)

/**
 * struct reader - a thread with a vCPU that reads permanently
 * @vm: the VM
 * @thread: the thread
 * @stop: request to end
 * @reads: number of reads
 * @odd: values that neither device returns
 */
struct reader {
	struct vm *vm;
	pthread_t thread;
	atomic_bool stop;
	atomic_ulong reads;
	atomic_ulong odd;
};

static void *reader_run(void *arg)
{
	struct reader *reader = arg;

	while (!reader->stop) {
		__u32 value = reg_read(reader->vm, 1, WINDOW(1) + CUR);

		if (value != MAX && value != OTHER + WINDOW(1) + CUR)
			reader->odd++;
		reader->reads++;
	}
	return NULL;
}

static bool goes_on(const struct bpf_host *host)
{
	return !kill(host->pid, 0) && waitpid(host->pid, NULL, WNOHANG) == 0;
}

static bool replace(const struct bpf_host *host, const char *object)
{
	return object_replace(host, object, OBJECT);
}

static void test_attach(struct vm *vm, struct bpf_host *host)
{
	struct bpf_host second;
	int status;

	ksft_test_result(reg_is(vm, 0, CUR, VMM_READS),
			 "an access before attach exits to the VMM\n");
	object_put(VCPUFREQ, OBJECT);
	ksft_test_result(bpf_attach_table(host, OBJECT, BPF_TABLE),
			 "a device in BPF is attached\n");
	ksft_test_result(reg_is(vm, 0, CUR, MAX), "an attached device handles a read\n");
	ksft_test_result(vm_unload(MODULE),
			 "kvm_pv_bpf cannot be unloaded while a device is attached\n");

	ksft_test_result(!bpf_attach_table(&second, OBJECT, BPF_TABLE) &&
			 bpf_ended(&second, &status) && status,
			 "a second device at the same address is rejected\n");
	ksft_test_result(goes_on(host) && reg_is(vm, 0, CUR, MAX),
			 "a rejected device does not change the first one\n");
}

static void test_state(struct vm *vm)
{
	reg_write(vm, 0, SEL, 1);
	reg_write(vm, 1, WINDOW(1) + SEL, 2);
	ksft_test_result(reg_is(vm, 0, SEL, 1) && reg_is(vm, 1, WINDOW(1) + SEL, 2),
			 "each window keeps its own perftbl_sel\n");
	reg_write(vm, 1, WINDOW(1) + PV_FREQ_SET_PERF, MIN);
	ksft_test_result(reg_is(vm, 0, CUR, MAX) && reg_is(vm, 1, WINDOW(1) + CUR, MIN),
			 "a request of one window does not change another\n");
	ksft_test_result(reg_is(vm, 0, WINDOW(1) + CUR, MIN),
			 "a vCPU reads the window of another vCPU\n");
	reg_write(vm, 1, WINDOW(1) + PV_FREQ_SET_PERF, MAX);
}

static void test_replace(struct vm *vm, struct bpf_host *host)
{
	ksft_test_result(replace(host, DEVICE("other")) && reg_is(vm, 0, CUR, OTHER + CUR),
			 "another device replaces the first one\n");
	ksft_test_result(reg_is(vm, 1, WINDOW(1) + SEL, OTHER + WINDOW(1) + SEL),
			 "a replacement handles accesses of all vCPUs\n");
	ksft_test_result(replace(host, VCPUFREQ) && reg_is(vm, 0, CUR, MAX),
			 "the first device replaces the other one\n");
	ksft_test_result(reg_is(vm, 0, PV_FREQ_PERFTBL_LEN, 3),
			 "a replacement has the table of the first device\n");
	ksft_test_result(reg_is(vm, 0, SEL, 0),
			 "a replacement of other state starts with initial state\n");
	reg_write(vm, 0, SEL, 2);
	reg_write(vm, 1, WINDOW(1) + PV_FREQ_SET_PERF, MIN);
	ksft_test_result(replace(host, VCPUFREQ) && reg_is(vm, 0, SEL, 2) &&
			 reg_is(vm, 1, WINDOW(1) + CUR, MIN),
			 "a replacement of the same state keeps that state\n");
	reg_write(vm, 1, WINDOW(1) + PV_FREQ_SET_PERF, MAX);
}

static void test_refused(struct vm *vm, struct bpf_host *host)
{
	ksft_test_result(!replace(host, "refused/bounds.bpf.o") && goes_on(host) &&
			 reg_is(vm, 0, SEL, 2),
			 "a program that the verifier rejects replaces nothing\n");
	ksft_test_result(!replace(host, "/proc/self/exe") && goes_on(host) &&
			 reg_is(vm, 0, SEL, 2), "a file that is not an object replaces nothing\n");
	ksft_test_result(!replace(host, DEVICE("kfuncs")) && goes_on(host) &&
			 reg_is(vm, 0, SEL, 2), "a device of another size replaces nothing\n");
	ksft_test_result(replace(host, DEVICE("other")) && reg_is(vm, 0, CUR, OTHER + CUR),
			 "a valid device replaces after rejected ones\n");
}

static void test_running(struct vm *vm, struct bpf_host *host)
{
	struct reader reader = { .vm = vm };
	bool replaced = true;
	int i;

	vm_must(!pthread_create(&reader.thread, NULL, reader_run, &reader), "thread");
	for (i = 0; i < NR_REPLACED; i++) {
		replaced &= replace(host, i % 2 ? DEVICE("other") : VCPUFREQ);
		replaced &= reg_is(vm, 0, CUR, i % 2 ? OTHER + CUR : MAX);
	}
	reader.stop = true;
	pthread_join(reader.thread, NULL);
	ksft_print_msg("%lu reads during the replacements\n", reader.reads);
	ksft_test_result(replaced, "many replacements succeed while a vCPU reads\n");
	ksft_test_result(reader.reads && !reader.odd,
			 "a vCPU that reads gets the value of one of both devices\n");
}

static void test_killed(struct vm *vm, struct bpf_host *host)
{
	int status;

	kill(host->pid, SIGKILL);
	ksft_test_result(bpf_ended(host, &status), "the loader ends when it is killed\n");
	close(host->out);
	ksft_test_result(reg_becomes(vm, 0, CUR, VMM_READS) &&
			 reg_is(vm, 1, WINDOW(1) + CUR, VMM_READS),
			 "an access after the end of the loader exits to the VMM\n");
	ksft_test_result(bpf_attach_plain(host, OBJECT) &&
			 reg_is(vm, 0, CUR, OTHER + CUR),
			 "the next loader attaches after one that was killed\n");
}

static void test_detach(struct vm *vm, struct bpf_host *host)
{
	int status;

	ksft_test_result(bpf_detach(host), "pvhost ends without error on SIGTERM\n");
	ksft_test_result(reg_becomes(vm, 0, CUR, VMM_READS),
			 "an access after detach exits to the VMM\n");
	ksft_test_result(!bpf_attach_plain(host, DEVICE("init-fails")) &&
			 bpf_ended(host, &status) && status && reg_is(vm, 0, CUR, VMM_READS),
			 "a device with an init() that fails is rejected\n");
}

int main(void)
{
	struct bpf_host host;
	struct vm vm;

	ksft_print_header();
	bpf_needs(VCPUFREQ);
	ksft_set_plan(NR_TESTS);
	vm_create(&vm);

	test_attach(&vm, &host);
	test_state(&vm);
	test_replace(&vm, &host);
	test_refused(&vm, &host);
	test_running(&vm, &host);
	test_killed(&vm, &host);
	test_detach(&vm, &host);

	vm_destroy(&vm);
	ksft_test_result(vm_unloads(MODULE, BPF_TIMEOUT_MS),
			 "kvm_pv_bpf can be unloaded after the last device\n");
	unlink(OBJECT);
	ksft_finished();
}
