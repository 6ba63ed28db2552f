// SPDX-License-Identifier: GPL-2.0
/*
 * A VMM runs a vCPU in many threads, each of which ends immediately.  Concurrently the host
 * reads the thread of the vCPU for a hypercall, and applies requests to it.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <sys/syscall.h>

#include "shared.h"

#define NR_TESTS	4
#define NR_THREADS	400
#define INFO_OFFSET	0x8000

/**
 * struct hops - a vCPU that many threads run
 * @shared: the VM
 * @tids: thread ids, of which the first @nr are valid
 * @nr: threads that have run vCPU 1
 */
struct hops {
	struct shared *shared;
	pid_t tids[NR_THREADS];
	atomic_int nr;
};

/* One thread: it makes a request and ends. */
static void *hop(void *arg)
{
	struct hops *hops = arg;
	int i = hops->nr;

	hops->tids[i] = syscall(SYS_gettid);
	hops->nr = i + 1;
	shared_write(hops->shared, 1, PV_FREQ_SET_PERF, i % 2 ? MIN : MID);
	return NULL;
}

static void *hop_on(void *arg)
{
	pthread_t thread;
	int i;

	for (i = 0; i < NR_THREADS; i++) {
		vm_must(!pthread_create(&thread, NULL, hop, arg), "thread");
		pthread_join(thread, NULL);
	}
	return NULL;
}

/* Returns whether the thread has run vCPU 1, or no thread has run it yet. */
static bool is_hop(struct hops *hops, const struct pv_vcpu_info *info)
{
	int i;

	if (!(info->flags & PV_VCPU_HOST_TID))
		return !info->host_tid;
	for (i = 0; i < hops->nr; i++) {
		if (hops->tids[i] == info->host_tid)
			return true;
	}
	ksft_print_msg("thread %llu has not run the vCPU\n", info->host_tid);
	return false;
}

/* @nr: number of calls */
static bool asks(struct hops *hops, unsigned long *nr)
{
	struct vm *vm = &hops->shared->vm;
	const struct pv_vcpu_info *info = (void *)(vm->mem + INFO_OFFSET);
	struct vm_step step = {
		.op = VM_CALL, .value = PV_HC_VCPU_INFO, .addr = 1,
		.arg = VM_MEM_BASE + INFO_OFFSET,
	};

	vm_do(vm, 0, &step);
	++*nr;
	return !(__s32)step.value && is_hop(hops, info);
}

/* @backend: KVM_PV_*; @name: its name */
static void test_backend(__u32 backend, const char *name)
{
	struct hops hops = { };
	struct shared shared;
	struct kvm_pv_attach attach;
	unsigned long nr = 0;
	pthread_t thread;
	bool ok = true;
	int err;

	shared.pv = pv_open();
	vm_create(&shared.vm);
	attach = shared_attachment(&shared, NULL, backend);
	attach.flags |= KVM_PV_EXPOSE_TID;
	err = pv_attach(shared.pv, &attach);
	if (err == EOPNOTSUPP) {
		ksft_test_result_skip("%s: the host does not have this backend\n", name);
		ksft_test_result_skip("%s: the host does not have this backend\n", name);
		goto destroy_vm;
	}
	vm_must(!err, "KVM_PV_ATTACH");

	hops.shared = &shared;
	vm_must(!pthread_create(&thread, NULL, hop_on, &hops), "thread");
	while (hops.nr < NR_THREADS && ok)
		ok = asks(&hops, &nr);
	pthread_join(thread, NULL);
	ksft_test_result(ok, "%s: VCPU_INFO returns a thread of the vCPU in %lu calls\n", name, nr);
	ksft_test_result(asks(&hops, &nr) &&
			 pv_detach(shared.pv, attach.id) == 0,
			 "%s: a vCPU of %d threads is detached\n", name, NR_THREADS);
destroy_vm:
	vm_destroy(&shared.vm);
	close(shared.pv);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	test_backend(KVM_PV_RECORD, "record");
	test_backend(KVM_PV_UCLAMP, "uclamp");

	ksft_finished();
}
