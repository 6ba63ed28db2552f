// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a VM are saved, and restored in the same VM and in another VM.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <stddef.h>

#include "shared.h"

#define NR_TESTS	35
#define NR_SAVES	300
#define BEYOND		0xfedcba98

static const __u32 one_domain[VM_NR_VCPUS] = { 0, 0 };

static void test_new(void)
{
	struct shared_saved saved;
	struct shared shared;
	int i;

	shared_create(&shared, NULL);
	shared_save(&shared, &saved);
	ksft_test_result(saved.save.nr == VM_NR_VCPUS && !saved.save.ceiling &&
			 !saved.save.generation, "state of a new VM has no cap\n");
	for (i = 0; i < VM_NR_VCPUS; i++) {
		const struct kvm_pv_state *state = &saved.states[i];

		ksft_test_result(!state->record && !state->sel && !state->request &&
				 state->vcpu_id == KVM_PV_NO_VCPU &&
				 state->record_vcpu_id == KVM_PV_NO_VCPU,
				 "state of a new VM has initial registers of CPU %d\n", i);
	}
	pv_detach(shared.pv, shared.id);
	ksft_test_result(!shared_restore(&shared, NULL, &saved) &&
			 shared_read(&shared, 0, PV_FREQ_CUR_PERF) == MAX &&
			 shared_stats(&shared, 0).vcpu_id == KVM_PV_NO_VCPU,
			 "state of a new VM is restored\n");
	shared_destroy(&shared);
}

/* Registers with values that a driver writes, and with others */
static void fill(struct shared *shared)
{
	vm_must(shared_on(shared, 0) && shared_hooked(shared), "a record with hooks");
	shared_write(shared, 0, PV_FREQ_PERFTBL_SEL, 1);
	shared_write(shared, 1, PV_FREQ_PERFTBL_SEL, BEYOND);
	shared_write(shared, 1, PV_FREQ_RECORD_LO, 4);
	shared_write(shared, 1, PV_FREQ_RECORD_HI, 5);
	shared_write_from(shared, 0, 1, PV_FREQ_SET_PERF, BEYOND);
	vm_must(!pv_cap(shared->pv, shared->id, MID + 1), "KVM_PV_CAP");
}

static bool is_filled(const struct shared_saved *saved)
{
	const struct kvm_pv_state filled[VM_NR_VCPUS] = {
		{ .record = SHARED_GPA(0), .sel = 1, .request = MID, },
		{
			.record = 0x500000004, .sel = BEYOND, .request = BEYOND,
			.record_vcpu_id = KVM_PV_NO_VCPU,
		},
	};

	return !memcmp(saved->states, filled, sizeof(filled)) &&
	       saved->save.ceiling == MID + 1 && saved->save.generation == 1;
}

static bool has_filled(struct shared *shared)
{
	return shared_read(shared, 0, PV_FREQ_PERFTBL_SEL) == 1 &&
	       shared_read(shared, 0, PV_FREQ_PERFTBL_RD) == MID &&
	       shared_read(shared, 0, PV_FREQ_CUR_PERF) == MID &&
	       shared_read(shared, 0, PV_FREQ_RECORD_LO) == SHARED_GPA(0) &&
	       shared_read(shared, 0, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_ON &&
	       shared_read(shared, 1, PV_FREQ_PERFTBL_SEL) == BEYOND &&
	       shared_read(shared, 1, PV_FREQ_PERFTBL_RD) == 0 &&
	       shared_read(shared, 1, PV_FREQ_CUR_PERF) == MID + 1 &&
	       shared_read(shared, 1, PV_FREQ_RECORD_LO) == 4 &&
	       shared_read(shared, 1, PV_FREQ_RECORD_HI) == 5 &&
	       shared_read(shared, 1, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_OFF;
}

/* To the host the second VM is that of another process. */
static void test_moved(void)
{
	struct shared_saved saved, again;
	struct shared here, there;
	struct kvm_pv_cpu stats;

	shared_create(&here, NULL);
	fill(&here);
	shared_save(&here, &saved);
	ksft_test_result(is_filled(&saved), "save returns all registers\n");
	ksft_test_result(shared_restore(&here, NULL, &saved) == EEXIST,
			 "restore rejects a VM that is attached\n");
	pv_detach(here.pv, here.id);

	there.pv = pv_open();
	vm_create(&there.vm);
	memcpy(there.vm.mem, here.vm.mem, VM_MEM_SIZE);
	vm_destroy(&here.vm);
	close(here.pv);

	ksft_test_result(!shared_restore(&there, NULL, &saved),
			 "another VM is attached with the saved state\n");
	stats = shared_stats(&there, 0);
	ksft_test_result(stats.request == MID && !stats.vcpu_id && stats.record &&
			 !stats.requests && !stats.lazy && !stats.dropped,
			 "stats of a restored VM have the last request and new counts\n");
	shared_save(&there, &again);
	ksft_test_result(is_filled(&again), "a restored VM has the same state when it is saved\n");
	ksft_test_result(has_filled(&there), "the guest of a restored VM reads all registers\n");
	shared_destroy(&there);
}

static struct pv_freq_record *write_half(struct shared *shared, int i, __u32 seq)
{
	struct pv_freq_record *record = shared_record(shared, i);

	memset(record, 0, offsetof(struct pv_freq_record, request));
	record->seq = seq;
	return record;
}

static void test_record(void)
{
	static const __u32 seqs[][2] = { { 1000, 1002 }, { 1001, 1002 }, { UINT32_MAX, 0 } };
	struct pv_freq_record *record;
	struct shared_saved saved;
	struct kvm_pv_cpu stats;
	struct shared shared;
	int i;

	shared_create(&shared, NULL);
	fill(&shared);
	shared_save(&shared, &saved);

	for (i = 0; i < ARRAY_SIZE(seqs); i++) {
		pv_detach(shared.pv, shared.id);
		record = write_half(&shared, 0, seqs[i][0]);
		vm_must(!shared_restore(&shared, NULL, &saved), "restore");
		ksft_test_result(record->seq == seqs[i][0] && !record->cur_perf,
				 "restore from count %u writes no record before the vCPU runs\n",
				 seqs[i][0]);
		shared_run(&shared, 0);
		ksft_test_result(shared_is(&shared, 0, MID, MID + 1) && record->generation == 1,
				 "restore from count %u writes the record when the vCPU runs\n",
				 seqs[i][0]);
		ksft_test_result(record->seq == seqs[i][1],
				 "restore from count %u writes an even count\n", seqs[i][0]);
	}

	pv_cap(shared.pv, shared.id, 0);
	shared_run(&shared, 0);
	ksft_test_result(shared_is(&shared, 0, MID, MAX) && record->generation == 2,
			 "a new cap has the next generation after restore\n");

	pv_detach(shared.pv, shared.id);
	record->request = MIN;
	vm_must(!shared_restore(&shared, NULL, &saved), "restore");
	shared_run(&shared, 0);
	stats = shared_stats(&shared, 0);
	ksft_test_result(stats.request == MIN && stats.lazy == 1 && !stats.reads,
			 "restore accepts a request that is in shared memory\n");

	pv_detach(shared.pv, shared.id);
	write_half(&shared, 0, 0)->request = MID;
	vm_must(!shared_restore(&shared, NULL, &saved), "restore");
	shared_read(&shared, 1, PV_FREQ_CUR_PERF);
	shared_write_from(&shared, 1, 0, PV_FREQ_SET_PERF, MID);
	ksft_test_result(shared_is(&shared, 0, MID, MID + 1),
			 "another vCPU writes a restored record\n");

	shared_write(&shared, 0, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_OFF);
	shared_save(&shared, &saved);
	ksft_test_result(saved.states[0].record == SHARED_GPA(0) &&
			 saved.states[0].record_vcpu_id == KVM_PV_NO_VCPU,
			 "a restored record can be switched off\n");
	ksft_test_result(shared_on(&shared, 0), "a restored record can be switched on again\n");
	shared_destroy(&shared);
}

/* vCPU 1 uses window 0, and vCPU 0 uses window 1. */
static void test_crossed(void)
{
	struct shared_saved saved;
	struct shared shared;
	int i;

	shared_create(&shared, one_domain);
	for (i = 0; i < VM_NR_VCPUS; i++) {
		shared_write(&shared, i, PV_FREQ_RECORD_LO, SHARED_GPA(i));
		shared_write_from(&shared, 1 - i, i, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_ON);
	}
	shared_write(&shared, 1, PV_FREQ_SET_PERF, MID);
	shared_save(&shared, &saved);
	ksft_test_result(saved.states[0].record_vcpu_id == 1 && !saved.states[1].record_vcpu_id,
			 "save returns the vCPU of a record of another window\n");
	ksft_test_result(saved.states[0].vcpu_id == 1 && saved.states[0].request == MID,
			 "save returns a request for all windows of the domain\n");

	pv_detach(shared.pv, shared.id);
	memset(shared_record(&shared, 0), 0, VM_NR_VCPUS * PV_FREQ_RECORD_ALIGN);
	vm_must(!shared_restore(&shared, one_domain, &saved), "restore");
	shared_run(&shared, 1);
	ksft_test_result(shared_is(&shared, 0, MID, MAX) && !shared_record(&shared, 1)->seq,
			 "restore keeps the vCPU of a record of another window\n");
	shared_destroy(&shared);
}

static bool dropped(struct shared *shared, const struct shared_saved *saved, __u32 reason)
{
	struct kvm_pv_cpu stats;
	bool is;

	if (shared_restore(shared, NULL, saved))
		return false;

	stats = shared_stats(shared, 0);
	is = !stats.record && stats.dropped == 1 && stats.drop_reason == reason &&
	     stats.request == MID && has_filled(shared) == !reason;
	pv_detach(shared->pv, shared->id);
	return is;
}

static void test_dropped(void)
{
	struct shared_saved saved, bad;
	struct shared shared;

	shared_create(&shared, NULL);
	fill(&shared);
	shared_save(&shared, &saved);
	pv_detach(shared.pv, shared.id);

	bad = saved;
	bad.states[0].record = VM_MEM_BASE + VM_MEM_SIZE;
	ksft_test_result(dropped(&shared, &bad, KVM_PV_DROP_MEMORY),
			 "restore drops a record without memory\n");
	bad.states[0].record = VM_MEM_BASE + VM_RO_OFFSET;
	ksft_test_result(dropped(&shared, &bad, KVM_PV_DROP_MEMORY),
			 "restore drops a record in read-only memory\n");
	bad.states[0].record = -(__u64)PV_FREQ_RECORD_ALIGN;
	ksft_test_result(dropped(&shared, &bad, KVM_PV_DROP_MEMORY),
			 "restore drops a record at the last address\n");
	bad = saved;
	bad.states[0].record_vcpu_id = 77;
	ksft_test_result(dropped(&shared, &bad, KVM_PV_DROP_VCPU),
			 "restore drops a record of a vCPU that does not exist\n");
	bad.states[0].record_vcpu_id = 0x80000000;
	ksft_test_result(dropped(&shared, &bad, KVM_PV_DROP_VCPU),
			 "restore drops a record of an invalid vCPU id\n");

	bad = saved;
	bad.states[0].vcpu_id = 77;
	ksft_test_result(!shared_restore(&shared, NULL, &bad) &&
			 shared_stats(&shared, 0).vcpu_id == KVM_PV_NO_VCPU && has_filled(&shared),
			 "restore accepts a request of a vCPU that does not exist\n");
	shared_destroy(&shared);
}

static atomic_bool stop;

/* Changes of registers that a guest can make at any time */
static void *restless(void *arg)
{
	struct shared *shared = arg;
	int i;

	for (i = 1; !stop; i++) {
		shared_write_from(shared, 0, i % 2, PV_FREQ_RECORD_LO, SHARED_GPA(i % 2));
		shared_write_from(shared, 0, i % 2, PV_FREQ_RECORD_CTL, i % 7 != 0);
		shared_write_from(shared, 0, i / 2 % 2, PV_FREQ_SET_PERF, i);
	}
	return NULL;
}

/* The saved state is valid at any moment. */
static void test_running(void)
{
	struct shared here, there;
	struct shared_saved saved;
	pthread_t thread;
	int i, err = 0;
	__u32 moves = 0;

	shared_create(&here, one_domain);
	there.pv = pv_open();
	vm_create(&there.vm);
	vm_must(!pthread_create(&thread, NULL, restless, &here), "thread");
	for (i = 0; i < NR_SAVES && !err; i++) {
		shared_save(&here, &saved);
		moves += saved.states[i % 2].record_vcpu_id != KVM_PV_NO_VCPU;
		err = shared_restore(&there, one_domain, &saved);
		if (!err)
			err = pv_detach(there.pv, there.id);
	}
	stop = true;
	pthread_join(thread, NULL);
	ksft_test_result(!err,
			 "%d states saved while the guest runs are valid: %s\n", i, strerror(err));
	ksft_test_result(moves && moves < NR_SAVES,
			 "records are on and off in states saved while the guest runs\n");
	shared_destroy(&here);
	vm_destroy(&there.vm);
	close(there.pv);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	test_new();
	test_moved();
	test_record();
	test_crossed();
	test_dropped();
	test_running();

	ksft_finished();
}
