// SPDX-License-Identifier: GPL-2.0
/*
 * scale: measures on the host, under icount, what a VM executes while 1, 10, 100 and 500 VMs are
 * attached, in instructions.  Each other VM has a process, and a thread of its own for each of its
 * vCPUs, which has sent a request and sleeps.  The backend is freq-qos, on a cpufreq driver that is
 * a test double.  Prints lines of the format of bench.sh, each for N attached VMs:
 *
 *	alone host access-N I -		the guest reads a register of the device
 *	alone host request-N I -	the guest requests another frequency
 *	alone host apply-N I -		the thread of the VM applies it
 *	alone host call-N I -		the guest makes a call of pvguest
 *	alone host foreign-N I -	the guest makes a call that is not one of pvguest
 *	alone host switch-N I -		the host switches from a vCPU to the thread of another one
 *					and back
 *
 * The measured VM is attached first, and is the last one in each list that is searched from its
 * newest entry.  kvm_pv and the cpufreq driver are loaded during the run only.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#include "../host/driver.h"
#include "../host/pin.h"
#include "../host/shared.h"
#include "../host/worker.h"

#define NR_RUNS		200
/* A write to this address wakes the thread of the other vCPU. */
#define WAKE		(VM_DEVICE + 0x10000)

static const int sizes[] = { 1, 10, 100, 500 };
#define MAX_VMS		500

/**
 * struct bench - what is measured
 * @shared: the VM
 * @worker: its thread in kvm_pv
 * @wake: eventfd at WAKE
 * @woken: how often the thread of the other vCPU has run
 * @nr: number of attached VMs
 * @pids: processes of the others
 */
struct bench {
	struct shared shared;
	pid_t worker;
	int wake;
	atomic_uint woken;
	int nr;
	pid_t pids[MAX_VMS];
};

static void schedule_as(int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };

	vm_must(!sched_setscheduler(0, policy, &param), "sched_setscheduler");
}

static void print_row(const struct bench *bench, const char *name, unsigned long long instructions)
{
	printf("alone host %s-%d %llu -\n", name, bench->nr, instructions);
	fflush(stdout);
}

/* No other thread but that of the other vCPU runs during a step. */
static unsigned long long timed(struct bench *bench, enum vm_op op, __u64 addr, __u64 value)
{
	struct vm_step step = { .op = op, .addr = addr, .value = value };
	bool by_host;

	schedule_as(SCHED_FIFO, 1);
	by_host = vm_do(&bench->shared.vm, 0, &step);
	schedule_as(SCHED_OTHER, 0);
	vm_must(by_host, "the host handles a step");
	return step.value;
}

static void print_least(struct bench *bench, const char *name, enum vm_op op, __u64 addr,
			__u64 value)
{
	unsigned long long least = ~0ULL, now;
	int i;

	for (i = 0; i < NR_RUNS; i++) {
		now = timed(bench, op, addr, value);
		if (now < least)
			least = now;
	}
	print_row(bench, name, least);
}

static void await_applied(struct bench *bench, __u64 applied)
{
	int i;

	for (i = 0; i < 2000 && shared_stats(&bench->shared, 0).applied == applied; i++)
		usleep(1000);
	vm_must(i < 2000, "application of a request");
	/* The next request is applied at once. */
	usleep(20000);
}

/* Only steps during which the other thread ran are switches. */
static void print_switch(struct bench *bench)
{
	unsigned long long least = ~0ULL, now;
	unsigned int woken;
	bool switches = false;
	int i;

	for (i = 0; i < NR_RUNS; i++) {
		woken = bench->woken;
		now = timed(bench, VM_TIMED_WRITE32, WAKE, 1);
		if (bench->woken == woken)
			continue;
		switches = true;
		if (now < least)
			least = now;
	}
	vm_must(switches, "a switch to the thread of the other vCPU");
	print_row(bench, "switch", least);
}

/* The thread of the VM sleeps before each request. */
static void print_request(struct bench *bench)
{
	unsigned long long least = ~0ULL, least_applied = ~0ULL, before, now;
	__u64 applied;
	int i;

	for (i = 0; i < NR_RUNS; i++) {
		before = worker_runtime(bench->worker);
		applied = shared_stats(&bench->shared, 0).applied;
		now = timed(bench, VM_TIMED_WRITE32, VM_DEVICE + PV_FREQ_SET_PERF,
			    i % 2 ? MAX : MID);
		if (now < least)
			least = now;
		await_applied(bench, applied);
		now = worker_runtime(bench->worker) - before;
		if (now < least_applied)
			least_applied = now;
	}
	print_row(bench, "request", least);
	print_row(bench, "apply", least_applied);
}

/* KVM loads the vCPU and puts it, and the guest runs no instruction. */
static void *run_other(void *arg)
{
	struct bench *bench = arg;
	struct vm *vm = &bench->shared.vm;
	__u64 count;

	schedule_as(SCHED_FIFO, 2);
	vm->runs[1]->immediate_exit = 1;
	while (read(bench->wake, &count, sizeof(count)) == sizeof(count)) {
		ioctl(vm->vcpus[1], KVM_RUN, 0);
		bench->woken++;
	}
	return NULL;
}

static void start_other(struct bench *bench)
{
	struct kvm_ioeventfd event = { .addr = WAKE, .len = sizeof(__u32) };
	const __u64 one = 1;
	pthread_t thread;

	bench->wake = eventfd(0, EFD_CLOEXEC);
	event.fd = bench->wake;
	vm_must(bench->wake >= 0 && !ioctl(bench->shared.vm.fd, KVM_IOEVENTFD, &event),
		"KVM_IOEVENTFD");
	vm_must(!pthread_create(&thread, NULL, run_other, bench), "thread");
	/* At the first KVM_RUN of another thread KVM waits for a grace period of RCU. */
	vm_must(write(bench->wake, &one, sizeof(one)) == sizeof(one), "write");
	while (!bench->woken)
		usleep(1000);
}

static void *run_vcpu(void *shared)
{
	shared_write(shared, 1, PV_FREQ_SET_PERF, MIN);
	for (;;)
		pause();
	return NULL;
}

/* Another VM */
static void live(int pv, int ready)
{
	struct shared shared = { .pv = pv };
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	vm_create(&shared.vm);
	shared_attach_to(&shared, NULL, KVM_PV_FREQ_QOS);
	vm_must(!pthread_create(&thread, NULL, run_vcpu, &shared), "thread");
	shared_write(&shared, 0, PV_FREQ_SET_PERF, MIN);
	while (!shared_stats(&shared, 1).requests)
		usleep(1000);
	vm_must(write(ready, "", 1) == 1, "write");
	for (;;)
		pause();
}

static void add_vm(struct bench *bench)
{
	int pipes[2];
	char ready;
	pid_t pid;

	vm_must(!pipe2(pipes, O_CLOEXEC), "pipe");
	fflush(stdout);
	pid = fork();
	vm_must(pid >= 0, "fork");
	if (!pid)
		live(bench->shared.pv, pipes[1]);
	close(pipes[1]);
	vm_must(read(pipes[0], &ready, 1) == 1, "another VM");
	close(pipes[0]);
	bench->pids[bench->nr++] = pid;
}

static void end_vms(struct bench *bench)
{
	int i;

	for (i = 1; i < bench->nr; i++)
		kill(bench->pids[i], SIGKILL);
	for (i = 1; i < bench->nr; i++)
		waitpid(bench->pids[i], NULL, 0);
	while (pv_nr_attached(bench->shared.pv) > 1)
		usleep(10000);
}

static void measure(struct bench *bench)
{
	vm_must(pv_nr_attached(bench->shared.pv) == bench->nr, "number of attached VMs");
	/* The constraints of threads that sleep are withdrawn by then. */
	sleep(2);
	print_least(bench, "access", VM_TIMED_READ32, VM_DEVICE + PV_FREQ_CUR_PERF, 0);
	print_request(bench);
	print_least(bench, "call", VM_TIMED_CALL, 0, PV_HC_NOP);
	print_least(bench, "foreign", VM_TIMED_CALL, 0, PV_HC_UNASSIGNED);
	print_switch(bench);
}

int main(void)
{
	static struct bench bench = { .nr = 1 };
	struct shared *shared = &bench.shared;
	size_t i;

	pin(0, 0);
	shared->pv = pv_open();
	vm_create(&shared->vm);
	vm_must(driver_load(""), DRIVER ".ko");
	shared_attach_to(shared, NULL, KVM_PV_FREQ_QOS);
	bench.worker = worker_find(getpid());
	vm_must(bench.worker, "thread of kvm_pv");
	for (i = 0; i < VM_NR_VCPUS; i++)
		shared_write(shared, i, PV_FREQ_SET_PERF, MIN);
	start_other(&bench);

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		while (bench.nr < sizes[i])
			add_vm(&bench);
		measure(&bench);
	}

	end_vms(&bench);
	shared_destroy(shared);
	vm_must(pv_unloads() && driver_unload(), "rmmod");
	return 0;
}
