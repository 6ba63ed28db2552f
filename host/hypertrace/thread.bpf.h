/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of each thread that runs a vCPU.
 *
 * No map: a place is found by the low bits of the thread's number, which the threads of
 * a VM have next to each other, so nearly always at once.  Those of two VMs may lie upon
 * each other; so where the first place is taken a hash says where the others are, or whole
 * rows of neighbours would be full.  A thread that ends frees its place.
 */
#ifndef _HYPERTRACE_THREAD_BPF_H
#define _HYPERTRACE_THREAD_BPF_H

#include "state.h"
#include "vcpu.bpf.h"

/* 2^32 divided by the golden ratio, of which the upper bits are a place */
#define THREAD_HASH	0x9E3779B1U
#define THREAD_SHIFT	20
#if STATE_THREADS != 1 << (32 - THREAD_SHIFT)
#error each place is a hash
#endif

/*
 * What the user wants is set before the programs are loaded, and is constant to the
 * verifier, but not to the compiler.
 */
struct state_options options SEC(".rodata.options");

struct state_thread threads[STATE_THREADS];
struct state_lost lost;
__u32 serials;

static __always_inline struct state_thread *thread_place(__u64 id, int probe)
{
	__u32 place = probe ? ((__u32)id * THREAD_HASH >> THREAD_SHIFT) + probe : id;

	return &threads[place & (STATE_THREADS - 1)];
}

/* Threads of other processes need no entry, and are not counted as lost. */
static __always_inline bool thread_wanted(__u64 id)
{
	return !options.pid || id >> 32 == options.pid;
}

static __noinline struct state_thread *thread_search(__u64 id)
{
	struct state_thread *t;
	int i;

	if (!thread_wanted(id))
		return NULL;
#pragma unroll
	for (i = 0; i < STATE_PROBES; i++) {
		t = thread_place(id, i);
		if (t->id == id)
			return t;
	}
	return NULL;
}

/* The thread that runs, NULL: it is not known */
static __always_inline struct state_thread *thread_current(void)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct state_thread *t = thread_place(id, 0);

	return t->id == id ? t : thread_search(id);
}

static __noinline struct state_thread *thread_claim(void)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct state_thread *t;
	int i;

	if (!thread_wanted(id))
		return NULL;
#pragma unroll
	for (i = 0; i < STATE_PROBES; i++) {
		t = thread_place(id, i);
		if (!t->id && !__sync_val_compare_and_swap(&t->id, 0, id)) {
			t->serial = __sync_fetch_and_add(&serials, 1) + 1;
			t->vcpu_id = STATE_NO_VCPU;
			return t;
		}
	}
	__sync_fetch_and_add(&lost.threads, 1);
	return NULL;
}

/* The thread that runs, NULL: it is not wanted, or has no place, which is counted */
static __always_inline struct state_thread *thread_get(void)
{
	struct state_thread *t = thread_current();

	return t ? : thread_claim();
}

/* A thread may run another vCPU than before. */
static __always_inline void thread_runs(struct state_thread *t, struct kvm_vcpu *vcpu, bool direct)
{
	if (t->vcpu == (__u64)vcpu)
		return;
	t->vcpu = (__u64)vcpu;
	t->vcpu_id = vcpu_id(vcpu, direct);
	t->histogram = STATE_UNKNOWN;
}

SEC("raw_tp/sched_process_exit")
int thread_ends(void *ctx)
{
	struct state_thread *t = thread_current();

	if (!t)
		return 0;
	t->vcpu = 0;
	t->start = 0;
	t->exit = 0;
	t->handler = 0;
	t->user_start = 0;
	t->user = 0;
	t->histogram = STATE_UNKNOWN;
	t->numbers = 0;
	t->announced = 0;
	t->called = 0;
	/* Last: afterwards another thread can use the entry. */
	__sync_lock_test_and_set(&t->id, 0);
	return 0;
}

#endif /* _HYPERTRACE_THREAD_BPF_H */
