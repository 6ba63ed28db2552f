/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/pv_hypercall: hypercalls from the user space of a guest.
 *
 * Each structure begins with its size.  The kernel uses this size and ignores the size in the
 * ioctl number.  It compares the size with the size S of the structure that it knows, with the
 * rules of copy_struct_from_user() and copy_struct_to_user():
 *
 *   below PV_HYPERCALL_*_SIZE_VER0   EINVAL
 *   VER0 .. S                        the missing members are 0, and are not written
 *   above S, all bytes after S are 0 accepted
 *   above S, other bytes after S     E2BIG
 *   above the page size              E2BIG
 *
 * PV_HYPERCALL_*_SIZE_VER0 is the size of the first published version and does not change.
 *
 * A member is either an input or an output, so a program can repeat a call with the same
 * structure.  Outputs are ignored as inputs.  Flags that the kernel does not know, and reserved
 * inputs that are not 0, fail with EINVAL.  An ioctl that fails writes nothing, except as
 * documented for BATCH, LATENCY and TAGGED.
 *
 * A status of the hypervisor is not converted to an errno: an ioctl whose call reached the
 * hypervisor returns 0, and @status holds the answer.
 *
 * Errors of all ioctls: EFAULT (address), EINVAL (size, flags, reserved members), E2BIG (size),
 * EACCES (restricted), ENOTTY (unknown ioctl).  Opening the file requires CAP_SYS_ADMIN (EPERM).
 */
#ifndef _UAPI_LINUX_PV_HYPERCALL_H
#define _UAPI_LINUX_PV_HYPERCALL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PV_HYPERCALL_IOC	0xBC

/*
 * Numbers of pvguest's own calls without effects, for PV_HYPERCALL_CALL, BATCH, PROBE and
 * LATENCY.  The ABI between guest and host, pv/hypercall.h, describes them.
 */
#if defined(__aarch64__)
#define PV_HYPERCALL_NR_BASE		0xC6008000U
#else
#define PV_HYPERCALL_NR_BASE		0x50560000U
#endif
#define PV_HYPERCALL_NR_QUERY		(PV_HYPERCALL_NR_BASE + 0)
#define PV_HYPERCALL_NR_NOP		(PV_HYPERCALL_NR_BASE + 1)
/* Every hypervisor rejects this number. */
#define PV_HYPERCALL_NR_UNASSIGNED	(PV_HYPERCALL_NR_BASE + 0x7eff)

/* struct pv_hypercall_query.out_flags */
#define PV_HYPERCALL_HOST	(1U << 0)	/* the host side is present */

/* struct pv_hypercall_query.features */
#define PV_HYPERCALL_FEATURE_QUERY	(1U << 0)	/* answers PV_HYPERCALL_NR_QUERY */
#define PV_HYPERCALL_FEATURE_NOP	(1U << 1)	/* answers PV_HYPERCALL_NOP */
#define PV_HYPERCALL_FEATURE_VCPU_INFO	(1U << 2)	/* answers PV_HYPERCALL_VCPU_INFO */
#define PV_HYPERCALL_FEATURE_HOST_TID	(1U << 31)	/* reports host thread ids */

#define PV_HYPERCALL_QUERY_SIZE_VER0	32

/**
 * struct pv_hypercall_query - presence and features of the host side
 * @size: in: sizeof(struct pv_hypercall_query)
 * @flags: in: 0
 * @out_flags: out: PV_HYPERCALL_HOST
 * @abi: out: version of the host's ABI, 0 without PV_HYPERCALL_HOST
 * @features: out: PV_HYPERCALL_FEATURE_* of the host, 0 without PV_HYPERCALL_HOST
 * @status: out: the hypervisor's answer to the first query
 *
 * EPROTO: the answers of the host contradict each other.
 */
struct pv_hypercall_query {
	__u32 size;
	__u32 flags;
	__u32 out_flags;
	__u32 abi;
	__u64 features;
	__s64 status;
};

#define PV_HYPERCALL_NOP_SIZE_VER0	16

/**
 * struct pv_hypercall_nop - exit to the host and return
 * @size: in: sizeof(struct pv_hypercall_nop)
 * @flags: in: 0
 * @status: out: 0, or the status of a rejected call
 */
struct pv_hypercall_nop {
	__u32 size;
	__u32 flags;
	__s64 status;
};

#define PV_HYPERCALL_MAX_REGS	32

/* struct pv_hypercall_vcpu_info.out_flags: members that the host reports; others are 0 */
#define PV_HYPERCALL_VCPU_HOST_TID	(1U << 0)
#define PV_HYPERCALL_VCPU_EXITS		(1U << 1)
#define PV_HYPERCALL_VCPU_REGS		(1U << 2)	/* regs[0 .. nr_regs - 1] */
#define PV_HYPERCALL_VCPU_PC		(1U << 3)
#define PV_HYPERCALL_VCPU_SP		(1U << 4)
/* The vCPU runs a guest of this guest: pc, sp and regs are those of the nested guest. */
#define PV_HYPERCALL_VCPU_NESTED	(1U << 5)

#define PV_HYPERCALL_VCPU_INFO_SIZE_VER0	328

/**
 * struct pv_hypercall_vcpu_info - state of a vCPU as the host reports it
 * @size: in: sizeof(struct pv_hypercall_vcpu_info)
 * @flags: in: 0
 * @cpu: in: number of the CPU in this guest, which may be offline
 * @out_flags: out: PV_HYPERCALL_VCPU_*
 * @status: out: 0, or the status of a rejected call; all other outputs are 0 then
 * @vcpu_id: out: KVM's id of the vCPU
 * @exits: out: exits of the vCPU since it was created
 * @host_tid: out: thread id of the vCPU in the host
 * @pc: out: program counter at the last exit
 * @sp: out: stack pointer at the last exit
 * @nr_regs: out: number of valid members of @regs
 * @reserved: out: 0
 * @regs: out: general-purpose registers at the last exit; x86: in the order of their encoding
 *        (rax rcx rdx rbx rsp rbp rsi rdi r8 .. r15), where rsp is 0 and @sp holds it;
 *        arm64: x0 .. x30
 *
 * ENOENT: the CPU does not exist, or its vCPU id is not known (arm64: it has never been online).
 * EOPNOTSUPP: the memory of the guest is encrypted or private, so the host cannot write to it.
 * EPROTO: the host has written invalid data.
 */
struct pv_hypercall_vcpu_info {
	__u32 size;
	__u32 flags;
	__u32 cpu;
	__u32 out_flags;
	__s64 status;
	__u64 vcpu_id;
	__u64 exits;
	__u64 host_tid;
	__u64 pc;
	__u64 sp;
	__u32 nr_regs;
	__u32 reserved;
	__u64 regs[PV_HYPERCALL_MAX_REGS];
};

#define PV_HYPERCALL_CALL_SIZE_VER0	80

/**
 * struct pv_hypercall_call - one call by its number
 * @size: in: sizeof(struct pv_hypercall_call)
 * @flags: in: 0
 * @nr: in: number of the call
 * @args: in: arguments; arguments that the call does not have must be 0 (EINVAL)
 * @result: out: registers of the answer; x86: RAX, the others are 0; arm64: X0 .. X3
 *
 * EPERM: the driver does not allow the call, or the kernel is locked down.
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
 * @args: in: arguments; arguments that the call does not have must be 0
 * @result: out: registers of the answer
 */
struct pv_hypercall_entry {
	__u64 nr;
	__u64 args[4];
	__u64 result[4];
};

#define PV_HYPERCALL_BATCH_SIZE_VER0	32

/**
 * struct pv_hypercall_batch - many calls, in their order
 * @size: in: sizeof(struct pv_hypercall_batch)
 * @flags: in: 0
 * @cpu: in: CPU that makes the calls, or PV_HYPERCALL_ANY_CPU
 * @count: in: number of entries, 1 .. PV_HYPERCALL_MAX_BATCH
 * @entries: in: address of the entries
 * @entry_size: in: sizeof(struct pv_hypercall_entry)
 * @done: out: number of calls that were made; their entries have results.  If it is less than
 *        @count, the ioctl fails and still writes @done.  The error is that of entry @done
 *        (EPERM, EINVAL) or of the batch
 *
 * ENXIO: the CPU does not exist.  ENODEV: the CPU is offline, or goes offline during the batch.
 * EINTR: a signal arrived.  EPERM: also if the kernel is locked down.
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
#define PV_HYPERCALL_NEXT	(1U << 0)	/* the first known number from @nr on */

/* struct pv_hypercall_probe.out_flags */
#define PV_HYPERCALL_ALLOWED	(1U << 0)	/* the driver allows it in PV_HYPERCALL_CALL */

/**
 * enum pv_hypercall_answer - result of a probe
 * @PV_HYPERCALL_UNKNOWN: only the call itself, which has effects, can show it
 * @PV_HYPERCALL_REFUSED: the hypervisor rejects the call
 * @PV_HYPERCALL_ANSWERED: the hypervisor answers the call
 */
enum pv_hypercall_answer {
	PV_HYPERCALL_UNKNOWN,
	PV_HYPERCALL_REFUSED,
	PV_HYPERCALL_ANSWERED,
};

#define PV_HYPERCALL_PROBE_SIZE_VER0	88

/**
 * struct pv_hypercall_probe - whether the hypervisor answers a call, found without effects
 * @size: in: sizeof(struct pv_hypercall_probe)
 * @flags: in: PV_HYPERCALL_NEXT or 0
 * @nr: in: number of the call
 * @found: out: number of the call that the other outputs describe: @nr, or with
 *         PV_HYPERCALL_NEXT the first known number that is not below @nr
 * @out_flags: out: PV_HYPERCALL_ALLOWED
 * @argc: out: number of its arguments
 * @answer: out: enum pv_hypercall_answer
 * @reserved: out: 0
 * @status: out: the hypervisor's answer, 0 if a feature bit shows the result
 * @name: out: its name in the headers of Linux, terminated by NUL
 *
 * ENOENT: the driver does not know the call, or with PV_HYPERCALL_NEXT no call from @nr on.
 * EPROTO: the answers of the host contradict each other.
 */
struct pv_hypercall_probe {
	__u32 size;
	__u32 flags;
	__u64 nr;
	__u64 found;
	__u32 out_flags;
	__u32 argc;
	__u32 answer;
	__u32 reserved;
	__s64 status;
	char name[PV_HYPERCALL_NAME_LEN];
};

#define PV_HYPERCALL_MAX_SAMPLES	10000000U

/*
 * Buckets of the latency histogram: exact below 32 ticks, then 32 buckets for each power of
 * two, so that the width of a bucket is at most 1/32 of its values.  The lowest value of
 * bucket b is
 *
 *   b < 32:  b
 *   else:    (32 + b % 32) << (b / 32 - 1)
 */
#define PV_HYPERCALL_BUCKET_BITS	5
#define PV_HYPERCALL_BUCKETS		((64 - PV_HYPERCALL_BUCKET_BITS + 1) << \
					 PV_HYPERCALL_BUCKET_BITS)

#define PV_HYPERCALL_LATENCY_SIZE_VER0	88

/**
 * struct pv_hypercall_latency - latency of a call, measured in the kernel with interrupts off
 * @size: in: sizeof(struct pv_hypercall_latency)
 * @flags: in: 0
 * @nr: in: number of the call, as for struct pv_hypercall_call; its arguments are 0
 * @buckets: in: address of PV_HYPERCALL_BUCKETS __u32 counts that the run writes, or 0
 * @cpu: in: CPU that makes the calls
 * @warmup: in: calls before the first measured call, at most PV_HYPERCALL_MAX_SAMPLES
 * @samples: in: calls to measure, 1 .. PV_HYPERCALL_MAX_SAMPLES
 * @reserved: in: 0
 * @done: out: measured calls; less than @samples only if the ioctl fails with EINTR
 * @counter_khz: out: ticks of the counter in a millisecond
 * @min: out: ticks of the shortest call
 * @max: out: ticks of the longest call
 * @sum: out: ticks of all measured calls
 * @overhead: out: ticks of an empty measurement, which the driver has subtracted from each
 *            sample
 * @status: out: the hypervisor's answer to the last call
 *
 * EPERM: as for struct pv_hypercall_call; lockdown denies only calls that have effects.
 * ENXIO: the CPU does not exist.  ENODEV: the CPU is offline, or goes offline during the run.
 * EINTR: a signal arrived; all outputs are written.
 */
struct pv_hypercall_latency {
	__u32 size;
	__u32 flags;
	__u64 nr;
	__u64 buckets;
	__u32 cpu;
	__u32 warmup;
	__u32 samples;
	__u32 reserved;
	__u32 done;
	__u32 counter_khz;
	__u64 min;
	__u64 max;
	__u64 sum;
	__u64 overhead;
	__s64 status;
};

#define PV_HYPERCALL_MAX_TAGGED		65536U

/* Upper half of the first argument of a tagged call; the lower half is the tag. */
#define PV_HYPERCALL_TAG		0x47545650U	/* "PVTG" in memory */

/**
 * struct pv_hypercall_times - begin and end of a tagged call
 * @begin: out: counter before the call
 * @end: out: counter after the call
 */
struct pv_hypercall_times {
	__u64 begin;
	__u64 end;
};

#define PV_HYPERCALL_TAGGED_SIZE_VER0	64

/**
 * struct pv_hypercall_tagged - times of calls that a tracer in the host can identify
 * @size: in: sizeof(struct pv_hypercall_tagged)
 * @flags: in: 0
 * @nr: in: number of the call, which has no effects and ignores its arguments; EPERM for other
 *      calls, also if the module parameter unsafe_calls is set
 * @times: in: address of @samples struct pv_hypercall_times that the run writes
 * @cpu: in: CPU that makes the calls
 * @warmup: in: calls without a tag before the first tagged call, at most
 *          PV_HYPERCALL_MAX_SAMPLES
 * @samples: in: tagged calls, 1 .. PV_HYPERCALL_MAX_TAGGED
 * @tag: in: any value.  The arguments of each tagged call are PV_HYPERCALL_TAG << 32 | @tag
 *       and the index of the call, which begins at 0
 * @done: out: tagged calls; less than @samples only if the ioctl fails with EINTR
 * @counter_khz: out: ticks of the counter in a millisecond
 * @overhead: out: ticks of an empty measurement, which the times include
 * @status: out: the hypervisor's answer to the last call
 *
 * Errors: as for struct pv_hypercall_latency.
 */
struct pv_hypercall_tagged {
	__u32 size;
	__u32 flags;
	__u64 nr;
	__u64 times;
	__u32 cpu;
	__u32 warmup;
	__u32 samples;
	__u32 tag;
	__u32 done;
	__u32 counter_khz;
	__u64 overhead;
	__s64 status;
};

/* struct pv_hypercall_restrict.allow and .allowed */
#define PV_HYPERCALL_ALLOW_QUERY	(1U << 0)
#define PV_HYPERCALL_ALLOW_NOP		(1U << 1)
#define PV_HYPERCALL_ALLOW_VCPU_INFO	(1U << 2)
#define PV_HYPERCALL_ALLOW_CALL		(1U << 3)	/* and BATCH */
#define PV_HYPERCALL_ALLOW_LATENCY	(1U << 4)	/* and TAGGED */
#define PV_HYPERCALL_ALLOW_PROBE	(1U << 5)
#define PV_HYPERCALL_ALLOW_ALL		0x3fU

#define PV_HYPERCALL_RESTRICT_SIZE_VER0	16

/**
 * struct pv_hypercall_restrict - permanently disable ioctls of this open file
 * @size: in: sizeof(struct pv_hypercall_restrict)
 * @flags: in: 0
 * @allow: in: PV_HYPERCALL_ALLOW_*: ioctls that remain, unless an earlier call has disabled
 *         them.  All other ioctls fail with EACCES for all processes that share the file
 * @allowed: out: ioctls that remain
 */
struct pv_hypercall_restrict {
	__u32 size;
	__u32 flags;
	__u32 allow;
	__u32 allowed;
};

#define PV_HYPERCALL_QUERY	_IOWR(PV_HYPERCALL_IOC, 0, struct pv_hypercall_query)
#define PV_HYPERCALL_NOP	_IOWR(PV_HYPERCALL_IOC, 1, struct pv_hypercall_nop)
#define PV_HYPERCALL_VCPU_INFO	_IOWR(PV_HYPERCALL_IOC, 2, struct pv_hypercall_vcpu_info)
#define PV_HYPERCALL_CALL	_IOWR(PV_HYPERCALL_IOC, 3, struct pv_hypercall_call)
#define PV_HYPERCALL_BATCH	_IOWR(PV_HYPERCALL_IOC, 4, struct pv_hypercall_batch)
#define PV_HYPERCALL_PROBE	_IOWR(PV_HYPERCALL_IOC, 5, struct pv_hypercall_probe)
#define PV_HYPERCALL_LATENCY	_IOWR(PV_HYPERCALL_IOC, 6, struct pv_hypercall_latency)
#define PV_HYPERCALL_TAGGED	_IOWR(PV_HYPERCALL_IOC, 7, struct pv_hypercall_tagged)
#define PV_HYPERCALL_RESTRICT	_IOWR(PV_HYPERCALL_IOC, 8, struct pv_hypercall_restrict)

#endif /* _UAPI_LINUX_PV_HYPERCALL_H */
