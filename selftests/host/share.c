// SPDX-License-Identifier: GPL-2.0
/*
 * Shared pages of running guests: writes by the scheduler hooks, under caps that change, and
 * until the end of the VM.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "pin.h"
#include "shared.h"

#define NR_TESTS	21
#define NR_ROUNDS	300

static const __u32 one_domain[VM_NR_VCPUS] = { 0, 0 };

static atomic_bool stop;

static void wake(int signal)
{
}

/* A guest that never exits on its own */
static void *spin(void *arg)
{
	struct vm_step step = { .op = VM_SPIN };
	struct shared *shared = arg;

	pin(0, 1 % sysconf(_SC_NPROCESSORS_ONLN));
	vm_arch_set(&shared->vm, 0, &step);
	while (!stop)
		ioctl(shared->vm.vcpus[0], KVM_RUN, 0);

	return NULL;
}

static void spin_end(struct shared *shared, pthread_t thread)
{
	stop = true;
	shared->vm.runs[0]->immediate_exit = 1;
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	stop = false;
}

/* Returns true if the record gets these values within 5 s. */
static bool soon_is(const struct shared *shared, int i, __u32 cur_perf, __u32 cap)
{
	int tries;

	for (tries = 0; tries < 500; tries++) {
		if (shared_cur_perf(shared, i) == cur_perf && shared_cap(shared, i) == cap)
			return true;
		usleep(10000);
	}
	return shared_is(shared, i, cur_perf, cap);
}

static bool soon_request(const struct shared *shared, __u32 request)
{
	int i;

	for (i = 0; i < 500 && shared_stats(shared, 0).request != request; i++)
		usleep(10000);
	return shared_stats(shared, 0).request == request;
}

/* vCPU 0 spins on a CPU that the other threads of this test do not use at first. */
static void test_running(void)
{
	struct shared shared;
	pthread_t thread;
	__u64 reads;

	shared_create(&shared, NULL);
	vm_must(shared_hooked(&shared), "a record with hooks");
	vm_must(!pthread_create(&thread, NULL, spin, &shared), "thread");
	usleep(100000);

	reads = shared_stats(&shared, 0).reads;
	ksft_test_result(!pv_cap(shared.pv, shared.id, MIN) && shared_is(&shared, 0, MIN, MIN),
			 "a running guest gets a new cap\n");
	ksft_test_result(shared_is(&shared, 1, MIN, MIN),
			 "a vCPU that has never run gets a new cap\n");
	ksft_test_result(!pv_cap(shared.pv, shared.id, 0) && shared_is(&shared, 0, MID, MAX),
			 "a running guest gets the removal of a cap\n");

	/* This thread preempts the guest from time to time. */
	shared_post(&shared, 0, MIN);
	pin(0, 1 % sysconf(_SC_NPROCESSORS_ONLN));
	ksft_test_result(soon_request(&shared, MIN),
			 "a request is accepted when the guest is preempted\n");
	ksft_test_result(soon_is(&shared, 0, MIN, MAX),
			 "a request is in effect when the guest runs again\n");
	ksft_test_result(shared_stats(&shared, 0).reads == reads,
			 "caps and requests of a running guest need no access to the device\n");
	pin(0, 0);
	spin_end(&shared, thread);
	ksft_test_result(!pv_cap(shared.pv, shared.id, MIN + 1) &&
			 shared_is(&shared, 0, MIN, MIN + 1),
			 "a vCPU that does not run gets a new cap\n");
	shared_destroy(&shared);
}

static void test_cap(void)
{
	struct shared shared;
	struct kvm_pv_list list = { .size = sizeof(list), .nr = 1 };
	struct kvm_pv_cap cap = { .size = sizeof(cap), .flags = 1 };
	struct kvm_pv_attach attach;
	struct kvm_pv_vm vm;

	shared_create(&shared, one_domain);
	list.vms = PTR(&vm);
	ksft_test_result(pv_cap(shared.pv, 77, MAX) == ENOENT, "cap rejects an unknown id\n");
	cap.id = shared.id;
	ksft_test_result(ioctl(shared.pv, KVM_PV_CAP, &cap) && errno == EINVAL,
			 "cap rejects an unknown flag\n");
	ksft_test_result(pv_cap(shared.pv, shared.id, MIN - 1) == ERANGE &&
			 pv_cap(shared.pv, shared.id, MAX + 1) == ERANGE,
			 "cap rejects a frequency beyond the table\n");

	ksft_test_result(!pv_cap(shared.pv, shared.id, MID) &&
			 shared_read(&shared, 0, PV_FREQ_CUR_PERF) == MID,
			 "cur_perf is limited by the cap\n");
	ksft_test_result(!ioctl(shared.pv, KVM_PV_LIST, &list) && vm.cap == MID &&
			 shared_stats(&shared, 0).perf == MID, "list and stats report the cap\n");
	shared_request(&shared, 0, MAX);
	ksft_test_result(shared_is(&shared, 0, MID, MID) && shared_is(&shared, 1, MID, MID),
			 "a request beyond the cap is limited\n");
	shared_request(&shared, 0, MIN);
	ksft_test_result(shared_is(&shared, 0, MIN, MID),
			 "a request below the cap is in effect\n");
	shared_request(&shared, 0, MAX);
	ksft_test_result(!pv_cap(shared.pv, shared.id, 0) &&
			 shared_read(&shared, 0, PV_FREQ_CUR_PERF) == MAX &&
			 !ioctl(shared.pv, KVM_PV_LIST, &list) && !vm.cap,
			 "removing the cap restores the request\n");

	shared_detach(&shared);
	attach = shared_attachment(&shared, one_domain, KVM_PV_RECORD);
	attach.cap = MID;
	shared_attach_as(&shared, &attach);
	ksft_test_result(shared_is(&shared, 0, MID, MID) && shared_is(&shared, 1, MID, MID) &&
			 !ioctl(shared.pv, KVM_PV_LIST, &list) && vm.cap == MID,
			 "attach with a cap limits from the begin\n");
	shared_destroy(&shared);
}

/* A vCPU sends requests of both frames by the device and by the records. */
static void *sender(void *arg)
{
	struct shared *shared = arg;
	int i, vcpu = 1;

	for (i = 0; !stop; i++) {
		struct vm_step step = {
			.op = VM_WRITE32, .addr = VM_SHARED + SHARED_REQUEST(i % 2),
			.value = MIN + i,
		};

		shared_write_from(shared, vcpu, i % 2, PV_FREQ_SET_PERF, i);
		/* Without pages at that address the access exits to this VMM. */
		vm_do(&shared->vm, vcpu, &step);
		shared_run(shared, vcpu);
	}

	return NULL;
}

static void test_load(void)
{
	struct shared shared;
	pthread_t thread;
	int i;

	shared_create(&shared, one_domain);
	vm_must(!pthread_create(&thread, NULL, sender, &shared), "thread");
	for (i = 0; i < NR_ROUNDS; i++) {
		shared_write(&shared, 0, PV_FREQ_SET_PERF, MIN + i);
		pv_cap(shared.pv, shared.id, i % 3 ? MID + i : 0);
		if (i % 10 == 0) {
			shared_detach(&shared);
			shared_attach(&shared, one_domain);
		}
	}
	stop = true;
	pthread_join(thread, NULL);
	stop = false;
	pv_cap(shared.pv, shared.id, 0);
	shared_request(&shared, 1, MAX);
	shared_request(&shared, 0, MID);
	ksft_test_result(shared_is(&shared, 0, MID, MAX) && shared_is(&shared, 1, MID, MAX),
			 "records are right after caps and detaches under load\n");
	shared_destroy(&shared);
}

static void test_end(void)
{
	struct shared shared;
	int pipes[2];
	char ready;
	pid_t pid;

	shared_create(&shared, NULL);
	vm_must(shared_hooked(&shared), "a record with hooks");
	close(shared.pv);
	ksft_test_result(pv_unload() == EAGAIN, "rmmod fails while a record is used\n");
	vm_destroy(&shared.vm);
	ksft_test_result(pv_unloads() && !shared_is_mapped(),
			 "rmmod succeeds after a VM that ended while it was attached\n");

	vm_must(!pipe(pipes), "pipe");
	pid = fork();
	if (!pid) {
		shared_create(&shared, NULL);
		shared_request(&shared, 0, MAX);
		vm_must(write(pipes[1], "", 1) == 1, "write");
		spin(&shared);
		_exit(0);
	}
	/* Without a writer the read ends. */
	close(pipes[1]);
	vm_must(read(pipes[0], &ready, 1) == 1, "read");
	close(pipes[0]);
	/* The process enters its guest, so that it is killed there. */
	usleep(100000);
	ksft_test_result(pv_unload() == EAGAIN,
			 "rmmod fails while a guest runs in another process\n");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ksft_test_result(pv_unloads(),
			 "rmmod succeeds after a VM that was killed while it ran\n");
}

int main(void)
{
	struct sigaction action = { .sa_handler = wake };

	sigaction(SIGUSR1, &action, NULL);
	ksft_print_header();
	ksft_set_plan(NR_TESTS);
	pin(0, 0);

	test_running();
	test_cap();
	test_load();
	test_end();

	ksft_finished();
}
