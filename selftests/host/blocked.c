// SPDX-License-Identifier: GPL-2.0
/*
 * One vCPU waits for a page of guest memory that its VMM does not provide until the end, while 200
 * VMs start and stop.  Detach of other VMs, pvhost detach of this VM, and rmmod return before the
 * end: detach within a second, and rmmod at most a second later than the median of 5 unloads
 * without this vCPU.
 *
 * If this VM was attached, rmmod returns EAGAIN.  KVM holds kvm->srcu while the vCPU waits.  The
 * vCPU can have read the bus with the device before, and then calls functions of kvm_pv.  So KVM
 * releases the device when the VMM provides the page or ends, and rmmod succeeds then.
 *
 * needs: host full each-kernel
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include <pv/hypercall.h>

#include "kvm_pv.h"
#include "missing.h"
#include "vm.h"

#define NR_TESTS	15
/* Attached VMs, and as many that are not attached */
#define NR_VMS		100
/* No call waits for the page, which is not provided.  This limit is for machines under load. */
#define TIMEOUT_MS	20000
/* On such a machine some calls take longer than a limit, but less than half of them. */
#define LIMIT_MS	1000
/* Unloads without a vCPU that waits */
#define NR_UNLOADS	5

static const __u32 table[] = { 600000, 1200000 };

/**
 * struct blocked - a VM with a vCPU that waits for a page
 * @vm: the VM
 * @missing: the page
 * @thread: the thread of the vCPU
 * @ended: the access has ended
 */
struct blocked {
	struct vm vm;
	struct missing missing;
	pthread_t thread;
	atomic_bool ended;
};

/**
 * struct slowest - the slowest of several calls
 * @limit_ms: limit in milliseconds
 * @nr: number of calls
 * @nr_late: number of those that took longer than @limit_ms
 * @ms: milliseconds of the slowest one
 */
struct slowest {
	unsigned int limit_ms;
	unsigned int nr;
	unsigned int nr_late;
	unsigned int ms;
};

static int device = -1;

static void *blocked_run(void *arg)
{
	struct blocked *blocked = arg;
	struct vm_step step = { .op = VM_READ32, .addr = MISSING_GPA };

	vm_do(&blocked->vm, 1, &step);
	blocked->ended = true;
	return NULL;
}

static bool blocked_start(struct blocked *blocked)
{
	vm_must(!pthread_create(&blocked->thread, NULL, blocked_run, blocked), "thread");
	return missing_wanted(&blocked->missing, TIMEOUT_MS) && !blocked->ended;
}

static void blocked_end(struct blocked *blocked)
{
	missing_provide(&blocked->missing);
	pthread_join(blocked->thread, NULL);
	vm_destroy(&blocked->vm);
	close(blocked->missing.uffd);
}

static int attach(const struct vm *vm, __u32 *id)
{
	struct kvm_pv_attach attach = {
		.flags		= KVM_PV_HYPERCALLS,
		.vm_fd		= vm->fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
	};
	int err = pv_attach(device, &attach);

	*id = attach.id;
	return err;
}

static bool answered(struct vm *vm)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP };

	vm_do(vm, 0, &step);
	return (__s32)step.value == 0;
}

/* VMs that are attached; every second one is attached when it ends.  Returns 0, or 1. */
static int churn_attached(void *unused)
{
	bool ok = true;
	struct vm vm;
	__u32 id;
	int i;

	for (i = 0; i < NR_VMS && ok; i++) {
		vm_create(&vm);
		ok = !attach(&vm, &id) && answered(&vm) && (i % 2 || !pv_detach(device, id));
		vm_destroy(&vm);
	}
	return !ok;
}

static int churn(void *unused)
{
	struct vm vm;
	int i;

	for (i = 0; i < NR_VMS; i++) {
		vm_create(&vm);
		answered(&vm);
		vm_destroy(&vm);
	}
	return 0;
}

static pid_t start(int (*func)(void *arg))
{
	pid_t child;

	fflush(stdout);
	child = fork();
	vm_must(child >= 0, "fork");
	if (!child)
		_exit(func(NULL));
	return child;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Runs @func in a child that it may keep waiting.  Returns its result, or -1. */
static int timed(struct slowest *slowest, int (*func)(void *arg), void *arg)
{
	long begin = now_ms(), ms;
	int rc = vm_in_child(func, arg, TIMEOUT_MS);

	ms = now_ms() - begin;
	slowest->nr++;
	if (ms > slowest->limit_ms)
		slowest->nr_late++;
	if (ms > slowest->ms)
		slowest->ms = ms;
	return rc;
}

static bool usually_fast(const struct slowest *slowest)
{
	if (slowest->nr_late)
		ksft_print_msg("%u of %u calls took more than %u ms\n", slowest->nr_late,
			       slowest->nr, slowest->limit_ms);
	return slowest->nr_late * 2 < slowest->nr;
}

static int detach(void *id)
{
	return pv_detach(device, *(__u32 *)id);
}

static int unload(void *unused)
{
	return vm_unloads("kvm_pv", TIMEOUT_MS) ? 0 : EBUSY;
}

static int unload_once(void *unused)
{
	return pv_unload();
}

static int pvhost_detach(void *id)
{
	char text[16];

	sprintf(text, "%u", *(__u32 *)id);
	execlp("pvhost", "pvhost", "detach", "--id", text, NULL);
	return errno;
}

/* Attaches and detaches one VM until the child ends.  Returns 0, or an errno. */
static int detach_until_end(struct slowest *slowest, pid_t child, int *status)
{
	struct vm vm;
	int err;
	__u32 id;

	vm_create(&vm);
	do {
		err = attach(&vm, &id);
		if (!err)
			err = timed(slowest, detach, &id);
	} while (!err && waitpid(child, status, WNOHANG) != child);
	if (err)
		kill(child, SIGKILL);
	vm_destroy(&vm);
	return err;
}

/* Loads, attaches, detaches and unloads.  Returns 0, or an errno. */
static int load_and_unload(struct slowest *slowest, const struct vm *vm)
{
	__u32 id;
	int err;

	device = pv_open();
	err = attach(vm, &id);
	if (!err)
		err = pv_detach(device, id);
	close(device);
	return err ?: timed(slowest, unload, NULL);
}

static int compare_ms(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

/* Returns the median of the milliseconds of rmmod while VMs start and stop, and no vCPU waits. */
static unsigned int unload_alone(void)
{
	unsigned int ms[NR_UNLOADS];
	pid_t child = start(churn);
	struct vm vm;
	int i;

	vm_create(&vm);
	for (i = 0; i < NR_UNLOADS; i++) {
		struct slowest one = { };

		vm_must(!load_and_unload(&one, &vm), "rmmod");
		ms[i] = one.ms;
	}
	vm_destroy(&vm);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);

	qsort(ms, NR_UNLOADS, sizeof(*ms), compare_ms);
	ksft_print_msg("without a vCPU that waits rmmod takes %u to %u ms, median %u\n", ms[0],
		       ms[NR_UNLOADS - 1], ms[NR_UNLOADS / 2]);
	return ms[NR_UNLOADS / 2];
}

/* Until the child ends.  Returns 0, or an errno. */
static int unload_until_end(struct slowest *slowest, pid_t child, int *status)
{
	struct vm vm;
	int err;

	vm_create(&vm);
	do {
		err = load_and_unload(slowest, &vm);
	} while (!err && waitpid(child, status, WNOHANG) != child);
	if (err)
		kill(child, SIGKILL);
	vm_destroy(&vm);
	return err;
}

static bool attached_becomes(__u32 nr)
{
	int ms;

	for (ms = 0; ms < TIMEOUT_MS && pv_nr_attached(device) != nr; ms += 10)
		usleep(10000);
	return pv_nr_attached(device) == nr;
}

/* The VM of the vCPU that waits is attached. */
static void test_attached(struct blocked *blocked, __u32 id)
{
	struct slowest slowest = { .limit_ms = LIMIT_MS };
	int err, status = -1;
	pid_t child;

	child = start(churn_attached);
	err = detach_until_end(&slowest, child, &status);
	ksft_test_result(!err && usually_fast(&slowest),
			 "detach of another VM returns %u times, slowest %u ms: %s\n", slowest.nr,
			 slowest.ms, err < 0 ? "it waits" : strerror(err));
	ksft_test_result(!status, "%d VMs start, are attached and stop: status %d\n", NR_VMS,
			 status);
	ksft_test_result(attached_becomes(1), "only the VM of the vCPU that waits is attached\n");

	slowest = (struct slowest){ };
	err = timed(&slowest, pvhost_detach, &id);
	ksft_test_result(!err, "pvhost detach of the VM of the vCPU that waits succeeds in %u ms\n",
			 slowest.ms);
	ksft_test_result(attached_becomes(0) && !answered(&blocked->vm),
			 "the VM is not attached after pvhost detach\n");

	close(device);
	slowest = (struct slowest){ };
	err = timed(&slowest, unload_once, NULL);
	ksft_test_result(err == EAGAIN, "rmmod fails in %u ms while the device is on the bus: %s\n",
			 slowest.ms, err < 0 ? "it waits" : strerror(err));
	ksft_test_result(!blocked->ended, "the vCPU of an attached VM waits until then\n");
}

/* A VMM with such a VM.  Writes the id of the VM to @out. */
static void run_vmm(int out)
{
	struct blocked blocked = { };
	__u32 id;

	vm_create(&blocked.vm);
	missing_create(&blocked.missing, &blocked.vm);
	vm_must(!attach(&blocked.vm, &id), "KVM_PV_ATTACH");
	close(device);
	vm_must(blocked_start(&blocked), "vCPU that waits");
	vm_must(write(out, &id, sizeof(id)) == sizeof(id), "pipe");
	for (;;)
		pause();
}

/* The VMM is killed instead of providing the page. */
static void test_killed(void)
{
	struct slowest slowest = { };
	int err, pipes[2];
	pid_t vmm;
	__u32 id;

	device = pv_open();
	vm_must(!pipe(pipes), "pipe");
	fflush(stdout);
	vmm = fork();
	vm_must(vmm >= 0, "fork");
	if (!vmm)
		run_vmm(pipes[1]);
	close(pipes[1]);
	vm_must(read(pipes[0], &id, sizeof(id)) == sizeof(id), "VMM");
	close(pipes[0]);

	vm_must(!timed(&slowest, pvhost_detach, &id), "pvhost detach");
	close(device);
	err = pv_unload();
	ksft_test_result(err == EAGAIN, "rmmod fails before the VMM is killed: %s\n",
			 strerror(err));
	kill(vmm, SIGKILL);
	waitpid(vmm, NULL, 0);
	slowest = (struct slowest){ };
	err = timed(&slowest, unload, NULL);
	ksft_test_result(!err, "rmmod succeeds %u ms after the VMM is killed: %s\n", slowest.ms,
			 err < 0 ? "it waits" : strerror(err));
}

/* It is not attached. */
static void test_not_attached(struct blocked *blocked, unsigned int alone_ms)
{
	struct slowest slowest = { .limit_ms = alone_ms + LIMIT_MS };
	int err, status = -1;
	pid_t child;

	child = start(churn);
	err = unload_until_end(&slowest, child, &status);
	ksft_test_result(!err && usually_fast(&slowest),
			 "rmmod returns %u times, slowest %u ms: %s\n", slowest.nr, slowest.ms,
			 err < 0 ? "it waits" : strerror(err));
	ksft_test_result(!status, "%d VMs start and stop: status %d\n", NR_VMS, status);
	ksft_test_result(!blocked->ended, "the vCPU of another VM waits until then\n");
}

int main(void)
{
	struct blocked blocked = { };
	unsigned int alone_ms;
	__u32 id;

	ksft_print_header();
	close(pv_open());
	ksft_set_plan(NR_TESTS);
	alone_ms = unload_alone();

	device = pv_open();
	vm_create(&blocked.vm);
	missing_create(&blocked.missing, &blocked.vm);
	vm_must(!attach(&blocked.vm, &id), "KVM_PV_ATTACH");
	ksft_test_result(blocked_start(&blocked), "a vCPU of an attached VM waits for its VMM\n");
	test_attached(&blocked, id);
	blocked_end(&blocked);
	ksft_test_result(!vm_in_child(unload, NULL, TIMEOUT_MS),
			 "rmmod succeeds when the VMM has provided the page\n");
	test_killed();

	blocked = (struct blocked){ };
	vm_create(&blocked.vm);
	missing_create(&blocked.missing, &blocked.vm);
	ksft_test_result(blocked_start(&blocked), "a vCPU of another VM waits for its VMM\n");
	test_not_attached(&blocked, alone_ms);
	blocked_end(&blocked);
	ksft_finished();
}
