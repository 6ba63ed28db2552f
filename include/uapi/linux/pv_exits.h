/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/pv_exits: the exits of this guest's vCPUs, as its host counts them.
 *
 * Structures grow as those of linux/pv_hypercall.h do: size first, unknown rest zero.  A member is
 * an input or an output.
 *
 * Errors of all ioctls:
 *   EFAULT   an address is invalid
 *   EINVAL   a size or an input is invalid
 *   E2BIG    the size is above the page size, or bytes that this kernel does not know are not 0
 *   ENODEV   the device was removed, the host shares no pages, or no host side is attached
 *   ENODATA  the host has no telemetry for this VM; its administrator enables it
 *   ENOTTY   unknown ioctl
 */
#ifndef _UAPI_LINUX_PV_EXITS_H
#define _UAPI_LINUX_PV_EXITS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PV_EXITS_IOC		0xBE

#define PV_EXITS_STAT_BUCKETS	32	/* entries of struct pv_exits_stat.histogram */
#define PV_EXITS_STAT_OTHER	0xffffffffU	/* struct pv_exits_stat.reason: all others */

/* struct pv_exits_info.level */
#define PV_EXITS_LEVEL_OFF	0	/* the host counts nothing at present */
#define PV_EXITS_LEVEL_COUNTERS	1
#define PV_EXITS_LEVEL_EVENTS	2	/* the trace event pv_exits:exit works too */

/* struct pv_exits_info.set: what struct pv_exits_stat.reason is */
#define PV_EXITS_SET_UNKNOWN	0	/* the host has counted nothing yet */
#define PV_EXITS_SET_VMX	1	/* basic exit reason */
#define PV_EXITS_SET_SVM	2	/* EXITCODE */
/* ESR_EL2.EC, or PV_EXITS_STAT_ARM_CODE + ARM_EXCEPTION_* of KVM */
#define PV_EXITS_SET_ARM64	3

#define PV_EXITS_STAT_ARM_CODE	0x100

/**
 * struct pv_exits_info - what the host counts
 * @size: in: sizeof(struct pv_exits_info)
 * @flags: in: 0
 * @level: out: PV_EXITS_LEVEL_OFF, ...
 * @set: out: PV_EXITS_SET_*
 * @nr_vcpus: out: vCPUs that have telemetry, 0 .. @nr_vcpus - 1
 * @nr_reasons: out: reasons that a vCPU has at most
 * @khz: out: frequency of the clock of all times, in kHz, not 0
 * @epoch: out: changes when the host side is attached again; the counters begin at 0 then
 * @invalid: out: number of times since the module was loaded that data of the host was invalid
 * @lost: out: events that the ring lost since the module was loaded
 */
struct pv_exits_info {
	__u32 size;
	__u32 flags;
	__u32 level;
	__u32 set;
	__u32 nr_vcpus;
	__u32 nr_reasons;
	__u32 khz;
	__u32 epoch;
	__u64 invalid;
	__u64 lost;
};

/**
 * struct pv_exits_stat - exits of one reason of a vCPU
 * @reason: the reason, see struct pv_exits_info.set, or PV_EXITS_STAT_OTHER
 * @reserved: 0
 * @count: number of exits
 * @time: ticks outside the guest, without the time in which the vCPU was halted or preempted
 * @users: exits in which the VMM ran
 * @user_time: ticks of @time in which it ran
 * @histogram: exits by their ticks of @time: 0 of 0 ticks, n of 2^(n-1) .. 2^n - 1 ticks, the last
 *             one of all longer times too
 */
struct pv_exits_stat {
	__u32 reason;
	__u32 reserved;
	__u64 count;
	__u64 time;
	__u64 users;
	__u64 user_time;
	__u64 histogram[PV_EXITS_STAT_BUCKETS];
};

/**
 * struct pv_exits_read - counters of one vCPU
 * @size: in: sizeof(struct pv_exits_read)
 * @flags: in: 0
 * @vcpu: in: the vCPU, below struct pv_exits_info.nr_vcpus, else EINVAL
 * @nr: in: room at @stats; out: reasons that have occurred, of which at most the room was filled
 * @stats: in: address of @nr struct pv_exits_stat
 * @stat_size: in: sizeof(struct pv_exits_stat), which grows as well
 * @vcpu_id: out: KVM's id of the vCPU; U32_MAX: the vCPU has not run since the attach
 * @now: out: the clock, at the time of the call
 * @halts: out: number of times that the vCPU was halted
 * @halt_time: out: ticks in these
 * @preemptions: out: number of times that the host ran something else on the vCPU's CPU
 * @preempt_time: out: ticks in these
 *
 * The numbers are those of one point in time, see EAGAIN.
 *
 * Errors: EAGAIN: the host changed the counters during each of many attempts.
 */
struct pv_exits_read {
	__u32 size;
	__u32 flags;
	__u32 vcpu;
	__u32 nr;
	__u64 stats;
	__u32 stat_size;
	__u32 vcpu_id;
	__u64 now;
	__u64 halts;
	__u64 halt_time;
	__u64 preemptions;
	__u64 preempt_time;
};

#define PV_EXITS_INFO	_IOWR(PV_EXITS_IOC, 0x00, struct pv_exits_info)
#define PV_EXITS_READ	_IOWR(PV_EXITS_IOC, 0x01, struct pv_exits_read)

#endif /* _UAPI_LINUX_PV_EXITS_H */
