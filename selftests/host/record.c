// SPDX-License-Identifier: GPL-2.0
/*
 * Shared records: their addresses, the values that the host writes and reads, and the removal
 * of their memory.
 *
 * needs: host check each-kernel
 */
#include "shared.h"

/* More than the number of failures after which the host drops a record */
#define NR_TRIES	1100

#define SLOT		2
#define SLOT_GPA	(VM_MEM_BASE + 0x200000ULL)

static const struct bad {
	const char *name;
	__u64 gpa;
} bads[] = {
	{ "an address inside a cache line", SHARED_GPA(0) + 4 },
	{ "an address at half of the alignment", SHARED_GPA(0) + PV_FREQ_RECORD_ALIGN / 2 },
	{ "an address after the memory", VM_MEM_BASE + VM_MEM_SIZE },
	{ "an address in read-only memory", VM_MEM_BASE + VM_RO_OFFSET },
	{ "an address in the device", VM_DEVICE },
	{ "an address beyond all memory", 1ULL << 51 },
	{ "the last address", -(__u64)PV_FREQ_RECORD_ALIGN },
};

#define NR_MORE		36

static const __u32 one_domain[VM_NR_VCPUS] = { 5, 5 };

static void test_bad(struct shared *shared)
{
	__u64 refused = shared_stats(shared, 0).refused;
	const struct bad *bad;

	for (bad = bads; bad < bads + ARRAY_SIZE(bads); bad++) {
		bool on = shared_on_at(shared, 0, bad->gpa);

		ksft_test_result(!on && shared_stats(shared, 0).refused == ++refused &&
				 !shared_stats(shared, 0).record,
				 "a record is not switched on at %s\n", bad->name);
	}
}

static bool all_are(const void *at, size_t size, char value)
{
	const char *c = at;

	while (size && *c == value) {
		c++;
		size--;
	}
	return !size;
}

static void test_written(struct shared *shared)
{
	struct pv_freq_record *record = shared_record(shared, 0);
	struct shared_half half;
	__u32 seq;

	memset(record, 0x5a, sizeof(*record));
	record->request = 0;
	ksft_test_result(shared_on(shared, 0) && shared_stats(shared, 0).record == 1,
			 "a record is switched on\n");
	half = shared_half(record);
	ksft_test_result(shared_is(shared, 0, MAX, MAX) && half.seq && !half.generation,
			 "a record is written when it is switched on\n");
	ksft_test_result(all_are(record->host_reserved, sizeof(record->host_reserved), 0),
			 "the host clears its reserved members of a record\n");
	ksft_test_result(!record->request &&
			 all_are(record->guest_reserved, sizeof(record->guest_reserved), 0x5a),
			 "the host does not write the guest's half of a record\n");

	ksft_test_result(shared_on(shared, 1), "the record of another CPU is switched on\n");
	shared_write(shared, 0, PV_FREQ_SET_PERF, MIN);
	ksft_test_result(shared_is(shared, 0, MIN, MAX) && shared_is(shared, 1, MIN, MAX),
			 "a request is written to all records of the domain\n");
	ksft_test_result(shared_half(record).seq == half.seq + 2, "a request is written once\n");
	seq = record->seq;
	shared_write(shared, 0, PV_FREQ_SET_PERF, MIN);
	ksft_test_result(record->seq == seq, "an equal request is not written again\n");
	ksft_test_result(shared_read(shared, 1, PV_FREQ_CUR_PERF) == MIN,
			 "the register cur_perf agrees with the records\n");
}

static void test_lazy(struct shared *shared)
{
	struct pv_freq_record *record = shared_record(shared, 0);
	struct kvm_pv_cpu before, after;

	ksft_test_result(shared_hooked(shared), "a request in shared memory is accepted\n");
	before = shared_stats(shared, 0);
	shared_run(shared, 0);
	after = shared_stats(shared, 0);
	ksft_test_result(after.lazy == before.lazy && before.lazy == 1,
			 "a request in shared memory is accepted once\n");

	record->request = MIN;
	shared_run(shared, 0);
	after = shared_stats(shared, 0);
	ksft_test_result(after.lazy == before.lazy + 1 && after.request == MIN &&
			 after.perf == MIN && after.requests == before.requests,
			 "a request in shared memory is accepted when the vCPU is preempted\n");
	shared_run(shared, 0);
	ksft_test_result(shared_is(shared, 0, MIN, MAX),
			 "a record is written when the vCPU runs again\n");
	shared_run(shared, 1);
	ksft_test_result(shared_is(shared, 1, MIN, MAX),
			 "the record of another vCPU is written when that vCPU runs\n");

	record->request = MAX;
	shared_run(shared, 0);
	record->request = 0;
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).request == MAX,
			 "0 in shared memory is not a request\n");
	record->request = UINT32_MAX;
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).perf == MAX,
			 "a request in shared memory beyond the table is limited\n");
	record->request = 1;
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).perf == MIN,
			 "a request in shared memory below the table is limited\n");
}

static void test_off(struct shared *shared)
{
	struct pv_freq_record *record = shared_record(shared, 0);
	struct kvm_pv_cpu before;
	__u32 seq;

	shared_write_from(shared, 1, 0, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_OFF);
	ksft_test_result(shared_read(shared, 0, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_OFF,
			 "a record can be switched off by another vCPU\n");
	before = shared_stats(shared, 0);
	seq = record->seq;
	record->request = MID;
	shared_run(shared, 0);
	shared_write(shared, 0, PV_FREQ_SET_PERF, MAX);
	ksft_test_result(record->seq == seq && shared_stats(shared, 0).lazy == before.lazy,
			 "a record that is off is not accessed\n");
	ksft_test_result(!before.dropped && before.drop_reason == KVM_PV_DROP_NONE,
			 "a record that is switched off is not counted as dropped\n");
	record->request = MAX;
	ksft_test_result(shared_on(shared, 0) && shared_is(shared, 0, MAX, MAX),
			 "a record is switched on again\n");

	shared_write_from(shared, 0, 1, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_ON);
	ksft_test_result(!shared_stats(shared, 0).record && shared_stats(shared, 1).record &&
			 shared_stats(shared, 0).drop_reason == KVM_PV_DROP_MOVED,
			 "a second record of a vCPU replaces the first one\n");

	shared_on(shared, 0);
	shared_on(shared, 1);
	pv_detach(shared->pv, shared->id);
	seq = record->seq;
	record->request = MIN;
	shared_run(shared, 0);
	ksft_test_result(record->seq == seq, "a record is not written after detach\n");
	shared_attach(shared, NULL);
	ksft_test_result(shared_read(shared, 0, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_OFF &&
			 shared_read(shared, 0, PV_FREQ_CUR_PERF) == MAX,
			 "a record is off after detach and attach\n");
}

static char *page(void)
{
	char *at = mmap(NULL, VM_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	vm_must(at != MAP_FAILED, "mmap");
	return at;
}

/* vCPU 0 accesses the window of CPU 1, which is in another domain and does not run. */
static void test_order(struct shared *shared)
{
	struct kvm_pv_cpu before, after;
	struct vm_step step = {
		.op = VM_READ32, .addr = VM_DEVICE + PV_FREQ_STRIDE + PV_FREQ_CUR_PERF,
	};

	shared_record(shared, 1)->request = 0;
	shared_on(shared, 1);
	shared_record(shared, 1)->request = MID;
	vm_do(&shared->vm, 0, &step);
	ksft_test_result(step.value == MID && shared_stats(shared, 1).lazy == 1,
			 "an access accepts a request in shared memory first\n");
	ksft_test_result(shared_is(shared, 1, MID, MAX),
			 "an access writes the record of the window\n");

	before = shared_stats(shared, 1);
	shared_record(shared, 1)->request = MAX;
	shared_write_from(shared, 0, 1, PV_FREQ_SET_PERF, MAX);
	after = shared_stats(shared, 1);
	ksft_test_result(after.lazy == before.lazy && after.requests == before.requests + 1 &&
			 shared_is(shared, 1, MAX, MAX),
			 "the same request in shared memory and set_perf counts once\n");
	shared_record(shared, 1)->request = MIN;
	shared_write_from(shared, 0, 1, PV_FREQ_SET_PERF, 0);
	ksft_test_result(shared_stats(shared, 1).request == MIN,
			 "a rejected request keeps that in shared memory\n");
}

/* Waits until the host drops the record; returns the reason. */
static __u32 dropped(struct shared *shared)
{
	__u64 before = shared_stats(shared, 1).dropped;
	int i;

	for (i = 0; i < NR_TRIES && shared_stats(shared, 1).record; i++)
		shared_run(shared, 1);
	return shared_stats(shared, 1).dropped == before + 1 ?
	       shared_stats(shared, 1).drop_reason : KVM_PV_DROP_NONE;
}

static void test_memory(struct shared *shared)
{
	char *old = page(), *new = page();

	vm_map(&shared->vm, SLOT, 0, SLOT_GPA, old, VM_PAGE);
	vm_must(shared_on_at(shared, 1, SLOT_GPA), "a record in a slot of its own");
	vm_must(shared_on(shared, 0) && shared_hooked(shared), "hooks");
	shared_write(shared, 1, PV_FREQ_SET_PERF, MAX);

	vm_map(&shared->vm, SLOT, 0, SLOT_GPA, old, 0);
	vm_map(&shared->vm, SLOT, 0, SLOT_GPA, new, VM_PAGE);
	memset(new, 0, VM_PAGE);
	shared_run(shared, 1);
	ksft_test_result(shared_half((void *)new).cur_perf == MAX,
			 "a record follows memory that is replaced\n");

	/* As after reclaim or page migration, the page is not in the page table. */
	madvise(new, VM_PAGE, MADV_DONTNEED);
	shared_write(shared, 1, PV_FREQ_SET_PERF, MIN);
	ksft_test_result(shared_half((void *)new).cur_perf == MIN,
			 "a record page that is swapped out is fetched\n");

	mprotect(new, VM_PAGE, PROT_NONE);
	ksft_test_result(dropped(shared) == KVM_PV_DROP_FAULT,
			 "a record in a page without access is dropped\n");
	mprotect(new, VM_PAGE, PROT_READ | PROT_WRITE);
	ksft_test_result(shared_read(shared, 1, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_OFF,
			 "record_ctl reads off after a record is dropped\n");

	ksft_test_result(shared_on_at(shared, 1, SLOT_GPA),
			 "a record is switched on when its page is accessible again\n");
	vm_map(&shared->vm, SLOT, 0, SLOT_GPA, new, 0);
	ksft_test_result(dropped(shared) == KVM_PV_DROP_MEMORY,
			 "a record in removed memory is dropped\n");

	vm_map(&shared->vm, SLOT, 0, SLOT_GPA, new, VM_PAGE);
	vm_must(shared_on_at(shared, 1, SLOT_GPA), "on");
	vm_map(&shared->vm, SLOT, 0, SLOT_GPA, new, 0);
	vm_map(&shared->vm, SLOT, KVM_MEM_READONLY, SLOT_GPA, new, VM_PAGE);
	ksft_test_result(dropped(shared) == KVM_PV_DROP_MEMORY,
			 "a record in memory that becomes read-only is dropped\n");
	ksft_test_result(shared_stats(shared, 0).record,
			 "dropping a record keeps the record of another CPU\n");
	munmap(old, VM_PAGE);
}

int main(void)
{
	struct shared shared;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(bads) + NR_MORE);
	shared_create(&shared, one_domain);

	test_bad(&shared);
	test_written(&shared);
	test_lazy(&shared);
	test_off(&shared);
	test_order(&shared);
	test_memory(&shared);

	shared_destroy(&shared);
	ksft_finished();
}
