// SPDX-License-Identifier: GPL-2.0
/*
 * Counters and events of the exits of a vCPU, see pv/exits.h.
 *
 * All functions run in the thread of the vCPU with preemption off, so that no lock is needed.  The
 * host adds to counters in the shared pages: a guest that writes there has wrong counters, and
 * changes nothing else.
 */
#include <linux/bitops.h>
#include <linux/irqflags.h>
#include <linux/math64.h>

#include "exits.h"

static __always_inline void kvm_pv_exits_count_begin(struct kvm_pv_exits_vcpu *v)
{
	WRITE_ONCE(v->shared->seq, cpu_to_le32(++v->seq));
	smp_wmb(); /* the odd count before the counters */
}

static __always_inline void kvm_pv_exits_count_end(struct kvm_pv_exits_vcpu *v)
{
	smp_wmb(); /* the counters before the even count */
	WRITE_ONCE(v->shared->seq, cpu_to_le32(++v->seq));
}

static __always_inline struct pv_exits_reason *
kvm_pv_exits_count_reason(struct kvm_pv_exits_vcpu *v, u32 nr)
{
	return (void *)v->shared + KVM_PV_EXITS_REASONS_AT + nr * sizeof(struct pv_exits_reason);
}

/* The last entry counts all reasons that have none. */
static noinline u32 kvm_pv_exits_count_add(struct kvm_pv_exits_vcpu *v, u32 bit)
{
	u32 nr = v->nr_reasons, reason = v->reason;

	if (nr >= KVM_PV_EXITS_REASONS - 1) {
		nr = KVM_PV_EXITS_REASONS - 1;
		reason = PV_EXITS_OTHER;
	}

	kvm_pv_exits_count_begin(v);
	WRITE_ONCE(kvm_pv_exits_count_reason(v, nr)->reason, cpu_to_le32(reason));
	v->nr_reasons = nr + 1;
	WRITE_ONCE(v->shared->nr_reasons, cpu_to_le32(nr + 1));
	kvm_pv_exits_count_end(v);

	v->entry[bit] = nr + 1;
	return nr + 1;
}

static __always_inline struct pv_exits_reason *
kvm_pv_exits_count_find(struct kvm_pv_exits_vcpu *v, u32 bit)
{
	u32 nr = v->entry[bit];

	if (unlikely(!nr))
		nr = kvm_pv_exits_count_add(v, bit);
	return kvm_pv_exits_count_reason(v, nr - 1);
}

/* Where kvm_entry does not report that the guest continues, the time is not known. */
static noinline void kvm_pv_exits_count_untimed(struct kvm_pv_exits_vcpu *v)
{
	struct pv_exits_reason *reason = kvm_pv_exits_count_find(v, pv_exits_bit(v->reason));

	kvm_pv_exits_count_begin(v);
	le64_add_cpu(&reason->count, 1);
	kvm_pv_exits_count_end(v);
}

/**
 * kvm_pv_exits_count_exit - the vCPU has left the guest
 * @v: the vCPU
 * @now: when
 * @reason: why
 * @info: as that of struct pv_exits_event
 */
void kvm_pv_exits_count_exit(struct kvm_pv_exits_vcpu *v, u64 now, u32 reason, u64 info)
{
	if (unlikely(v->exit))
		kvm_pv_exits_count_untimed(v);

	v->exit = now;
	v->idle = 0;
	v->user = 0;
	v->reason = reason;
	v->flags = 0;
	v->halt = 0;
	v->preempt = 0;
	v->info = 0;
	if (READ_ONCE(v->exits->level) != PV_EXITS_EVENTS)
		return;

	v->info = kvm_pv_exits_info(v->vcpu, reason, info);
	if (kvm_pv_exits_pc(v->vcpu, &v->pc))
		v->flags = PV_EXITS_PC;
}

/* Whether the guest wants an event of the reason, and the ring has room for it */
static bool kvm_pv_exits_count_wants(struct kvm_pv_exits_vcpu *v, u32 bit)
{
	const struct pv_exits_vcpu *shared = v->shared;

	if (!(le32_to_cpu(READ_ONCE(shared->filter[bit / 32])) & BIT(bit % 32)))
		return false;
	if (READ_ONCE(shared->mode) != cpu_to_le32(PV_EXITS_DROP) ||
	    v->head - le32_to_cpu(READ_ONCE(shared->tail)) < KVM_PV_EXITS_RING)
		return true;

	WRITE_ONCE(v->shared->dropped, cpu_to_le32(++v->dropped));
	return false;
}

static noinline void kvm_pv_exits_count_event(struct kvm_pv_exits_vcpu *v, u32 bit, u64 exit,
					      u64 entry)
{
	struct pv_exits_event *event = (void *)v->shared + KVM_PV_EXITS_RING_AT;

	if (!kvm_pv_exits_count_wants(v, bit))
		return;

	smp_wmb(); /* the last head before the event that replaces an older one */
	event += v->head % KVM_PV_EXITS_RING;
	event->reason = cpu_to_le32(v->reason);
	event->flags = cpu_to_le32(v->flags);
	event->pc = cpu_to_le64(v->flags & PV_EXITS_PC ? v->pc : 0);
	event->exit = cpu_to_le64(kvm_pv_exits_guest_clock(v->vcpu, exit));
	event->entry = cpu_to_le64(kvm_pv_exits_guest_clock(v->vcpu, entry));
	event->user = cpu_to_le64(v->user);
	event->halt = cpu_to_le64(v->halt);
	event->preempt = cpu_to_le64(v->preempt);
	event->info = cpu_to_le64(v->info);
	/* the event before its number */
	smp_store_release(&v->shared->head, cpu_to_le32(++v->head));
}

/**
 * kvm_pv_exits_count_entry - the vCPU enters the guest
 * @v: the vCPU
 */
void kvm_pv_exits_count_entry(struct kvm_pv_exits_vcpu *v)
{
	u64 exit = v->exit, now = kvm_pv_exits_clock(), time;
	u32 bit = pv_exits_bit(v->reason);
	struct pv_exits_reason *reason;

	if (unlikely(!exit))
		return;

	v->exit = 0;
	time = kvm_pv_exits_scale(v->vcpu, now - exit) - v->idle;
	/* Halts are measured by another clock, and CPUs of the host can have different clocks. */
	if (unlikely((s64)time < 0))
		time = 0;

	reason = kvm_pv_exits_count_find(v, bit);
	kvm_pv_exits_count_begin(v);
	le64_add_cpu(&reason->count, 1);
	le64_add_cpu(&reason->time, time);
	le64_add_cpu(&reason->histogram[min(fls64(time), PV_EXITS_BUCKETS - 1)], 1);
	if (v->flags & PV_EXITS_USER) {
		le64_add_cpu(&reason->users, 1);
		le64_add_cpu(&reason->user_time, min(v->user, time));
	}
	kvm_pv_exits_count_end(v);

	if (READ_ONCE(v->exits->level) == PV_EXITS_EVENTS)
		kvm_pv_exits_count_event(v, bit, exit, now);
}

/**
 * kvm_pv_exits_count_halt - a halt of the vCPU has ended
 * @v: the vCPU
 * @ns: its duration
 */
void kvm_pv_exits_count_halt(struct kvm_pv_exits_vcpu *v, u64 ns)
{
	/* The division of x86 faults if the result does not fit. */
	u64 ticks = mul_u64_u32_div(min(ns, (u64)U32_MAX * USEC_PER_SEC),
				    kvm_pv_exits_khz(v->vcpu), USEC_PER_SEC);

	v->idle += ticks;
	v->halt += ticks;
	kvm_pv_exits_count_begin(v);
	le64_add_cpu(&v->shared->halts, 1);
	le64_add_cpu(&v->shared->halt_time, ticks);
	kvm_pv_exits_count_end(v);
}

static void kvm_pv_exits_count_first(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu)
{
	v->vcpu = vcpu;
	WRITE_ONCE(v->shared->vcpu_id, cpu_to_le32(vcpu->vcpu_id));
	WRITE_ONCE(v->exits->header->exits_khz, cpu_to_le32(kvm_pv_exits_khz(vcpu)));
}

/**
 * kvm_pv_exits_count_load - the vCPU is loaded on this CPU
 * @v: the vCPU
 * @vcpu: the vCPU of KVM
 *
 * May be called again for a vCPU that is loaded, in an interrupt.
 */
void kvm_pv_exits_count_load(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu)
{
	u64 since = v->since, ticks;
	u64 started = max(READ_ONCE(v->exits->started), READ_ONCE(kvm_pv_exits_probed));

	if (unlikely(v->vcpu != vcpu))
		kvm_pv_exits_count_first(v, vcpu);
	/* The telemetry was off, or the module disabled, since then. */
	if (unlikely(v->exit && v->exit < started))
		v->exit = 0;
	if (!since)
		return;
	v->since = 0;
	if (since < started)
		return;

	ticks = kvm_pv_exits_scale(vcpu, kvm_pv_exits_clock() - since);
	if (v->away == KVM_PV_EXITS_VMM && v->exit) {
		v->user += ticks;
		v->flags |= PV_EXITS_USER;
	} else if (v->away == KVM_PV_EXITS_PREEMPTED) {
		v->idle += ticks;
		v->preempt += ticks;
		kvm_pv_exits_count_begin(v);
		le64_add_cpu(&v->shared->preemptions, 1);
		le64_add_cpu(&v->shared->preempt_time, ticks);
		kvm_pv_exits_count_end(v);
	}
}

/**
 * kvm_pv_exits_count_put - the vCPU leaves this CPU
 * @v: the vCPU
 * @vcpu: the vCPU of KVM
 *
 * The scheduler calls it with interrupts off, the end of an ioctl of the vCPU with interrupts on.
 */
void kvm_pv_exits_count_put(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu)
{
	v->since = kvm_pv_exits_clock();
	if (!irqs_disabled())
		v->away = KVM_PV_EXITS_VMM;
	else
		v->away = READ_ONCE(vcpu->preempted) ? KVM_PV_EXITS_PREEMPTED :
						       KVM_PV_EXITS_BLOCKED;
}
