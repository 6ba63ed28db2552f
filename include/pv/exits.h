/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * Guest-host ABI: telemetry of the exits of a vCPU, in the pages of pv/shared.h.
 *
 * struct pv_shared_header has the offsets and sizes.  The telemetry of vCPU n is at
 * @exits + n * @exits_stride, where n is the number that the host's KVM counts vCPUs by, in the
 * order of their creation:
 *
 *   0                 struct pv_exits_vcpu
 *   @exits_reasons    @exits_nr_reasons times struct pv_exits_reason
 *   @exits_ring       @exits_ring_size times struct pv_exits_event
 *
 * An exit begins when the vCPU leaves the guest and ends when it enters the guest again.  The host
 * writes its counters and its event at the end, so a guest finds all exits of the vCPU that
 * reads.
 *
 * Times are in ticks of a clock that the guest has: the TSC on x86, CNTVCT_EL0 on arm64, both as
 * the guest reads them.  @exits_khz is its frequency.
 */
#ifndef _PV_EXITS_H
#define _PV_EXITS_H

#include <linux/types.h>

#include <pv/vcpufreq.h>

/* struct pv_shared_header.exits_level */
#define PV_EXITS_OFF		0	/* the host writes nothing */
#define PV_EXITS_COUNTERS	1	/* the host counts */
#define PV_EXITS_EVENTS		2	/* and writes the events that the guest selects */

/*
 * struct pv_shared_header.exits_set
 *
 * A reason is
 *   VMX    the basic exit reason, bits 15:0 of the field
 *   SVM    the lower 32 bits of EXITCODE
 *   arm64  the exception class of ESR_EL2 if a trap caused the exit, else PV_EXITS_ARM_CODE plus
 *          the number that Linux has for the exception: 0 IRQ, 1 SError, 3 illegal return
 */
#define PV_EXITS_VMX		1
#define PV_EXITS_SVM		2
#define PV_EXITS_ARM64		3

#define PV_EXITS_ARM_CODE	0x100

/* struct pv_exits_reason.reason: all reasons that came after the other entries were in use */
#define PV_EXITS_OTHER		0xffffffff

/* Entries of struct pv_exits_reason.histogram */
#define PV_EXITS_BUCKETS	32

/* Bits of struct pv_exits_vcpu.filter */
#define PV_EXITS_FILTER_BITS	256

/* struct pv_exits_vcpu.mode */
#define PV_EXITS_OVERWRITE	0	/* a full ring loses its oldest events */
#define PV_EXITS_DROP		1	/* a full ring loses new events */

/* struct pv_exits_event.flags */
#define PV_EXITS_PC		0x1	/* @pc is known and visible to the guest */
#define PV_EXITS_USER		0x2	/* the VMM ran between exit and entry */

/* Bytes of the telemetry of a vCPU, in the layout of this version */
#define PV_EXITS_VCPU_SIZE	0xc000

/**
 * struct pv_exits_vcpu - telemetry of one vCPU
 * @seq: odd while the host changes counters; a reader reads it before and after them
 * @vcpu_id: KVM's id of the vCPU: the APIC id on x86
 * @nr_reasons: reasons in use
 * @head: number of events that were written to the ring, modulo 2^32.  The host writes it after
 *        the event.  Event n is entry n % @exits_ring_size
 * @dropped: events that a full ring lost with PV_EXITS_DROP, modulo 2^32
 * @host_reserved0: 0
 * @halts: number of times that the vCPU was halted
 * @halt_time: time in these
 * @preemptions: number of times that the host ran something else on the vCPU's CPU
 * @preempt_time: time in these
 * @host_reserved: 0
 * @tail: guest: number of events that it has read; used with PV_EXITS_DROP
 * @mode: guest: PV_EXITS_OVERWRITE or PV_EXITS_DROP
 * @filter: guest: bit pv_exits_bit() of a reason: the host writes events of the reason.  All are 0
 *          at the beginning: no events
 * @guest_reserved: 0
 *
 * The host writes the first 64 bytes, the guest the second 64 bytes.
 *
 * In mode PV_EXITS_OVERWRITE the host can be writing event @head, so that a reader that has copied
 * event n discards it unless @head - n is below @exits_ring_size after that.
 */
struct pv_exits_vcpu {
	__le32 seq;
	__le32 vcpu_id;
	__le32 nr_reasons;
	__le32 head;
	__le32 dropped;
	__le32 host_reserved0;
	__le64 halts;
	__le64 halt_time;
	__le64 preemptions;
	__le64 preempt_time;
	__le64 host_reserved;
	__le32 tail;
	__le32 mode;
	__le32 filter[PV_EXITS_FILTER_BITS / 32];
	__le32 guest_reserved[6];
};

/**
 * struct pv_exits_reason - exits of one reason of a vCPU
 * @reason: the reason, or PV_EXITS_OTHER
 * @reserved0: 0
 * @count: number of exits
 * @time: time outside the guest, without the time in which the vCPU was halted or preempted
 * @users: exits in which the VMM ran
 * @user_time: the part of @time in which it ran
 * @reserved: 0
 * @histogram: exits by their part of @time: 0 of a time of 0, n of times 2^(n-1) .. 2^n - 1, the
 *             last one of all longer times too
 *
 * Entries are used in the order in which the reasons occur.
 */
struct pv_exits_reason {
	__le32 reason;
	__le32 reserved0;
	__le64 count;
	__le64 time;
	__le64 users;
	__le64 user_time;
	__le64 reserved[3];
	__le64 histogram[PV_EXITS_BUCKETS];
};

/**
 * struct pv_exits_event - one exit
 * @reason: the reason
 * @flags: PV_EXITS_PC, ...
 * @pc: address of the instruction that caused the exit, or that was to be executed next
 * @exit: the clock at the exit
 * @entry: the clock at the entry
 * @user: part of the time between both in which the VMM ran
 * @halt: part in which the vCPU was halted
 * @preempt: part in which the vCPU was preempted
 * @info: of a hypercall: its number (VMX 18, SVM 0x81: RAX; arm64 HVC64, SMC64: x0).  Otherwise
 *        VMX: the exit qualification, SVM: EXITINFO1, arm64: ESR_EL2 of a trap
 */
struct pv_exits_event {
	__le32 reason;
	__le32 flags;
	__le64 pc;
	__le64 exit;
	__le64 entry;
	__le64 user;
	__le64 halt;
	__le64 preempt;
	__le64 info;
};

/**
 * pv_exits_bit - bit of a reason in a filter
 * @reason: the reason
 *
 * Return: 0 .. PV_EXITS_FILTER_BITS - 1; different for all reasons that are assigned, with the
 * exception of VMEXIT_INVALID and of codes of SVM for software, which share the last bit.
 */
static inline __u32 pv_exits_bit(__u32 reason)
{
	if (reason < PV_EXITS_FILTER_BITS - 1)
		return reason;
	/* SVM: 0x400 .. 0x41f.  SVM has none at 0xc0 .. 0xdf, and arm64 begins at 0x100. */
	if (reason >= 0x400 && reason < 0x420)
		return reason - 0x400 + 0xc0;
	if (reason >= PV_EXITS_ARM_CODE && reason < PV_EXITS_ARM_CODE + 0x10)
		return reason - PV_EXITS_ARM_CODE + 0xe0;
	return PV_EXITS_FILTER_BITS - 1;
}

/**
 * pv_exits_shared_size - size of shared pages with records and telemetry
 * @nr: number of records, and of vCPUs
 *
 * A description of the device has room for it.
 *
 * Return: bytes, of a host that has the layout of this version.
 */
static inline __u64 pv_exits_shared_size(__u64 nr)
{
	__u64 records = sizeof(struct pv_shared_header) + nr * sizeof(struct pv_freq_record);
	__u64 size = (records + 4095) / 4096 * 4096 + nr * PV_EXITS_VCPU_SIZE;

	return (size + PV_SHARED_ALIGN - 1) / PV_SHARED_ALIGN * PV_SHARED_ALIGN;
}

#endif /* _PV_EXITS_H */
