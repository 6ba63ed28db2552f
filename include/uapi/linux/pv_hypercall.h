/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/pv_hypercall: hypercalls from the user space of a guest.
 *
 * Every structure begins with its own size, so that it can grow: the kernel takes
 * one of an older version as if it ended in zeroes, and a longer one only where the
 * rest is zero (else -E2BIG).  What counts is the size in the structure, not the one
 * in the number of the ioctl.  Flags and reserved members must be 0 (else -EINVAL).
 *
 * The hypervisor's answer is never turned into an errno: an ioctl that reached
 * the hypervisor returns 0 and leaves the answer in @status.
 *
 * Errors that every ioctl knows: EFAULT (address), EINVAL (size, flags, reserved
 * members), E2BIG (size), ENOTTY (no such ioctl), EPROTO (the host contradicts
 * itself).  The file can be opened by CAP_SYS_ADMIN only (else EPERM).
 */
#ifndef _UAPI_LINUX_PV_HYPERCALL_H
#define _UAPI_LINUX_PV_HYPERCALL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PV_HYPERCALL_IOC	0xBC

/* struct pv_hypercall_query.flags */
#define PV_HYPERCALL_HOST	(1U << 0)	/* the host side is there */

/**
 * struct pv_hypercall_query - is there a host side, and what can it do
 * @size: in: sizeof(struct pv_hypercall_query)
 * @flags: in: 0; out: PV_HYPERCALL_HOST
 * @abi: out: PV_ABI_VERSION of the host, 0 without PV_HYPERCALL_HOST
 * @reserved: 0
 * @features: out: PV_FEATURE_* of the host, 0 without PV_HYPERCALL_HOST
 * @status: out: what the hypervisor answered to PV_QUERY_MAGIC
 */
struct pv_hypercall_query {
	__u32 size;
	__u32 flags;
	__u32 abi;
	__u32 reserved;
	__u64 features;
	__s64 status;
};

/**
 * struct pv_hypercall_nop - go to the host and back
 * @size: in: sizeof(struct pv_hypercall_nop)
 * @flags: in: 0
 * @status: out: 0, or the hypervisor's refusal
 */
struct pv_hypercall_nop {
	__u32 size;
	__u32 flags;
	__s64 status;
};

#define PV_HYPERCALL_MAX_REGS	32

/**
 * struct pv_hypercall_vcpu_info - what the host knows of a vCPU
 * @size: in: sizeof(struct pv_hypercall_vcpu_info)
 * @flags: in: 0; out: PV_VCPU_* of pv/hypercall.h, which members hold a fact
 * @cpu: in: number of the CPU in this guest, which may be offline; -ENOENT where there
 *       is no such CPU, or its vCPU id is not known (arm64: it was never online)
 * @nr_regs: out: members of @regs in use
 * @status: out: 0, or the hypervisor's refusal, and nothing below is set
 * @vcpu_id: out: KVM's id of the vCPU
 * @exits: out: exits of the vCPU since it was created
 * @host_tid: out: thread id of the vCPU in the host
 * @pc: out: program counter as of the last exit
 * @sp: out: stack pointer as of the last exit
 * @regs: out: general-purpose registers as of the last exit
 */
struct pv_hypercall_vcpu_info {
	__u32 size;
	__u32 flags;
	__u32 cpu;
	__u32 nr_regs;
	__s64 status;
	__u64 vcpu_id;
	__u64 exits;
	__u64 host_tid;
	__u64 pc;
	__u64 sp;
	__u64 regs[PV_HYPERCALL_MAX_REGS];
};

/**
 * struct pv_hypercall_call - one call by its number
 * @size: in: sizeof(struct pv_hypercall_call)
 * @flags: in: 0
 * @nr: in: number of the call; -EPERM where the driver does not admit it
 * @args: in: arguments; those that the call does not take must be 0 (else -EINVAL)
 * @result: out: registers of the answer; x86: RAX alone, arm64: X0 .. X3
 */
struct pv_hypercall_call {
	__u32 size;
	__u32 flags;
	__u64 nr;
	__u64 args[4];
	__u64 result[4];
};

#define PV_HYPERCALL_MAX_BATCH	1024U
#define PV_HYPERCALL_ANY_CPU	0xffffffffU

/**
 * struct pv_hypercall_entry - one call of a batch
 * @nr: in: number of the call, as for struct pv_hypercall_call
 * @args: in: arguments; those that the call does not take must be 0
 * @result: out: registers of the answer
 */
struct pv_hypercall_entry {
	__u64 nr;
	__u64 args[4];
	__u64 result[4];
};

/**
 * struct pv_hypercall_batch - many calls in one go, in their order
 * @size: in: sizeof(struct pv_hypercall_batch)
 * @flags: in: 0
 * @cpu: in: CPU to make them on, or PV_HYPERCALL_ANY_CPU; -ENXIO where there is no such
 *       CPU, -ENODEV where it is offline or goes offline meanwhile
 * @count: in: entries, 1 .. PV_HYPERCALL_MAX_BATCH
 * @entries: in: address of the entries
 * @entry_size: in: sizeof(struct pv_hypercall_entry)
 * @done: out: calls that were made: their results are in the entries.  Where it is less
 *        than @count the ioctl fails, and its error is that of entry @done (EPERM, EINVAL)
 *        or of the batch (EINTR, ENODEV)
 */
struct pv_hypercall_batch {
	__u32 size;
	__u32 flags;
	__u32 cpu;
	__u32 count;
	__u64 entries;
	__u32 entry_size;
	__u32 done;
};

#define PV_HYPERCALL_NAME_LEN	40

/* struct pv_hypercall_probe.flags */
#define PV_HYPERCALL_NEXT	(1U << 0)	/* in: the next known number from @nr on */
#define PV_HYPERCALL_ADMITTED	(1U << 1)	/* out: PV_HYPERCALL_CALL takes it */

/**
 * enum pv_hypercall_answer - does the hypervisor answer a call
 * @PV_HYPERCALL_UNKNOWN: that cannot be told without making it
 * @PV_HYPERCALL_REFUSED: it does not
 * @PV_HYPERCALL_ANSWERED: it does
 */
enum pv_hypercall_answer {
	PV_HYPERCALL_UNKNOWN,
	PV_HYPERCALL_REFUSED,
	PV_HYPERCALL_ANSWERED,
};

/**
 * struct pv_hypercall_probe - is a call answered; nothing is called that has effects
 * @size: in: sizeof(struct pv_hypercall_probe)
 * @flags: in: PV_HYPERCALL_NEXT or 0; out: PV_HYPERCALL_ADMITTED
 * @nr: in: number; out with PV_HYPERCALL_NEXT: the one that was found.  -ENOENT where the
 *      driver knows no such call, or none from there on
 * @argc: out: arguments that it takes
 * @answer: out: enum pv_hypercall_answer
 * @status: out: what the hypervisor answered, 0 where it was not asked but announces
 *          the call by a feature bit
 * @name: out: name, as in the headers of Linux, ended by NUL
 */
struct pv_hypercall_probe {
	__u32 size;
	__u32 flags;
	__u64 nr;
	__u32 argc;
	__u32 answer;
	__s64 status;
	char name[PV_HYPERCALL_NAME_LEN];
};

/* struct pv_hypercall_restrict.allowed */
#define PV_HYPERCALL_ALLOW_QUERY	(1U << 0)
#define PV_HYPERCALL_ALLOW_NOP		(1U << 1)
#define PV_HYPERCALL_ALLOW_VCPU_INFO	(1U << 2)
#define PV_HYPERCALL_ALLOW_CALL		(1U << 3)	/* and BATCH */
#define PV_HYPERCALL_ALLOW_LATENCY	(1U << 4)
#define PV_HYPERCALL_ALLOW_PROBE	(1U << 5)
#define PV_HYPERCALL_ALLOW_ALL		0x3fU

/**
 * struct pv_hypercall_restrict - give up ioctls of this file, for good
 * @size: in: sizeof(struct pv_hypercall_restrict)
 * @flags: in: 0
 * @allowed: in: PV_HYPERCALL_ALLOW_*: what stays, as far as it has not been given up
 *           already; out: what is left.  All else is -EACCES from now on, for every
 *           process that has this file
 * @reserved: 0
 */
struct pv_hypercall_restrict {
	__u32 size;
	__u32 flags;
	__u32 allowed;
	__u32 reserved;
};

#define PV_HYPERCALL_MAX_SAMPLES	10000000U

/*
 * Buckets of the latency histogram: exact below 32 ticks, and from there on 32
 * buckets to each power of two, so that a bucket is never wider than 1/32 of its
 * values.  Bucket b holds
 *
 *   b < 32:  b
 *   else:    (32 + b % 32) << (b / 32 - 1)  and up to the next bucket
 */
#define PV_HYPERCALL_BUCKET_BITS	5
#define PV_HYPERCALL_BUCKETS		((64 - PV_HYPERCALL_BUCKET_BITS + 1) << \
					 PV_HYPERCALL_BUCKET_BITS)

/* struct pv_hypercall_latency.flags */
#define PV_HYPERCALL_TAGGED		(1U << 0)

#define PV_HYPERCALL_MAX_TAGGED		65536U

/**
 * struct pv_hypercall_times - a call that carried a tag
 * @begin: out: the counter before it
 * @end: out: the counter after it
 */
struct pv_hypercall_times {
	__u64 begin;
	__u64 end;
};

/**
 * struct pv_hypercall_latency - the cost of a call, measured in the kernel with
 *                               interrupts off
 * @size: in: sizeof(struct pv_hypercall_latency)
 * @flags: in: 0, or PV_HYPERCALL_TAGGED: each call that counts has @sum as its first
 *         argument and its index, from 0 on, as its second, so that the host can tell
 *         which it is, and its times are at @buckets.  The call has to be one of those
 *         that are admitted without unsafe_calls (-EPERM); out: 0
 * @nr: in: number of the call, as for struct pv_hypercall_call; its arguments are 0
 * @cpu: in: CPU to measure on; -ENXIO where there is no such CPU, -ENODEV where it
 *       is offline or goes offline meanwhile
 * @warmup: in: calls before the first that counts, at most PV_HYPERCALL_MAX_SAMPLES
 * @samples: in: calls to measure, 1 .. PV_HYPERCALL_MAX_SAMPLES, if tagged
 *           PV_HYPERCALL_MAX_TAGGED; out: calls measured,
 *           which is less where a signal ended the run (-EINTR, and the rest is set)
 * @counter_khz: out: ticks per millisecond of the counter
 * @buckets: in: address of PV_HYPERCALL_BUCKETS __u32 counts, or 0; if tagged, of as
 *           many struct pv_hypercall_times as there are @samples, as the counter has them
 * @min: out: fewest ticks
 * @max: out: most ticks
 * @sum: in: the tag, whose upper half is PV_TAG of pv/hypercall.h (-EINVAL), or ignored
 *       where calls carry none; out: ticks of all samples together
 * @overhead: out: ticks of a measurement of nothing, already taken off each sample
 * @status: out: what the hypervisor answered last
 */
struct pv_hypercall_latency {
	__u32 size;
	__u32 flags;
	__u64 nr;
	__u32 cpu;
	__u32 warmup;
	__u32 samples;
	__u32 counter_khz;
	__u64 buckets;
	__u64 min;
	__u64 max;
	__u64 sum;
	__u64 overhead;
	__s64 status;
};

#define PV_HYPERCALL_QUERY	_IOWR(PV_HYPERCALL_IOC, 0x10, struct pv_hypercall_query)
#define PV_HYPERCALL_NOP	_IOWR(PV_HYPERCALL_IOC, 0x11, struct pv_hypercall_nop)
#define PV_HYPERCALL_VCPU_INFO	_IOWR(PV_HYPERCALL_IOC, 0x12, struct pv_hypercall_vcpu_info)
#define PV_HYPERCALL_CALL	_IOWR(PV_HYPERCALL_IOC, 0x13, struct pv_hypercall_call)
#define PV_HYPERCALL_LATENCY	_IOWR(PV_HYPERCALL_IOC, 0x14, struct pv_hypercall_latency)
#define PV_HYPERCALL_BATCH	_IOWR(PV_HYPERCALL_IOC, 0x15, struct pv_hypercall_batch)
#define PV_HYPERCALL_PROBE	_IOWR(PV_HYPERCALL_IOC, 0x16, struct pv_hypercall_probe)
#define PV_HYPERCALL_RESTRICT	_IOWR(PV_HYPERCALL_IOC, 0x17, struct pv_hypercall_restrict)

#endif /* _UAPI_LINUX_PV_HYPERCALL_H */
