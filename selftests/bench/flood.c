// SPDX-License-Identifier: GPL-2.0
/*
 * flood: measures on the host, under icount, what requests of a guest cost, with the backend
 * freq-qos and a cpufreq driver that is a test double.  One nanosecond is one instruction.  Prints
 * lines of the format of bench.sh:
 *
 *	alone host apply N -	instructions of the VM's thread for one request
 *	alone host flood N -	instructions per second that all other tasks execute in addition
 *				while a guest changes the requests of all vCPUs
 *	alone host flood-vm N -	instructions per second of that VM
 *
 * The module kvm_pv and the cpufreq driver are loaded during the run only.
 */
#include <pthread.h>

#include "../host/driver.h"
#include "../host/pin.h"
#include "../host/shared.h"
#include "../host/worker.h"
#include "userspace/libpv/libpv.h"

#define NR_APPLIED	100
#define SECONDS		2
#define SECOND		1000000000ULL

static atomic_bool stop;

/**
 * struct vcpu - a vCPU that writes to a register without a pause
 * @shared: the VM
 * @nr: number of the vCPU and of its window
 * @reg: the register
 * @values: values that it writes alternately
 */
struct vcpu {
	struct shared *shared;
	int nr;
	__u32 reg;
	__u32 values[2];
};

static void *write_alternately(void *arg)
{
	struct vcpu *vcpu = arg;
	int i;

	for (i = 0; !stop; i++)
		shared_write(vcpu->shared, vcpu->nr, vcpu->reg, vcpu->values[i % 2]);
	return NULL;
}

/* The instructions of all threads of a process, 0: it has ended. */
static unsigned long long process_runtime(const char *pid)
{
	unsigned long long sum = 0, ns;
	char path[600];
	struct dirent *entry;
	FILE *file;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/task/%s/schedstat", pid, entry->d_name);
		file = fopen(path, "re");
		if (file && fscanf(file, "%llu", &ns) == 1)
			sum += ns;
		if (file)
			fclose(file);
	}
	if (dir)
		closedir(dir);
	return sum;
}

/**
 * struct cost - who has executed instructions
 * @vm: this process, which is the VMM, and the VM's thread
 * @others: all other tasks but idle ones
 */
struct cost {
	unsigned long long vm;
	unsigned long long others;
};

static struct cost cost_now(pid_t worker)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct cost cost = { };

	vm_must(dir, "/proc");
	while ((entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid == getpid() || (pid && pid == worker))
			cost.vm += process_runtime(entry->d_name);
		else if (pid)
			cost.others += process_runtime(entry->d_name);
	}
	closedir(dir);
	return cost;
}

/* Both vCPUs write to a register for SECONDS. */
static struct cost measure(struct shared *shared, pid_t worker, __u32 reg, __u32 first,
			   __u32 second)
{
	struct vcpu vcpus[VM_NR_VCPUS];
	pthread_t threads[VM_NR_VCPUS];
	__u64 begin = pv_interval_now();
	struct cost before, cost;
	int i;

	stop = false;
	before = cost_now(worker);
	for (i = 0; i < VM_NR_VCPUS; i++) {
		vcpus[i] = (struct vcpu){ shared, i, reg, { first, second } };
		vm_must(!pthread_create(&threads[i], NULL, write_alternately, &vcpus[i]), "thread");
	}
	while (pv_interval_now() - begin < SECONDS * SECOND)
		usleep(100000);
	cost = cost_now(worker);
	stop = true;
	for (i = 0; i < VM_NR_VCPUS; i++)
		pthread_join(threads[i], NULL);

	cost.vm -= before.vm;
	cost.others -= before.others;
	return cost;
}

/* The thread sleeps before the next request. */
static unsigned long long apply_once(struct shared *shared, pid_t worker, __u32 khz)
{
	unsigned long long before = worker_runtime(worker);
	__u64 applied = shared_stats(shared, 0).applied;
	int i;

	shared_write(shared, 0, PV_FREQ_SET_PERF, khz);
	for (i = 0; i < 1000 && shared_stats(shared, 0).applied == applied; i++)
		usleep(1000);
	vm_must(i < 1000, "application of a request");
	usleep(20000);
	return worker_runtime(worker) - before;
}

static void print_row(const char *name, unsigned long long instructions)
{
	printf("alone host %s %llu -\n", name, instructions);
}

static void print_apply(struct shared *shared, pid_t worker)
{
	unsigned long long least = ~0ULL, now;
	int i;

	for (i = 0; i < NR_APPLIED; i++) {
		now = apply_once(shared, worker, i % 2 ? MAX : MID);
		if (now < least)
			least = now;
	}
	print_row("apply", least);
}

static void print_flood(struct shared *shared, pid_t worker)
{
	struct cost quiet = measure(shared, worker, PV_FREQ_PERFTBL_SEL, 0, 1);
	struct cost flood = measure(shared, worker, PV_FREQ_SET_PERF, MID, MAX);
	unsigned long long more = 0;

	if (flood.others > quiet.others)
		more = flood.others - quiet.others;
	print_row("flood", more / SECONDS);
	print_row("flood-vm", flood.vm / SECONDS);
}

int main(void)
{
	struct shared shared;
	pid_t worker;

	pin(0, 0);
	shared.pv = pv_open();
	vm_create(&shared.vm);
	vm_must(driver_load(""), DRIVER ".ko");
	shared_attach_to(&shared, NULL, KVM_PV_FREQ_QOS);
	worker = worker_find(getpid());
	vm_must(worker, "thread of kvm_pv");

	print_apply(&shared, worker);
	print_flood(&shared, worker);

	shared_destroy(&shared);
	vm_must(pv_unloads() && driver_unload(), "rmmod");
	return 0;
}
