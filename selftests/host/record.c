// SPDX-License-Identifier: GPL-2.0
/*
 * Records of CPUs in shared pages: the values that the host writes, the requests that it reads,
 * and the vCPU that uses a record.
 *
 * needs: host check each-kernel
 */
#include "shared.h"

#define NR_TESTS	28
#define NR_SCRIBBLES	200

static const __u32 one_domain[VM_NR_VCPUS] = { 5, 5 };

static void test_written(struct shared *shared)
{
	ksft_test_result(shared_is(shared, 0, MAX, MAX) && shared_is(shared, 1, MAX, MAX),
			 "records have values before the first request\n");
	ksft_test_result(!shared_stats(shared, 0).record && !shared_stats(shared, 1).record,
			 "stats report no vCPU with a record before the first request\n");

	shared_request(shared, 0, MIN);
	ksft_test_result(shared_is(shared, 0, MIN, MAX) && shared_is(shared, 1, MIN, MAX),
			 "a request is written to all records of the domain\n");
	ksft_test_result(shared_get(shared, 1, SHARED_CUR_PERF(1)) == MIN &&
			 shared_read(shared, 1, PV_FREQ_CUR_PERF) == MIN,
			 "the guest reads the same value in the record and in the register\n");
	ksft_test_result(shared_stats(shared, 0).record && !shared_stats(shared, 1).record,
			 "stats report the record of the vCPU that has sent a request\n");
	ksft_test_result(shared_record(shared, 0)->request == MIN &&
			 shared_record(shared, 1)->request == MIN,
			 "the host does not write the guest's half of a record\n");
}

static void test_lazy(struct shared *shared)
{
	struct kvm_pv_cpu before, after;

	ksft_test_result(shared_hooked(shared), "a request in the record is accepted\n");
	before = shared_stats(shared, 0);
	shared_run(shared, 0);
	after = shared_stats(shared, 0);
	/* A vCPU that is put between its writes of record and register adds one. */
	ksft_test_result(after.deferred == before.deferred && before.deferred,
			 "a request in the record is accepted once\n");

	shared_post(shared, 0, MIN);
	shared_run(shared, 0);
	after = shared_stats(shared, 0);
	ksft_test_result(after.deferred == before.deferred + 1 && after.request == MIN &&
			 after.perf == MIN && after.requests == before.requests,
			 "a request in the record is accepted when the vCPU is put\n");
	shared_run(shared, 0);
	ksft_test_result(shared_is(shared, 0, MIN, MAX),
			 "a record is written when the vCPU runs again\n");
	shared_request(shared, 1, MAX);
	shared_post(shared, 1, MIN);
	shared_run(shared, 0);
	shared_run(shared, 1);
	ksft_test_result(shared_is(shared, 1, MIN, MAX),
			 "the record of another vCPU is written when that vCPU runs\n");

	shared_post(shared, 0, MAX);
	shared_run(shared, 0);
	shared_post(shared, 0, 0);
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).request == MAX,
			 "0 in the record is not a request\n");
	shared_post(shared, 0, UINT32_MAX);
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).perf == MAX,
			 "a request in the record beyond the table is limited\n");
	shared_post(shared, 0, 1);
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).perf == MIN,
			 "a request in the record below the table is limited\n");
}

/* Each CPU has a domain of its own. */
static void test_order(struct shared *shared)
{
	struct kvm_pv_cpu before, after;

	shared_request(shared, 0, MAX);
	shared_request(shared, 1, MAX);
	before = shared_stats(shared, 1);
	shared_post(shared, 1, MID);
	ksft_test_result(shared_read(shared, 1, PV_FREQ_CUR_PERF) == MID &&
			 shared_stats(shared, 1).deferred == before.deferred + 1 &&
			 shared_is(shared, 1, MID, MAX),
			 "an access to the device accepts the request in the record first\n");

	shared_request(shared, 1, MAX);
	before = shared_stats(shared, 1);
	shared_run(shared, 1);
	shared_read(shared, 1, PV_FREQ_CUR_PERF);
	after = shared_stats(shared, 1);
	ksft_test_result(after.deferred == before.deferred && after.requests == before.requests &&
			 shared_is(shared, 1, MAX, MAX),
			 "a request in the record that set_perf has sent is no other request\n");
	shared_post(shared, 1, MIN);
	shared_write(shared, 1, PV_FREQ_SET_PERF, 0);
	ksft_test_result(shared_stats(shared, 1).request == MIN,
			 "a rejected request keeps that in the record\n");
	ksft_test_result(shared_is(shared, 0, MAX, MAX) && shared_stats(shared, 0).request == MAX,
			 "a request does not change another domain\n");
}

/* As in a crash kernel that was started by vCPU 1: its CPU 0 is vCPU 1. */
static void test_bind(struct shared *shared)
{
	struct kvm_pv_cpu stats;

	shared_request(shared, 0, MAX);
	shared_request_from(shared, 1, 0, MID);
	stats = shared_stats(shared, 0);
	ksft_test_result(stats.vcpu_id == 1 && stats.request == MID &&
			 shared_is(shared, 0, MID, MAX),
			 "set_perf makes another vCPU the CPU of the frame\n");
	shared_post(shared, 0, MIN);
	shared_run(shared, 1);
	stats = shared_stats(shared, 0);
	ksft_test_result(stats.vcpu_id == 1 && stats.request == MIN,
			 "the new vCPU of a frame posts requests in its record\n");
	shared_post(shared, 1, MID);
	shared_run(shared, 1);
	ksft_test_result(shared_stats(shared, 1).request != MID,
			 "a vCPU does not use the record of its previous frame\n");

	shared_request_from(shared, 0, 1, MAX);
	ksft_test_result(shared_stats(shared, 1).vcpu_id == 0 &&
			 shared_stats(shared, 0).vcpu_id == 1, "two vCPUs can exchange frames\n");
	shared_post(shared, 1, MIN);
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 1).request == MIN,
			 "a vCPU uses the record of its new frame\n");

	/* As after a reset.  Frame 0 was used by vCPU 0 before vCPU 1 did. */
	shared_request(shared, 0, MAX);
	shared_request(shared, 1, MAX);
	shared_request_from(shared, 1, 0, MAX);
	shared_request(shared, 1, MID);
	shared_post(shared, 1, MIN);
	shared_run(shared, 1);
	ksft_test_result(shared_stats(shared, 1).request == MIN,
			 "a vCPU that returns to its first frame uses its record\n");
	shared_request(shared, 0, MAX);
	shared_post(shared, 0, MID);
	shared_run(shared, 1);
	ksft_test_result(shared_stats(shared, 0).request == MAX,
			 "a vCPU that returns to its first frame leaves the other record\n");
}

static void scribble(struct shared *shared, unsigned int *seed)
{
	__u32 *words = (__u32 *)shared->pages;
	size_t i;

	for (i = 0; i < SHARED_RECORD(VM_NR_VCPUS) / sizeof(*words); i++)
		words[i] = rand_r(seed) * 3u;
}

/* The guest can write to all of the pages, and to the header. */
static void test_scribbled(struct shared *shared)
{
	unsigned int seed = 1, i;
	bool sane = true;

	for (i = 0; i < NR_SCRIBBLES; i++) {
		struct kvm_pv_cpu stats;

		scribble(shared, &seed);
		shared_run(shared, i % VM_NR_VCPUS);
		stats = shared_stats(shared, i % VM_NR_VCPUS);
		sane &= stats.perf >= MIN && stats.perf <= MAX && stats.request &&
			stats.domain == i % VM_NR_VCPUS && stats.vcpu_id == i % VM_NR_VCPUS;
	}
	ksft_test_result(sane, "statistics are valid while the guest writes random data\n");

	memset(shared->pages, 0xff, SHARED_SIZE);
	shared_run(shared, 0);
	shared_write(shared, 0, PV_FREQ_SET_PERF, MID);
	ksft_test_result(!pv_cap(shared->pv, shared->id, MIN) &&
			 shared_read(shared, 0, PV_FREQ_CUR_PERF) == MIN &&
			 shared_is(shared, 0, MIN, MIN) && !pv_cap(shared->pv, shared->id, 0),
			 "caps are written to pages that the guest has overwritten\n");
	shared_run(shared, 0);
	shared_record(shared, 0)->cur_perf = 77;
	shared_run(shared, 0);
	ksft_test_result(shared_cur_perf(shared, 0) == MAX,
			 "cur_perf that the guest has overwritten is written again\n");
}

int main(void)
{
	struct shared shared;

	ksft_print_header();
	ksft_set_plan(NR_TESTS);
	shared_create(&shared, one_domain);
	test_written(&shared);
	test_lazy(&shared);
	shared_destroy(&shared);

	shared_create(&shared, NULL);
	vm_must(shared_hooked(&shared), "a record with hooks");
	test_order(&shared);
	test_bind(&shared);
	test_scribbled(&shared);
	shared_destroy(&shared);

	ksft_finished();
}
