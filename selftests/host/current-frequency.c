// SPDX-License-Identifier: GPL-2.0
/*
 * The current frequency of a vCPU on a host with a cpufreq driver that is a test double: in the
 * shared pages immediately, without an exit of the guest, and in the register, but only with
 * KVM_PV_EXPOSE_FREQ.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "driver.h"
#include "pin.h"
#include "shared.h"

#define NR_TESTS	30
#define NR_TRIES	200
#define NR_CHANGES	500
#define RING_SIZE	4096

static const __u32 one_domain[VM_NR_VCPUS] = { 0, 0 };
static const __u32 narrow[] = { MIN + 100000, MAX - 100000 };
static const __u32 highest[] = { MID };

static int nr_host_cpus;

/* CPU of the host for a spinning guest: not the CPU of the test, if there are two */
static int spin_cpu;

/* A guest that never exits on its own */
struct spinner {
	struct shared *shared;
	pthread_t thread;
	atomic_int tid;
	atomic_bool stop;
};

static void wake(int signal)
{
}

static void *spin(void *arg)
{
	struct vm_step step = { .op = VM_SPIN };
	struct spinner *spinner = arg;
	struct shared *shared = spinner->shared;

	pin(0, spin_cpu);
	spinner->tid = gettid();
	vm_arch_set(&shared->vm, 0, &step);
	while (!spinner->stop)
		ioctl(shared->vm.vcpus[0], KVM_RUN, 0);

	return NULL;
}

static void spin_start(struct spinner *spinner, struct shared *shared)
{
	spinner->shared = shared;
	spinner->tid = 0;
	spinner->stop = false;
	vm_must(!pthread_create(&spinner->thread, NULL, spin, spinner), "thread");
	while (!spinner->tid)
		usleep(1000);
	usleep(100000);
}

static void spin_end(struct spinner *spinner)
{
	spinner->stop = true;
	spinner->shared->vm.runs[0]->immediate_exit = 1;
	pthread_kill(spinner->thread, SIGUSR1);
	pthread_join(spinner->thread, NULL);
	spinner->shared->vm.runs[0]->immediate_exit = 0;
}

/* Returns the number of context switches of a thread of this process. */
static long switches(pid_t tid)
{
	char path[64], line[128];
	long count, sum = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", tid);
	in = fopen(path, "r");
	vm_must(in, path);
	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "voluntary_ctxt_switches: %ld", &count) == 1 ||
		    sscanf(line, "nonvoluntary_ctxt_switches: %ld", &count) == 1)
			sum += count;
	}
	fclose(in);
	return sum;
}

/* Returns true if cur_perf gets that value within 5 s. */
static bool soon(const struct shared *shared, int i, __u32 cur_perf)
{
	int tries;

	for (tries = 0; tries < 5000; tries++) {
		if (shared_cur_perf(shared, i) == cur_perf)
			return true;
		usleep(1000);
	}
	return shared_is(shared, i, cur_perf, MAX);
}

static bool register_is_of(struct shared *shared, int i, __u32 perf)
{
	__u32 value = shared_read(shared, i, PV_FREQ_CUR_PERF);

	if (value != perf)
		ksft_print_msg("register of CPU %d: %u, not %u\n", i, value, perf);
	return value == perf;
}

static bool register_is(struct shared *shared, __u32 perf)
{
	return register_is_of(shared, 0, perf);
}

/* Returns true if the record changes without a context switch of the vCPU's thread. */
static bool follows_undisturbed(struct spinner *spinner)
{
	long before;
	int i;

	for (i = 0; i < NR_TRIES; i++) {
		__u32 khz = i % 2 ? MIN : MAX;

		before = switches(spinner->tid);
		driver_set(spin_cpu, khz);
		if (!soon(spinner->shared, 0, khz))
			return false;
		if (switches(spinner->tid) == before)
			return true;
	}
	ksft_print_msg("each change had a context switch\n");
	return false;
}

static void test_unknown(struct shared *shared)
{
	ksft_test_result(register_is(shared, MID) && soon(shared, 0, MID),
			 "cur_perf is the request without cpufreq\n");
}

static void test_running(struct shared *shared)
{
	struct spinner spinner;
	__u64 reads;

	spin_start(&spinner, shared);
	vm_must(driver_load(""), "cpufreq driver");
	driver_set(spin_cpu, MIN);
	ksft_test_result(soon(shared, 0, MIN),
			 "cur_perf is the frequency of the CPU with a cpufreq driver\n");
	reads = shared_stats(shared, 0).reads;
	driver_set(spin_cpu, MAX);
	ksft_test_result(soon(shared, 0, MAX), "cur_perf of a running vCPU follows an increase\n");
	driver_set(spin_cpu, MIN);
	ksft_test_result(soon(shared, 0, MIN), "cur_perf of a running vCPU follows a decrease\n");
	if (nr_host_cpus > 1)
		ksft_test_result(follows_undisturbed(&spinner),
				 "cur_perf follows without a preemption of the vCPU\n");
	else
		ksft_test_result_skip("cur_perf follows without a preemption: one CPU\n");
	ksft_test_result(shared_stats(shared, 0).reads == reads,
			 "cur_perf follows without an access to the device\n");
	ksft_test_result(shared_stats(shared, 0).perf == MID, "the host keeps the request\n");

	if (nr_host_cpus > 1) {
		driver_set(0, MID);
		driver_set(1, MAX);
		pin(spinner.tid, 0);
		ksft_test_result(soon(shared, 0, MID),
				 "cur_perf follows a vCPU to another CPU\n");
		pin(spinner.tid, 1);
		ksft_test_result(soon(shared, 0, MAX),
				 "cur_perf follows a vCPU back to its first CPU\n");
	} else {
		ksft_test_result_skip("cur_perf follows a vCPU to another CPU: one CPU\n");
		ksft_test_result_skip("cur_perf follows a vCPU back to its first CPU: one CPU\n");
	}
	spin_end(&spinner);
}

static void test_loaded(struct shared *shared)
{
	driver_set(0, MAX);
	shared_run(shared, 0);
	ksft_test_result(shared_is(shared, 0, MAX, MAX),
			 "cur_perf is written when a vCPU is loaded\n");
	ksft_test_result(register_is(shared, MAX),
			 "the register cur_perf agrees with the record\n");
	driver_set(0, MIN);
	ksft_test_result(register_is(shared, MIN), "the register cur_perf has a new frequency\n");
	shared_request(shared, 0, MAX);
	ksft_test_result(shared_is(shared, 0, MIN, MAX) && register_is(shared, MIN),
			 "a request does not change the current frequency\n");
	pv_cap(shared->pv, shared->id, MID);
	driver_set(0, MAX);
	shared_run(shared, 0);
	ksft_test_result(shared_is(shared, 0, MAX, MID),
			 "a cap does not change the current frequency\n");
	pv_cap(shared->pv, shared->id, 0);
	shared_request(shared, 0, MID);
}

static void test_registers(void)
{
	struct shared shared;
	struct kvm_pv_attach attach;

	shared.pv = pv_open();
	vm_create(&shared.vm);
	attach = shared_attachment(&shared, NULL, KVM_PV_RECORD);
	attach.shared = 0;
	vm_must(!pv_attach(shared.pv, &attach), "KVM_PV_ATTACH");
	shared.id = attach.id;
	driver_set(0, MAX);
	shared_write(&shared, 0, PV_FREQ_SET_PERF, MID);
	ksft_test_result(register_is(&shared, MAX),
			 "the register cur_perf is the frequency without shared pages\n");
	shared_destroy(&shared);
}

/* The guest gets what it was granted, independent of the frequency of the host. */
static void test_hidden(void)
{
	struct spinner spinner;
	struct shared shared;
	bool hidden = true;
	int i;

	shared_flags &= ~KVM_PV_EXPOSE_FREQ;
	shared_create(&shared, NULL);
	vm_must(shared_hooked(&shared), "a record with hooks");
	driver_set(0, MAX);
	shared_run(&shared, 0);
	ksft_test_result(shared_is(&shared, 0, MID, MAX),
			 "the record has the request without KVM_PV_EXPOSE_FREQ\n");
	ksft_test_result(register_is(&shared, MID),
			 "the register has the request without KVM_PV_EXPOSE_FREQ\n");
	shared_request(&shared, 0, MAX);
	driver_set(0, MIN);
	shared_run(&shared, 0);
	ksft_test_result(shared_is(&shared, 0, MAX, MAX) && register_is(&shared, MAX),
			 "a frequency below the request is hidden without KVM_PV_EXPOSE_FREQ\n");
	pv_cap(shared.pv, shared.id, MID);
	ksft_test_result(shared_is(&shared, 0, MID, MID) && register_is(&shared, MID),
			 "a cap limits cur_perf without KVM_PV_EXPOSE_FREQ\n");
	ksft_test_result(register_is_of(&shared, 1, MID),
			 "a vCPU without a request gets the cap without KVM_PV_EXPOSE_FREQ\n");

	driver_set(spin_cpu, MIN);
	spin_start(&spinner, &shared);
	for (i = 0; i < NR_TRIES; i++) {
		driver_set(spin_cpu, i % 2 ? MIN : MAX);
		hidden &= shared_cur_perf(&shared, 0) == MID;
	}
	spin_end(&spinner);
	ksft_test_result(hidden,
			 "changes of the frequency are hidden without KVM_PV_EXPOSE_FREQ\n");
	shared_destroy(&shared);
	shared_flags |= KVM_PV_EXPOSE_FREQ;
}

static void test_clamp(void)
{
	struct shared shared;

	shared.pv = pv_open();
	vm_create(&shared.vm);
	shared_attach_table(&shared, narrow, ARRAY_SIZE(narrow));
	shared_request(&shared, 0, MAX);
	driver_set(0, MIN);
	shared_read(&shared, 0, PV_FREQ_CUR_PERF);
	ksft_test_result(register_is(&shared, narrow[0]), "cur_perf is not below the table\n");
	driver_set(0, MAX);
	ksft_test_result(register_is(&shared, narrow[1]), "cur_perf is not beyond the table\n");
	shared_detach(&shared);

	shared_attach_table(&shared, highest, ARRAY_SIZE(highest));
	shared_request(&shared, 0, MAX);
	ksft_test_result(register_is(&shared, MID) && shared_is(&shared, 0, MID, MID),
			 "cur_perf is not beyond a table of one entry\n");
	driver_set(0, MIN);
	ksft_test_result(register_is(&shared, MIN),
			 "cur_perf is any frequency below a table of one entry\n");
	shared_destroy(&shared);
}

/* The second vCPU does not run when the first one sends a request. */
static void test_domain(void)
{
	struct shared shared;

	shared_create(&shared, one_domain);
	driver_set(0, MAX);
	shared_request(&shared, 1, MAX);
	shared_request(&shared, 0, MIN);
	ksft_test_result(shared_is(&shared, 0, MAX, MAX) && shared_is(&shared, 1, MAX, MAX),
			 "cur_perf of a vCPU that does not run is that of its last CPU\n");
	shared_destroy(&shared);
}

static void test_ring(void)
{
	struct spinner spinner;
	struct shared shared;

	if (!vm_rings()) {
		ksft_test_result_skip("cur_perf follows with a dirty ring: KVM has none\n");
		return;
	}

	shared_create_with(&shared, NULL, RING_SIZE);
	vm_must(shared_hooked(&shared), "a record with hooks");
	driver_set(spin_cpu, MIN);
	spin_start(&spinner, &shared);
	driver_set(spin_cpu, MAX);
	ksft_test_result(soon(&shared, 0, MAX), "cur_perf follows with a dirty ring\n");
	spin_end(&spinner);
	shared_destroy(&shared);
}

/* schedutil changes the frequency in the scheduler, on that CPU or on another one. */
static void test_fast(struct shared *shared)
{
	struct spinner spinner;
	int i;

	vm_must(driver_unload() && driver_load("fast=1"), "cpufreq driver");
	if (!driver_governor("schedutil")) {
		ksft_test_result_skip("cur_perf follows many fast switches: no schedutil\n");
		return;
	}
	spin_start(&spinner, shared);
	for (i = 0; i < NR_CHANGES; i++) {
		driver_set(spin_cpu, i % 2 ? MIN : MAX);
		usleep(1000);
	}
	driver_set(spin_cpu, MAX);
	ksft_test_result(soon(shared, 0, MAX), "cur_perf follows many fast switches\n");
	spin_end(&spinner);
}

static void test_gone(struct shared *shared)
{
	struct spinner spinner;

	spin_start(&spinner, shared);
	vm_must(driver_unload(), "rmmod");
	ksft_test_result(soon(shared, 0, MID),
			 "cur_perf is the request when the cpufreq driver is unloaded\n");
	spin_end(&spinner);
	ksft_test_result(register_is(shared, MID),
			 "the register cur_perf is the request without the cpufreq driver\n");
}

int main(void)
{
	struct sigaction action = { .sa_handler = wake };
	struct shared shared;

	sigaction(SIGUSR1, &action, NULL);
	nr_host_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	spin_cpu = nr_host_cpus > 1;
	ksft_print_header();
	if (driver_policy(0, "min"))
		ksft_exit_skip("this host has a cpufreq driver already\n");
	ksft_set_plan(NR_TESTS);
	pin(0, 0);
	shared_flags |= KVM_PV_EXPOSE_FREQ;

	shared_create(&shared, NULL);
	vm_must(shared_hooked(&shared), "a record with hooks");
	test_unknown(&shared);
	test_running(&shared);
	test_loaded(&shared);
	test_registers();
	test_hidden();
	test_clamp();
	test_domain();
	test_ring();
	test_fast(&shared);
	test_gone(&shared);
	shared_destroy(&shared);

	ksft_finished();
}
