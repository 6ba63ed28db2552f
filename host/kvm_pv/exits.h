/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of exit telemetry, and what the probes need of the architecture:
 *
 *   kvm_pv_exits_none()	whether no vCPU with telemetry is loaded, if that is cheap with
 *				preemption on
 *   kvm_pv_exits_clock()	the host's clock that the guest's clock is made from
 *   kvm_pv_exits_has_fast_clock()	whether kvm_pv_exits_fast_clock() can replace it
 *   kvm_pv_exits_scale()	a difference of the host's clock in ticks of the guest's clock
 *   kvm_pv_exits_guest_clock()	the guest's clock at a time of the host's clock
 *   kvm_pv_exits_khz()		frequency of the guest's clock, 0: unknown
 *   kvm_pv_exits_scaled()	whether kvm_pv_exits_scale() changes a difference
 *   KVM_PV_EXITS_EXIT_ARGS	parameters of a probe of kvm_exit
 *   KVM_PV_EXITS_CAUSE		what kvm_pv_exits_reason() needs of them
 *   kvm_pv_exits_reason()	stores the reason of an exit, see pv/exits.h
 *   kvm_pv_exits_info()	information on it, after kvm_pv_exits_reason()
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

/* Layout of the telemetry of a vCPU: the vCPU, the reasons, and the ring in pages of its own */
#define KVM_PV_EXITS_REASONS_AT	256
#define KVM_PV_EXITS_REASONS	50
#define KVM_PV_EXITS_LAST	256
#define KVM_PV_EXITS_RING_AT	0x4000
#define KVM_PV_EXITS_RING	512
#define KVM_PV_EXITS_STRIDE	PV_EXITS_VCPU_SIZE

/* Why a vCPU does not run on its CPU */
enum kvm_pv_exits_away {
	KVM_PV_EXITS_VMM,	/* the VMM runs, or an ioctl of the vCPU has ended */
	KVM_PV_EXITS_PREEMPTED,
	KVM_PV_EXITS_BLOCKED,	/* the thread sleeps in KVM */
};

/* Flags of struct kvm_pv_exits_vcpu, with PV_EXITS_PC and PV_EXITS_USER */
#define KVM_PV_EXITS_EVENT	0x100	/* the level is PV_EXITS_EVENTS */
#define KVM_PV_EXITS_AWAY	0x200	/* @user, @halt and @preempt are those since the exit */

/* Flag of struct kvm_pv_exits_slot.key: the entry is in use */
#define KVM_PV_EXITS_USED	BIT_ULL(32)

/**
 * struct kvm_pv_exits_slot - an entry of the counters by reason
 * @key: its reason with KVM_PV_EXITS_USED, 0: not in use, or the entry of all other reasons
 * @shared: the entry in the shared pages
 */
struct kvm_pv_exits_slot {
	u64 key;
	struct pv_exits_reason *shared;
};

/**
 * struct kvm_pv_exits_vcpu - state of a vCPU
 * @exit: host's clock at the exit, 0: the vCPU is in the guest, or the exit was not seen
 * @vcpu: the vCPU of KVM, NULL: it was not loaded yet
 * @shared: what the guest sees
 * @reason: reason of the exit
 * @flags: KVM_PV_EXITS_EVENT, ..., of the exit
 * @first_flags: those at an exit: KVM_PV_EXITS_EVENT or 0
 * @seq: last value of its @seq
 * @info: information on the exit from KVM
 * @user: ticks since the exit in which the VMM ran
 * @halt: ticks since the exit in which the vCPU was halted
 * @preempt: ticks since the exit in which the vCPU was preempted
 * @pc: address of the instruction, with PV_EXITS_PC
 * @unused: output of functions of KVM that is not used
 * @since: host's clock when the vCPU was put, 0: it is loaded
 * @away: why it was put
 * @exits: the VM's
 * @head: last value of its @head
 * @dropped: last value of its @dropped
 * @nr_reasons: last value of its @nr_reasons
 * @last: by the lower bits of a reason: the entry of @slots of the last reason that has them
 * @slots: by the number of the entry
 *
 * Only the thread that runs the vCPU accesses the members, with preemption off, except for
 * @first_flags, which a change of the level writes.  The guest can write to @shared, so the host
 * reads no offset, index or size there.
 */
struct kvm_pv_exits_vcpu {
	u64 exit;
	struct kvm_vcpu *vcpu;
	struct pv_exits_vcpu *shared;
	u32 reason;
	u32 flags;
	u32 first_flags;
	u32 seq;
	u64 info;
	u64 user;
	u64 halt;
	u64 preempt;
	u64 pc;
	struct {
		u64 info2;
		u32 intr_info;
		u32 error_code;
	} unused;
	u64 since;
	enum kvm_pv_exits_away away;
	struct kvm_pv_exits *exits;
	u32 head;
	u32 dropped;
	u32 nr_reasons;
	u8 last[KVM_PV_EXITS_LAST];
	struct kvm_pv_exits_slot slots[KVM_PV_EXITS_REASONS];
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

#if defined(CONFIG_X86)
#include "exits-x86.h"
#elif defined(CONFIG_ARM64)
#include "exits-arm64.h"
#endif

/* Trace events of KVM */
enum kvm_pv_exits_probe {
	KVM_PV_EXITS_PROBE_ENTRY,
	KVM_PV_EXITS_PROBE_EXIT,
	KVM_PV_EXITS_PROBE_WAKEUP,
	KVM_PV_EXITS_PROBES
};

/* exits-probe.c */
extern u64 kvm_pv_exits_probed;	/* host's clock when the probes were registered last */

int kvm_pv_exits_probe_get(void);
void kvm_pv_exits_probe_put(void);
void kvm_pv_exits_probe_sync(void);

/* exits-count.c */
extern void * const kvm_pv_exits_count_probes[KVM_PV_EXITS_PROBES];

void kvm_pv_exits_count_load(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu);
void kvm_pv_exits_count_put(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu);

#endif /* _KVM_PV_EXITS_H */
