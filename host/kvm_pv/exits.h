/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of exit telemetry, and what the probes need of the architecture:
 *
 *   kvm_pv_exits_clock()	the host's clock that the guest's clock is made from
 *   kvm_pv_exits_scale()	a difference of the host's clock in ticks of the guest's clock
 *   kvm_pv_exits_guest_clock()	the guest's clock at a time of the host's clock
 *   kvm_pv_exits_khz()		frequency of the guest's clock, 0: unknown
 *   KVM_PV_EXITS_EXIT_ARGS	parameters of a probe of kvm_exit
 *   KVM_PV_EXITS_CAUSE		what kvm_pv_exits_reason() needs of them
 *   kvm_pv_exits_reason()	reason of an exit, see pv/exits.h, and its info
 *   kvm_pv_exits_pc()		address of the instruction, if the guest may see it
 *
 * The functions of the architecture are inline, because each exit calls them.
 */
#ifndef _KVM_PV_EXITS_H
#define _KVM_PV_EXITS_H

#include <linux/kvm_host.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <pv/exits.h>

#include "compat.h"

#if defined(CONFIG_X86)
#include "exits-x86.h"
#elif defined(CONFIG_ARM64)
#include "exits-arm64.h"
#endif

/* Layout of the telemetry of a vCPU: the vCPU, the reasons, and the ring in pages of its own */
#define KVM_PV_EXITS_REASONS_AT	256
#define KVM_PV_EXITS_REASONS	50
#define KVM_PV_EXITS_RING_AT	0x4000
#define KVM_PV_EXITS_RING	512
#define KVM_PV_EXITS_STRIDE	PV_EXITS_VCPU_SIZE

/* Why a vCPU does not run on its CPU */
enum kvm_pv_exits_away {
	KVM_PV_EXITS_VMM,	/* the VMM runs, or an ioctl of the vCPU has ended */
	KVM_PV_EXITS_PREEMPTED,
	KVM_PV_EXITS_BLOCKED,	/* the thread sleeps in KVM */
};

/**
 * struct kvm_pv_exits_vcpu - state of a vCPU
 * @exit: host's clock at the exit, 0: the vCPU is in the guest, or the exit was not seen
 * @idle: ticks since then in which the vCPU was halted or preempted
 * @user: ticks since then in which the VMM ran
 * @reason: reason of the exit
 * @flags: PV_EXITS_PC, ...
 * @pc: address of the instruction, with PV_EXITS_PC
 * @info: as that of struct pv_exits_event
 * @halt: ticks since the exit in which the vCPU was halted
 * @preempt: ticks since the exit in which the vCPU was preempted
 * @since: host's clock when the vCPU was put, 0: it is loaded
 * @away: why it was put
 * @vcpu: the vCPU of KVM, NULL: it was not loaded yet
 * @exits: the VM's
 * @shared: what the guest sees
 * @seq: last value of its @seq
 * @head: last value of its @head
 * @dropped: last value of its @dropped
 * @nr_reasons: last value of its @nr_reasons
 * @entry: by pv_exits_bit(): number of the entry of the reason, plus 1; 0: none
 *
 * Only the thread that runs the vCPU accesses the members, with preemption off.  The guest can
 * write to @shared, so the host reads no offset, index or size there.
 */
struct kvm_pv_exits_vcpu {
	u64 exit;
	u64 idle;
	u64 user;
	u32 reason;
	u32 flags;
	u64 pc;
	u64 info;
	u64 halt;
	u64 preempt;
	u64 since;
	enum kvm_pv_exits_away away;
	struct kvm_vcpu *vcpu;
	struct kvm_pv_exits *exits;
	struct pv_exits_vcpu *shared;
	u32 seq;
	u32 head;
	u32 dropped;
	u32 nr_reasons;
	u8 entry[PV_EXITS_FILTER_BITS];
};

/**
 * struct kvm_pv_exits - telemetry of a VM
 * @header: header of the shared pages
 * @lock: protects the changes of @level, and @closed
 * @level: PV_EXITS_OFF, ...
 * @closed: the VM is detached: @level stays PV_EXITS_OFF
 * @started: host's clock when @level was last changed from PV_EXITS_OFF
 * @nr: entries of @vcpus
 * @vcpus: by the vCPU's index
 */
struct kvm_pv_exits {
	struct pv_shared_header *header;
	struct mutex lock; /* changes of the level */
	u32 level;
	bool closed;
	u64 started;
	u32 nr;
	struct kvm_pv_exits_vcpu vcpus[];
};

/* State of the vCPU that is loaded on a CPU; NULL: none, or its VM has no telemetry */
DECLARE_PER_CPU(struct kvm_pv_exits_vcpu *, kvm_pv_exits_loaded);

/* exits-probe.c */
extern u64 kvm_pv_exits_probed;	/* host's clock when the probes were registered last */

int kvm_pv_exits_probe_get(void);
void kvm_pv_exits_probe_put(void);
void kvm_pv_exits_probe_sync(void);

/* exits-count.c */
void kvm_pv_exits_count_exit(struct kvm_pv_exits_vcpu *v, u64 now, u32 reason, u64 info);
void kvm_pv_exits_count_entry(struct kvm_pv_exits_vcpu *v);
void kvm_pv_exits_count_halt(struct kvm_pv_exits_vcpu *v, u64 ns);
void kvm_pv_exits_count_load(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu);
void kvm_pv_exits_count_put(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu);

#endif /* _KVM_PV_EXITS_H */
