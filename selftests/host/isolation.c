// SPDX-License-Identifier: GPL-2.0
/*
 * A VM in parallel with other VMs on the same host: its guest sends different requests until
 * the standard input ends.  It gets the requested frequency, and the host counts the requests
 * of this guest only, independent of the other VMs.
 */
#include <poll.h>

#include "shared.h"

#define NR_TESTS	4
#define PERIOD_MS	20

static const __u32 values[] = { MIN, MID, MAX };

/**
 * struct sum - expected counts of the host
 * @requests: by window
 * @reads: by window
 * @calls: hypercalls
 */
struct sum {
	__u64 requests[VM_NR_VCPUS];
	__u64 reads[VM_NR_VCPUS];
	__u64 calls;
};

static bool ended(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	return poll(&in, 1, PERIOD_MS) > 0 && read(STDIN_FILENO, &c, 1) <= 0;
}

static bool answered(struct shared *shared, int vcpu, struct sum *sum)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_QUERY, .addr = PV_QUERY_MAGIC };

	vm_do(&shared->vm, vcpu, &step);
	sum->calls++;
	return step.value == PV_MAGIC;
}

static bool right(struct shared *shared, int i, __u32 value, struct sum *sum)
{
	__u32 perf;

	shared_write(shared, i, PV_FREQ_SET_PERF, value);
	sum->requests[i]++;
	perf = shared_read(shared, i, PV_FREQ_CUR_PERF);
	sum->reads[i]++;
	if (perf != value)
		ksft_print_msg("CPU %d runs at %u, not at %u\n", i, perf, value);
	return perf == value && shared_is(shared, i, value, MAX);
}

static __u64 hypercalls(const struct shared *shared)
{
	struct kvm_pv_vm vms[64];
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = ARRAY_SIZE(vms), .vm_size = sizeof(*vms),
		.vms = PTR(vms),
	};
	__u32 i;

	vm_must(!ioctl(shared->pv, KVM_PV_LIST, &list), "KVM_PV_LIST");
	for (i = 0; i < list.nr && i < ARRAY_SIZE(vms); i++) {
		if (vms[i].id == shared->id)
			return vms[i].hypercalls;
	}
	ksft_exit_fail_msg("the VM is not attached\n");
}

static bool counted(const struct shared *shared, int i, __u32 value, const struct sum *sum)
{
	struct kvm_pv_cpu cpu = shared_stats(shared, i);
	bool as_is = cpu.requests == sum->requests[i] && cpu.reads == sum->reads[i] &&
		     cpu.request == value && cpu.perf == value && cpu.tid == getpid() &&
		     cpu.vcpu_id == i && !cpu.refused && !cpu.deferred;

	if (!as_is)
		ksft_print_msg("CPU %d: %llu requests, %llu reads, %llu refused, %llu deferred\n",
			       i, cpu.requests, cpu.reads, cpu.refused, cpu.deferred);
	return as_is && hypercalls(shared) == sum->calls;
}

int main(void)
{
	bool answers = true, counts = true, calls = true, kept = true;
	struct sum sum = { };
	struct shared shared;
	unsigned int n = 0;
	__u32 epoch;
	int i;

	ksft_print_header();
	ksft_set_plan(NR_TESTS);
	shared_create(&shared, NULL);
	epoch = shared_header(&shared)->epoch;

	while (!ended()) {
		__u32 value = values[n / VM_NR_VCPUS % ARRAY_SIZE(values)];

		i = n++ % VM_NR_VCPUS;
		answers &= right(&shared, i, value, &sum);
		calls &= answered(&shared, i, &sum);
		counts &= counted(&shared, i, value, &sum);
		kept &= shared_stats(&shared, i).record &&
			shared_get(&shared, i, SHARED_EPOCH) == epoch;
	}

	ksft_test_result(n && answers,
			 "all of %u requests are in effect in parallel with another VM\n", n);
	ksft_test_result(n && calls,
			 "all hypercalls return their result in parallel with another VM\n");
	ksft_test_result(n && counts, "the host counts the accesses of this VM only\n");
	ksft_test_result(n && kept,
			 "the shared pages of this VM stay in parallel with another VM\n");
	shared_destroy(&shared);
	ksft_finished();
}
