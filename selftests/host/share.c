// SPDX-License-Identifier: GPL-2.0
/*
 * Shared records of running guests: writes by the scheduler hooks, under caps that change,
 * under readers, and until the end of the VM.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "shared.h"

#define NR_TESTS	20
#define NR_REQUESTS	4000
#define NR_SWITCHES	300

static const __u32 one_domain[VM_NR_VCPUS] = { 0, 0 };

static atomic_bool stop;

static void wake(int signal)
{
}

static void pin(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

/* A guest that never exits on its own */
static void *spin(void *arg)
{
	struct vm_step step = { .op = VM_SPIN };
	struct shared *shared = arg;

	pin(1);
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
static bool soon_half(const struct shared *shared, __u32 cur_perf, __u32 ceiling)
{
	struct shared_half half;
	int i;

	for (i = 0; i < 500; i++) {
		half = shared_half(shared_record(shared, 0));
		if (half.cur_perf == cur_perf && half.ceiling == ceiling)
			return true;
		usleep(10000);
	}
	return shared_is(shared, 0, cur_perf, ceiling);
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
	vm_must(shared_on(&shared, 0) && shared_hooked(&shared), "a record with hooks");
	vm_must(!pthread_create(&thread, NULL, spin, &shared), "thread");
	usleep(100000);

	reads = shared_stats(&shared, 0).reads;
	ksft_test_result(!pv_cap(shared.pv, shared.id, MIN) && soon_half(&shared, MIN, MIN),
			 "a running guest gets a new cap\n");
	ksft_test_result(!pv_cap(shared.pv, shared.id, 0) && soon_half(&shared, MID, MAX),
			 "a running guest gets the removal of a cap\n");

	/* This thread preempts the guest from time to time. */
	shared_record(&shared, 0)->request = MIN;
	pin(1);
	ksft_test_result(soon_request(&shared, MIN),
			 "a request is accepted when the guest is preempted\n");
	ksft_test_result(soon_half(&shared, MIN, MAX),
			 "a request is in effect when the guest runs again\n");
	ksft_test_result(shared_stats(&shared, 0).reads == reads,
			 "caps and requests of a running guest need no access to the device\n");
	pin(0);
	spin_end(&shared, thread);
	shared_destroy(&shared);
}

static void test_cap(void)
{
	struct shared shared;
	struct kvm_pv_list list = { .size = sizeof(list), .nr = 1 };
	struct kvm_pv_cap cap = { .size = sizeof(cap), .flags = 1 };
	__u32 generation;
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

	shared_on(&shared, 0);
	generation = shared_record(&shared, 0)->generation;
	ksft_test_result(!pv_cap(shared.pv, shared.id, MID) &&
			 shared_read(&shared, 0, PV_FREQ_CUR_PERF) == MID,
			 "cur_perf is limited by the cap\n");
	ksft_test_result(!ioctl(shared.pv, KVM_PV_LIST, &list) && vm.ceiling == MID &&
			 shared_stats(&shared, 0).perf == MID, "list and stats report the cap\n");
	shared_write(&shared, 0, PV_FREQ_SET_PERF, MAX);
	ksft_test_result(shared_is(&shared, 0, MID, MID) &&
			 shared_half(shared_record(&shared, 0)).generation == generation + 1,
			 "a request beyond the cap is limited\n");
	pv_cap(shared.pv, shared.id, MID);
	shared_write(&shared, 0, PV_FREQ_SET_PERF, MIN);
	ksft_test_result(shared_is(&shared, 0, MIN, MID) &&
			 shared_half(shared_record(&shared, 0)).generation == generation + 1,
			 "the same cap again keeps its generation\n");
	shared_write(&shared, 0, PV_FREQ_SET_PERF, MAX);
	ksft_test_result(!pv_cap(shared.pv, shared.id, 0) &&
			 shared_read(&shared, 0, PV_FREQ_CUR_PERF) == MAX &&
			 !ioctl(shared.pv, KVM_PV_LIST, &list) && !vm.ceiling,
			 "removing the cap restores the request\n");
	shared_destroy(&shared);
}

/* A cap of MID has odd generations, no cap has even ones. */
static void *reader(void *arg)
{
	const struct shared *shared = arg;
	struct shared_half half;
	long torn = 0;

	while (!stop) {
		half = shared_half(shared_record(shared, 0));
		torn += half.ceiling != (half.generation % 2 ? MID : MAX) ||
			half.cur_perf > half.ceiling;
	}

	return (void *)torn;
}

static void test_torn(void)
{
	struct pv_freq_record *record;
	struct shared shared;
	pthread_t thread;
	int i, odd = 0;
	void *torn;

	shared_create(&shared, NULL);
	vm_must(shared_on(&shared, 0), "a record");
	record = shared_record(&shared, 0);
	vm_must(!pthread_create(&thread, NULL, reader, &shared), "thread");
	for (i = 0; i < NR_REQUESTS; i++) {
		if (i % 4 == 0)
			pv_cap(shared.pv, shared.id, i % 8 ? 0 : MID);
		shared_write(&shared, 0, PV_FREQ_SET_PERF, i % 2 ? MAX : MIN);
		odd += record->seq % 2;
	}
	stop = true;
	pthread_join(thread, &torn);
	stop = false;
	ksft_test_result(!odd, "the sequence count is even after each of %d writes\n",
			 NR_REQUESTS);
	ksft_test_result(!torn, "a reader never gets a torn record\n");
	shared_destroy(&shared);
}

/* A vCPU switches valid and invalid records on and off. */
static void *switcher(void *arg)
{
	struct shared *shared = arg;
	int i, vcpu = 1;

	for (i = 0; !stop; i++) {
		__u64 gpa = i % 3 ? SHARED_GPA(i % 2) : (__u64)i << (i % 50);

		shared_write_from(shared, vcpu, i % 2, PV_FREQ_RECORD_LO, gpa);
		shared_write_from(shared, vcpu, i % 2, PV_FREQ_RECORD_HI, gpa >> 32);
		shared_write_from(shared, vcpu, i % 2, PV_FREQ_RECORD_CTL, i % 5 != 0);
		shared_record(shared, i % 2)->request = MIN + i;
		shared_run(shared, vcpu);
	}

	return NULL;
}

static void test_switches(void)
{
	struct shared shared;
	pthread_t thread;
	int i;

	shared_create(&shared, one_domain);
	vm_must(!pthread_create(&thread, NULL, switcher, &shared), "thread");
	for (i = 0; i < NR_SWITCHES; i++) {
		shared_write(&shared, 0, PV_FREQ_RECORD_CTL, i % 2);
		shared_write(&shared, 0, PV_FREQ_SET_PERF, MIN + i);
		pv_cap(shared.pv, shared.id, i % 3 ? MID + i : 0);
		if (i % 10 == 0) {
			pv_detach(shared.pv, shared.id);
			shared_attach(&shared, one_domain);
		}
	}
	stop = true;
	pthread_join(thread, NULL);
	stop = false;
	shared_write(&shared, 0, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_OFF);
	ksft_test_result(shared_on(&shared, 0),
			 "records can be switched on after caps and detaches under load\n");
	shared_destroy(&shared);
}

/* A VM ends asynchronously, and so do its hooks. */
static bool soon_unloaded(void)
{
	int i;

	for (i = 0; i < 500; i++) {
		if (!pv_unload())
			return true;
		usleep(10000);
	}
	return false;
}

static void test_end(void)
{
	struct shared shared;
	int pipes[2];
	char ready;
	pid_t pid;

	shared_create(&shared, NULL);
	vm_must(shared_on(&shared, 0) && shared_hooked(&shared), "a record with hooks");
	close(shared.pv);
	ksft_test_result(pv_unload() == EAGAIN, "rmmod fails while a record is on\n");
	vm_destroy(&shared.vm);
	ksft_test_result(soon_unloaded(),
			 "rmmod succeeds after a VM that ended with a record on\n");

	vm_must(!pipe(pipes), "pipe");
	pid = fork();
	if (!pid) {
		shared_create(&shared, NULL);
		vm_must(shared_on(&shared, 0), "a record");
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
	ksft_test_result(soon_unloaded(),
			 "rmmod succeeds after a VM that was killed while it ran\n");
}

int main(void)
{
	struct sigaction action = { .sa_handler = wake };

	sigaction(SIGUSR1, &action, NULL);
	ksft_print_header();
	ksft_set_plan(NR_TESTS);
	pin(0);

	test_running();
	test_cap();
	test_torn();
	test_switches();
	test_end();

	ksft_finished();
}
