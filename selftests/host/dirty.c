// SPDX-License-Identifier: GPL-2.0
/*
 * The dirty log, or the dirty ring of the vCPU, reports the host's writes to shared memory for
 * the migration of a VM.  The ring must not overflow.
 *
 * needs: host check each-kernel
 */
#include "shared.h"

#define NR_TESTS	8

#define SLOT		2
#define SLOT_GPA	(VM_MEM_BASE + 0x200000ULL)

#define RING_SIZE	4096
#define RING_ENTRIES	(RING_SIZE / sizeof(struct kvm_dirty_gfn))

static char *slot(struct shared *shared)
{
	char *at = mmap(NULL, VM_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	vm_must(at != MAP_FAILED, "mmap");
	vm_map(&shared->vm, SLOT, KVM_MEM_LOG_DIRTY_PAGES, SLOT_GPA, at, VM_PAGE);
	return at;
}

/* Returns whether the page was written since the last call. */
static bool logged(struct shared *shared)
{
	__u64 bits = 0;
	struct kvm_dirty_log log = { .slot = SLOT, .dirty_bitmap = &bits };

	vm_must(!ioctl(shared->vm.fd, KVM_GET_DIRTY_LOG, &log), "KVM_GET_DIRTY_LOG");
	return bits & 1;
}

static void test_log(void)
{
	struct pv_freq_record *record;
	struct shared shared;

	shared_create(&shared, NULL);
	record = (void *)slot(&shared);
	vm_must(shared_on(&shared, 0) && shared_hooked(&shared), "hooks");
	ksft_test_result(!logged(&shared), "dirty log is clean before a record is switched on\n");
	ksft_test_result(shared_on_at(&shared, 1, SLOT_GPA) && logged(&shared),
			 "dirty log has the page when a record is switched on\n");
	shared_run(&shared, 1);
	ksft_test_result(!logged(&shared), "dirty log is clean while the record does not change\n");
	shared_write(&shared, 1, PV_FREQ_SET_PERF, MIN);
	ksft_test_result(logged(&shared), "dirty log has the page after a request\n");
	record->request = MID;
	shared_run(&shared, 1);
	shared_run(&shared, 1);
	ksft_test_result(record->cur_perf == MID && logged(&shared),
			 "dirty log has the page when the vCPU runs again\n");
	shared_destroy(&shared);
}

/* The vCPU is loaded and gets new caps, but never enters the guest. */
static void test_ring(void)
{
	struct pv_freq_record *record;
	struct shared shared;
	__u64 writes;
	size_t i;

	shared_create_with(&shared, NULL, RING_SIZE);
	record = (void *)slot(&shared);
	vm_must(shared_on(&shared, 0) && shared_hooked(&shared), "hooks");
	vm_must(shared_on_at(&shared, 1, SLOT_GPA), "on");
	writes = shared_stats(&shared, 1).writes;
	shared.vm.runs[1]->immediate_exit = 1;
	for (i = 0; i < 2 * RING_ENTRIES; i++) {
		pv_cap(shared.pv, shared.id, i % 2 ? MIN : MID);
		ioctl(shared.vm.vcpus[1], KVM_RUN, 0);
	}
	writes = shared_stats(&shared, 1).writes - writes;
	ksft_test_result(writes > 0 && writes < RING_ENTRIES,
			 "dirty ring stops writes before it is full: %llu of %zu\n", writes, i);
	ksft_test_result(shared_stats(&shared, 1).record && !(record->seq % 2),
			 "dirty ring: the record stays on while the ring is full\n");
	shared.vm.runs[1]->immediate_exit = 0;
	ioctl(shared.vm.vcpus[1], KVM_RUN, 0);
	ksft_test_result(shared.vm.runs[1]->exit_reason == KVM_EXIT_DIRTY_RING_FULL,
			 "dirty ring: a full ring exits to the VMM\n");
	shared_destroy(&shared);
}

int main(void)
{
	unsigned int i;

	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	test_log();
	if (vm_rings())
		test_ring();
	for (i = ksft_test_num(); i < NR_TESTS; i++)
		ksft_test_result_skip("dirty ring: this KVM has none\n");

	ksft_finished();
}
