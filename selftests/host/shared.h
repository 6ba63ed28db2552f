/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VM with the device and with memory that it shares with the host.
 */
#ifndef _SELFTESTS_HOST_SHARED_H
#define _SELFTESTS_HOST_SHARED_H

#include <stdatomic.h>

#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

#include "kvm_pv.h"
#include "vm.h"

#define MIN	600000
#define MID	1200000
#define MAX	1800000

/* In memory after the code of the guest */
#define SHARED_OFFSET	0x4000
#define SHARED_GPA(i)	(VM_MEM_BASE + SHARED_OFFSET + (i) * PV_FREQ_RECORD_ALIGN)

/**
 * struct shared - a VM with shared memory
 * @vm: the VM
 * @pv: /dev/kvm_pv
 * @id: handle
 */
struct shared {
	struct vm vm;
	int pv;
	__u32 id;
};

static inline struct pv_freq_record *shared_record(const struct shared *shared, int i)
{
	return (void *)(shared->vm.mem + SHARED_OFFSET + i * PV_FREQ_RECORD_ALIGN);
}

static inline struct kvm_pv_attach shared_attachment(const struct shared *shared,
						     const __u32 *domains, __u32 backend)
{
	static const __u32 table[] = { MIN, MID, MAX };

	return (struct kvm_pv_attach) {
		.vm_fd		= shared->vm.fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
		.domains	= PTR(domains),
		.backend	= backend,
	};
}

static inline void shared_attach_as(struct shared *shared, struct kvm_pv_attach *attach)
{
	vm_must(!pv_attach(shared->pv, attach), "KVM_PV_ATTACH");
	shared->id = attach->id;
}

static inline void shared_attach_table(struct shared *shared, const __u32 *table, __u32 nr)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

	attach.perf = PTR(table);
	attach.nr_perf = nr;
	shared_attach_as(shared, &attach);
}

static inline void shared_attach_to(struct shared *shared, const __u32 *domains, __u32 backend)
{
	struct kvm_pv_attach attach = shared_attachment(shared, domains, backend);

	shared_attach_as(shared, &attach);
}

static inline void shared_attach(struct shared *shared, const __u32 *domains)
{
	shared_attach_to(shared, domains, KVM_PV_RECORD);
}

/* The saved state of a VM */
struct shared_saved {
	struct kvm_pv_save save;
	struct kvm_pv_state states[VM_NR_VCPUS];
};

static inline void shared_save(const struct shared *shared, struct shared_saved *saved)
{
	memset(saved, 0xff, sizeof(*saved));
	saved->save = (struct kvm_pv_save) { .id = shared->id };
	vm_must(!pv_save(shared->pv, &saved->save, saved->states, VM_NR_VCPUS), "KVM_PV_SAVE");
}

/* Returns 0, or an errno. */
static inline int shared_restore_to(struct shared *shared, const __u32 *domains, __u32 backend,
				    const struct shared_saved *saved)
{
	struct kvm_pv_attach attach = shared_attachment(shared, domains, backend);
	int err;

	attach.states = PTR(saved->states);
	attach.state_size = sizeof(saved->states[0]);
	attach.ceiling = saved->save.ceiling;
	attach.generation = saved->save.generation;
	err = pv_attach(shared->pv, &attach);
	shared->id = attach.id;
	return err;
}

static inline int shared_restore(struct shared *shared, const __u32 *domains,
				 const struct shared_saved *saved)
{
	return shared_restore_to(shared, domains, KVM_PV_RECORD, saved);
}

/* @domains: NULL: each CPU has a domain of its own */
static inline void shared_create_with(struct shared *shared, const __u32 *domains, __u32 ring)
{
	shared->pv = pv_open();
	vm_create_with(&shared->vm, ring);
	shared_attach(shared, domains);
}

static inline void shared_create(struct shared *shared, const __u32 *domains)
{
	shared_create_with(shared, domains, 0);
}

static inline void shared_destroy(struct shared *shared)
{
	pv_detach(shared->pv, shared->id);
	vm_destroy(&shared->vm);
	close(shared->pv);
}

static inline __u32 shared_read(struct shared *shared, int window, __u32 reg)
{
	struct vm_step step = {
		.op = VM_READ32, .addr = VM_DEVICE + window * PV_FREQ_STRIDE + reg,
	};

	vm_do(&shared->vm, window, &step);
	return step.value;
}

/* The vCPU and the window may be of different CPUs. */
static inline void shared_write_from(struct shared *shared, int vcpu, int window, __u32 reg,
				     __u32 value)
{
	struct vm_step step = {
		.op = VM_WRITE32, .addr = VM_DEVICE + window * PV_FREQ_STRIDE + reg,
		.value = value,
	};

	vm_do(&shared->vm, vcpu, &step);
}

static inline void shared_write(struct shared *shared, int window, __u32 reg, __u32 value)
{
	shared_write_from(shared, window, window, reg, value);
}

/* Switches a record on; returns whether the host uses it. */
static inline bool shared_on_at(struct shared *shared, int window, __u64 gpa)
{
	shared_write(shared, window, PV_FREQ_RECORD_LO, gpa);
	shared_write(shared, window, PV_FREQ_RECORD_HI, gpa >> 32);
	shared_write(shared, window, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_ON);
	return shared_read(shared, window, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_ON;
}

static inline bool shared_on(struct shared *shared, int window)
{
	return shared_on_at(shared, window, SHARED_GPA(window));
}

/* The vCPU is loaded and put, without an access to a register. */
static inline void shared_run(struct shared *shared, int vcpu)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP };

	vm_do(&shared->vm, vcpu, &step);
}

static inline struct kvm_pv_cpu shared_stats(const struct shared *shared, int window)
{
	struct kvm_pv_cpu cpus[VM_NR_VCPUS];

	vm_must(!pv_stats(shared->pv, shared->id, cpus, VM_NR_VCPUS), "KVM_PV_STATS");
	return cpus[window];
}

/*
 * kvm_pv sets its hooks asynchronously after the first record.  Returns true when it accepts
 * the request MID from shared memory of CPU 0.
 */
static inline bool shared_hooked(struct shared *shared)
{
	int i;

	shared_record(shared, 0)->request = MID;
	for (i = 0; i < 500 && shared_stats(shared, 0).request != MID; i++) {
		shared_run(shared, 0);
		usleep(10000);
	}
	return shared_stats(shared, 0).request == MID;
}

/* The host's half of a record */
struct shared_half {
	__u32 seq;
	__u32 cur_perf;
	__u32 ceiling;
	__u32 generation;
};

/* Reads the host's half as a guest does. */
static inline struct shared_half shared_half(const struct pv_freq_record *record)
{
	struct shared_half half;

	do {
		half.seq = __atomic_load_n(&record->seq, __ATOMIC_ACQUIRE);
		half.cur_perf = __atomic_load_n(&record->cur_perf, __ATOMIC_RELAXED);
		half.ceiling = __atomic_load_n(&record->ceiling, __ATOMIC_RELAXED);
		half.generation = __atomic_load_n(&record->generation, __ATOMIC_RELAXED);
		atomic_thread_fence(memory_order_acquire);
	} while (half.seq % 2 || half.seq != __atomic_load_n(&record->seq, __ATOMIC_RELAXED));

	return half;
}

static inline bool shared_is(const struct shared *shared, int i, __u32 cur_perf, __u32 ceiling)
{
	struct shared_half half = shared_half(shared_record(shared, i));

	if (half.cur_perf == cur_perf && half.ceiling == ceiling)
		return true;

	ksft_print_msg("record %d: %u of %u, not %u of %u\n", i, half.cur_perf, half.ceiling,
		       cur_perf, ceiling);
	return false;
}

#endif /* _SELFTESTS_HOST_SHARED_H */
