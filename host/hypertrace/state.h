/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs and hypertrace(8) have in common: the state of each thread that
 * runs a vCPU, and the histograms.  Both lie in .bss, which user space maps.
 */
#ifndef _HYPERTRACE_STATE_H
#define _HYPERTRACE_STATE_H

#include <linux/types.h>

#include "drivers/exits/reason.h"

#define STATE_THREADS		4096	/* that run a vCPU at the same time; a power of two */
#define STATE_PROBES		8	/* places that a thread may have among them */
#define STATE_HISTOGRAMS		1024	/* pairs of vCPU and number; a power of two */
#define STATE_NUMBERS		64	/* numbers of a thread that are told apart */
#define STATE_WANTED		64	/* numbers that --nr takes */
#define STATE_EVENTS_SIZE	(8 << 20) /* a run of split, were it all at once */

/* As in linux/pv_hypercall.h, whose formula it is */
#define STATE_BUCKET_BITS	5
#define STATE_BUCKETS		((64 - STATE_BUCKET_BITS + 1) << STATE_BUCKET_BITS)

/* struct state_thread.histogram */
#define STATE_UNKNOWN		0	/* has to be looked up */
#define STATE_UNWANTED		0xffffffffU
#define STATE_FULL		0xfffffffeU

/* struct state_thread.vcpu_id: the kernel did not say which */
#define STATE_NO_VCPU		0xffffffffU

/* A guest chooses the numbers: what is beyond STATE_NUMBERS is counted as this one. */
#define STATE_OTHER		(~0ULL)

/*
 * Reasons of exits.
 *
 * x86: the argument "isa" of the event kvm_exit in the upper 32 bits, and the reason in the
 * lower 32 bits.  REASON_UNKNOWN has no isa, so that it is not a reason of SVM.
 */
#define REASON_ISA_SHIFT	32
#define REASON_FLAGS_VMX	0xffff0000U	/* SDM volume 3, appendix C */
#define REASON_UNKNOWN		0xffffffffU

/* arm64: an exception class of ESR_ELx, or this plus ARM_EXCEPTION_* of KVM */
#define REASON_CODE		PV_REASON_ARM_CODE
#define REASON_TRAP		2	/* ARM_EXCEPTION_TRAP */
#define REASON_FLAGS_ARM64	0x80000000U	/* ARM_EXIT_WITH_SERROR_BIT */

/**
 * struct state_thread - a thread that runs a vCPU
 * @id: process and thread as bpf_get_current_pid_tgid() has them, 0: the place is free
 * @vcpu: address of the vCPU, 0: not known yet
 * @number: what @histogram is for: number of a call, or reason of an exit
 * @start: when the handler was entered, 0: it is not in it
 * @exit: when the guest was left last
 * @handler: nanoseconds in the handler since then
 * @user_start: when KVM_RUN returned, 0: it has not since then
 * @user: nanoseconds in user space since then
 * @histogram: 1 + index of the histogram, or STATE_*
 * @serial: tells this thread from all others, those that have ended included
 * @vcpu_id: KVM's id of the vCPU
 * @numbers: histograms that it has
 * @announced: kvm_pv answers the call, and has overwritten its number
 * @called: there was a hypercall since @exit
 * @scaled: the guest's counter is
 * @tag: first argument of the call, for split
 * @sequence: second argument
 * @offset: from the host's counter to the guest's, in ticks
 * @ratio: what the counter is scaled by, 0: it is not
 */
struct state_thread {
	__u64 id;
	__u64 vcpu;
	__u64 number;
	__u64 start;
	__u64 exit;
	__u64 handler;
	__u64 user_start;
	__u64 user;
	__u32 histogram;
	__u32 serial;
	__u32 vcpu_id;
	__u32 numbers;
	__u32 announced;
	__u32 called;
	__u64 tag;
	__u64 sequence;
	__u64 offset;
	__u64 ratio;
	__u64 scaled;
};

/**
 * struct state_key - whose histogram
 * @serial: of the thread
 * @vcpu_id: KVM's id of the vCPU
 * @number: of a call, or reason of an exit
 */
struct state_key {
	__u32 serial;
	__u32 vcpu_id;
	__u64 number;
};

/**
 * struct state_histogram - a histogram; only its thread writes to it
 * @id: process and thread
 * @number: of a call, or reason of an exit
 * @vcpu_id: KVM's id of the vCPU
 * @shift: bits that its last value had behind its bucket's
 * @min: least nanoseconds
 * @max: most
 * @sum: of all
 * @handler: of all, in the handler
 * @user: of all, in user space
 * @counts: log-linear; one that is full stays so
 */
struct state_histogram {
	__u64 id;
	__u64 number;
	__u32 vcpu_id;
	__u32 shift;
	__u64 min;
	__u64 max;
	__u64 sum;
	__u64 handler;
	__u64 user;
	__u32 counts[STATE_BUCKETS];
};

/**
 * struct state_clock - how the host's counter becomes CLOCK_MONOTONIC
 * @ticks: the counter
 * @ns: CLOCK_MONOTONIC at that
 * @scale: nanoseconds of a tick, with STATE_CLOCK_SHIFT bits behind the point
 */
struct state_clock {
	__u64 ticks;
	__u64 ns;
	__u64 scale;
};

/* User space writes one of them while programs read the other. */
#define STATE_CLOCKS		2
/* Times of 10 s do not overflow, and 100 ms are not wrong by a nanosecond. */
#define STATE_CLOCK_SHIFT	28

/**
 * struct state_options - what the user wants
 * @numbers: calls that are meant
 * @min_ns: what took less is not counted
 * @ratio: what KVM scales the counter of a guest by where it does not
 * @nr_numbers: how many, 0: all
 * @pid: the process that is meant, 0: all
 * @full: calls from exit to entry
 * @events: each call has its event
 * @tagged: only calls that carry a tag, of which each has its event
 */
struct state_options {
	__u64 numbers[STATE_WANTED];
	__u64 min_ns;
	__u64 ratio;
	__u32 nr_numbers;
	__u32 pid;
	__u32 full;
	__u32 events;
	__u32 tagged;
	__u32 reserved;
};

/**
 * struct state_event - a call, for --events
 * @time: when it ended, as CLOCK_MONOTONIC has it
 * @id: process and thread
 * @number: of the call
 * @ns: what it took
 * @user: of that, in user space
 * @vcpu_id: KVM's id of the vCPU
 * @reserved: 0
 */
struct state_event {
	__u64 time;
	__u64 id;
	__u64 number;
	__u64 ns;
	__u64 user;
	__u32 vcpu_id;
	__u32 reserved;
};

/**
 * struct state_tagged - a call that carries a tag, for split
 * @tag: first argument
 * @sequence: second argument
 * @start: when the handler was entered, CLOCK_MONOTONIC
 * @end: when it was left
 * @offset: from the host's counter to the guest's, in ticks
 * @ratio: what the counter is scaled by, 0: it is not
 * @id: process and thread
 * @vcpu_id: KVM's id of the vCPU
 * @reserved: 0
 */
struct state_tagged {
	__u64 tag;
	__u64 sequence;
	__u64 start;
	__u64 end;
	__u64 offset;
	__u64 ratio;
	__u64 id;
	__u32 vcpu_id;
	__u32 reserved;
};

/**
 * struct state_lost - what could not be counted
 * @threads: no place for the thread
 * @numbers: no histogram was left
 * @clocks: the guest's counter is scaled, so the time of the exit is unknown
 * @events: the ring was full
 * @ends: the handler was entered again before it was seen to be left
 * @counts: a bucket was full
 */
struct state_lost {
	__u64 threads;
	__u64 numbers;
	__u64 clocks;
	__u64 events;
	__u64 ends;
	__u64 counts;
};

#endif /* _HYPERTRACE_STATE_H */
