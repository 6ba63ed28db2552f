// SPDX-License-Identifier: GPL-2.0
/*
 * A device in BPF is replaced and detached, and a loader is killed, while a vCPU waits for a page
 * of guest memory that its VMM does not provide.
 *
 * needs: host-bpf full
 */
#include <pthread.h>
#include <stdatomic.h>

#include "lib.h"
#include "selftests/host/missing.h"

#define NR_TESTS	14
#define OBJECT		"/run/waits.bpf.o"

#define CUR		PV_FREQ_CUR_PERF

/**
 * struct reader - a thread with a vCPU that reads the page
 * @vm: the VM
 * @thread: the thread
 * @ended: the read has returned
 */
struct reader {
	struct vm *vm;
	pthread_t thread;
	atomic_bool ended;
};

static void *reader_run(void *arg)
{
	struct reader *reader = arg;
	struct vm_step step = { .op = VM_READ32, .addr = MISSING_GPA };

	vm_do(reader->vm, 1, &step);
	reader->ended = true;
	return NULL;
}

static void reader_start(struct reader *reader, struct vm *vm, const struct missing *missing)
{
	*reader = (struct reader) { .vm = vm };
	vm_must(!pthread_create(&reader->thread, NULL, reader_run, reader), "thread");
	ksft_test_result(missing_wanted(missing, BPF_TIMEOUT_MS),
			 "a vCPU waits for a page that the VMM does not provide\n");
}

/* Returns true when the process is in this function of the kernel. */
static bool becomes_in(pid_t pid, const char *function)
{
	char path[64], stack[4096];
	ssize_t len;
	int ms, fd;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	for (ms = 0; ms < BPF_TIMEOUT_MS; ms += 10) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		vm_must(fd >= 0, path);
		len = read(fd, stack, sizeof(stack) - 1);
		close(fd);
		stack[len > 0 ? len : 0] = 0;
		if (strstr(stack, function))
			return true;
		usleep(10000);
	}
	return false;
}

/* The kernel adds the device to the bus when no vCPU waits for guest memory. */
static void test_killed(struct vm *vm)
{
	static const char * const args[] = { NULL };
	struct missing missing;
	struct reader reader;
	struct bpf_host host;
	int status = -1;

	missing_create(&missing, vm);
	reader_start(&reader, vm, &missing);
	bpf_start(&host, OBJECT, args);
	ksft_test_result(becomes_in(host.pid, "kvm_pv_bpf_device_add"),
			 "a loader waits for that vCPU\n");
	kill(host.pid, SIGKILL);
	ksft_test_result(bpf_ended(&host, &status) && WIFSIGNALED(status) && !reader.ended,
			 "a loader that waits can be killed\n");
	close(host.out);

	missing_provide(&missing);
	pthread_join(reader.thread, NULL);
	usleep(500000);
	ksft_test_result(reg_is(vm, 0, CUR, VMM_READS),
			 "an access after that exits to the VMM\n");
	ksft_test_result(bpf_attach_plain(&host, OBJECT) && reg_is(vm, 0, CUR, OTHER + CUR) &&
			 bpf_detach(&host),
			 "the next loader attaches after one that was killed\n");
}

int main(void)
{
	struct reader reader;
	struct missing missing;
	struct bpf_host host;
	struct vm vm;

	ksft_print_header();
	bpf_needs(VCPUFREQ);
	ksft_set_plan(NR_TESTS);
	vm_create(&vm);
	missing_create(&missing, &vm);
	object_put(VCPUFREQ, OBJECT);
	ksft_test_result(bpf_attach_table(&host, OBJECT, BPF_TABLE), "a device is attached\n");

	reader_start(&reader, &vm, &missing);
	ksft_test_result(object_replace(&host, DEVICE("other"), OBJECT) && !reader.ended,
			 "the device is replaced while the vCPU waits\n");
	ksft_test_result(reg_is(&vm, 0, CUR, OTHER + CUR),
			 "the replacement handles accesses of the other vCPU\n");
	ksft_test_result(bpf_detach(&host) && !reader.ended,
			 "the device is detached while the vCPU waits\n");
	ksft_test_result(reg_is(&vm, 0, CUR, VMM_READS),
			 "an access after detach exits to the VMM\n");

	missing_provide(&missing);
	pthread_join(reader.thread, NULL);
	/* The VMM has provided the page, so the next attach finds a free address soon. */
	usleep(500000);
	ksft_test_result(bpf_attach_plain(&host, OBJECT) && reg_is(&vm, 0, CUR, OTHER + CUR),
			 "a device is attached again when the VMM has provided the page\n");
	ksft_test_result(bpf_detach(&host), "the device is detached\n");
	vm_map(&vm, MISSING_SLOT, 0, MISSING_GPA, missing.at, 0);
	close(missing.uffd);

	test_killed(&vm);
	vm_destroy(&vm);
	ksft_test_result(vm_unloads(MODULE, BPF_TIMEOUT_MS),
			 "kvm_pv_bpf can be unloaded after the end of the VM\n");
	unlink(OBJECT);
	ksft_finished();
}
