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
	WRITE_ONCE(v->shared->seq, cpu_to_le32(v->seq + 1));
	smp_wmb(); /* the odd count before the counters */
}

static __always_inline void kvm_pv_exits_count_end(struct kvm_pv_exits_vcpu *v)
{
	v->seq += 2;
	smp_wmb(); /* the counters before the even count */
	WRITE_ONCE(v->shared->seq, cpu_to_le32(v->seq));
}

/* The entry that had the last reason with the same lower bits, which can be of another reason */
static __always_inline struct kvm_pv_exits_slot *
kvm_pv_exits_count_last(struct kvm_pv_exits_vcpu *v)
{
	BUILD_BUG_ON(ARRAY_SIZE(v->last) != 256);
	return &v->slots[v->last[(u8)v->reason]];
}

static __always_inline u64 kvm_pv_exits_count_key(const struct kvm_pv_exits_vcpu *v)
{
	return v->reason | KVM_PV_EXITS_USED;
}

/* The last entry counts all reasons that have none. */
static void kvm_pv_exits_count_add(struct kvm_pv_exits_vcpu *v, u32 nr, u32 reason)
{
	struct kvm_pv_exits_slot *slot = &v->slots[nr];

	slot->shared = (void *)v->shared + KVM_PV_EXITS_REASONS_AT +
		       nr * sizeof(struct pv_exits_reason);
	kvm_pv_exits_count_begin(v);
	WRITE_ONCE(slot->shared->reason, cpu_to_le32(reason));
	v->nr_reasons = nr + 1;
	WRITE_ONCE(v->shared->nr_reasons, cpu_to_le32(nr + 1));
	kvm_pv_exits_count_end(v);
}

static struct pv_exits_reason *kvm_pv_exits_count_find(struct kvm_pv_exits_vcpu *v)
{
	u64 key = kvm_pv_exits_count_key(v);
	u32 nr;

	for (nr = 0; nr < KVM_PV_EXITS_REASONS - 1; nr++) {
		if (nr == v->nr_reasons) {
			kvm_pv_exits_count_add(v, nr, v->reason);
			v->slots[nr].key = key;
		}
		if (v->slots[nr].key == key) {
			v->last[(u8)v->reason] = nr;
			return v->slots[nr].shared;
		}
	}

	if (v->nr_reasons < KVM_PV_EXITS_REASONS)
		kvm_pv_exits_count_add(v, KVM_PV_EXITS_REASONS - 1, PV_EXITS_OTHER);
	return v->slots[KVM_PV_EXITS_REASONS - 1].shared;
}

/* Where kvm_entry does not report that the guest continues, the time is not known. */
static noinline void kvm_pv_exits_count_untimed(struct kvm_pv_exits_vcpu *v)
{
	struct pv_exits_reason *reason = kvm_pv_exits_count_find(v);

	kvm_pv_exits_count_begin(v);
	le64_add_cpu(&reason->count, 1);
	kvm_pv_exits_count_end(v);
}

/* An exit that follows another one without an entry, that has an event, or without a fast clock */
static noinline void kvm_pv_exits_count_exit_slowly(struct kvm_pv_exits_vcpu *v, u32 cause)
{
	if (v->exit)
		kvm_pv_exits_count_untimed(v);
	v->exit = kvm_pv_exits_clock();
	v->flags = READ_ONCE(v->first_flags);
	kvm_pv_exits_reason(v, cause);
	if (!v->flags)
		return;

	v->info = kvm_pv_exits_info(v);
	if (kvm_pv_exits_pc(v->vcpu, &v->pc))
		v->flags |= PV_EXITS_PC;
}

/*
 * Probe of kvm_exit.
 *
 * Each exit of each VM calls this function and the next one, so they have no calls on the path of a
 * VM without telemetry, and few instructions on that of counters.  KVM reports some exits with
 * preemption on.
 */
static void notrace kvm_pv_exits_count_on_exit(void *data, KVM_PV_EXITS_EXIT_ARGS)
{
	struct kvm_pv_exits_vcpu *v;

	if (kvm_pv_exits_none())
		return;

	preempt_disable_notrace();
	v = __this_cpu_read(kvm_pv_exits_loaded);
	if (!v)
		goto out;
	if (unlikely(v->exit || READ_ONCE(v->first_flags) || !kvm_pv_exits_has_fast_clock())) {
		kvm_pv_exits_count_exit_slowly(v, KVM_PV_EXITS_CAUSE);
		goto out;
	}

	v->exit = kvm_pv_exits_fast_clock();
	v->flags = 0;
	kvm_pv_exits_reason(v, KVM_PV_EXITS_CAUSE);
out:
	preempt_enable_notrace();
}

/* Whether the guest wants an event of the reason, and the ring has room for it */
static bool kvm_pv_exits_count_wants(struct kvm_pv_exits_vcpu *v, u32 bit)
{
	const struct pv_exits_vcpu *shared = v->shared;

	if (!(le32_to_cpu(READ_ONCE(shared->filter[bit / 32])) >> (bit % 32) & 1))
		return false;
	if (READ_ONCE(shared->mode) != cpu_to_le32(PV_EXITS_DROP) ||
	    v->head - le32_to_cpu(READ_ONCE(shared->tail)) < KVM_PV_EXITS_RING)
		return true;

	WRITE_ONCE(v->shared->dropped, cpu_to_le32(++v->dropped));
	return false;
}

static void kvm_pv_exits_count_event(struct kvm_pv_exits_vcpu *v, u64 exit, u64 ticks)
{
	u64 clock = kvm_pv_exits_guest_clock(v->vcpu, exit);
	struct pv_exits_event *event = (void *)v->shared + KVM_PV_EXITS_RING_AT;
	u32 flags = v->flags;

	if (!kvm_pv_exits_count_wants(v, pv_exits_bit(v->reason)))
		return;

	smp_wmb(); /* the last head before the event that replaces an older one */
	event += v->head % KVM_PV_EXITS_RING;
	event->reason = cpu_to_le32(v->reason);
	event->flags = cpu_to_le32(flags & (PV_EXITS_PC | PV_EXITS_USER));
	event->pc = cpu_to_le64(flags & PV_EXITS_PC ? v->pc : 0);
	event->exit = cpu_to_le64(clock);
	event->entry = cpu_to_le64(clock + ticks);
	event->user = cpu_to_le64(flags & KVM_PV_EXITS_AWAY ? v->user : 0);
	event->halt = cpu_to_le64(flags & KVM_PV_EXITS_AWAY ? v->halt : 0);
	event->preempt = cpu_to_le64(flags & KVM_PV_EXITS_AWAY ? v->preempt : 0);
	event->info = cpu_to_le64(v->info);
	/* the event before its number */
	smp_store_release(&v->shared->head, cpu_to_le32(++v->head));
}

static __always_inline void kvm_pv_exits_count_exit(struct pv_exits_reason *reason, u64 time,
						    u32 bucket)
{
	le64_add_cpu(&reason->count, 1);
	le64_add_cpu(&reason->time, time);
	le64_add_cpu(&reason->histogram[bucket], 1);
}

/*
 * An exit with an event, with time in the VMM or in a halt, with times out of the ordinary, or of
 * another reason than the last one with the same lower bits
 */
/* The CPUs of a host can have different clocks: a later time of another CPU can be smaller. */
static u64 kvm_pv_exits_count_elapsed(u64 from, u64 to)
{
	return (s64)(to - from) < 0 ? 0 : to - from;
}

static noinline void kvm_pv_exits_count_slowly(struct kvm_pv_exits_vcpu *v, u64 exit, u64 now)
{
	u64 ticks = kvm_pv_exits_scale(v->vcpu, kvm_pv_exits_count_elapsed(exit, now));
	struct kvm_pv_exits_slot *slot = kvm_pv_exits_count_last(v);
	struct pv_exits_reason *reason = slot->shared;
	u64 time = ticks;

	if (unlikely(slot->key != kvm_pv_exits_count_key(v)))
		reason = kvm_pv_exits_count_find(v);
	if (v->flags & KVM_PV_EXITS_AWAY)
		time -= v->halt + v->preempt;
	/* Halts are measured by another clock. */
	if ((s64)time < 0)
		time = 0;

	kvm_pv_exits_count_begin(v);
	kvm_pv_exits_count_exit(reason, time, min(fls64(time), PV_EXITS_BUCKETS - 1));
	if (v->flags & PV_EXITS_USER) {
		le64_add_cpu(&reason->users, 1);
		le64_add_cpu(&reason->user_time, min(v->user, time));
	}
	kvm_pv_exits_count_end(v);

	if (v->flags & KVM_PV_EXITS_EVENT)
		kvm_pv_exits_count_event(v, exit, ticks);
}

static noinline void kvm_pv_exits_count_unstable(struct kvm_pv_exits_vcpu *v, u64 exit)
{
	kvm_pv_exits_count_slowly(v, exit, kvm_pv_exits_clock());
}

/* Probe of kvm_entry.  Interrupts are off. */
static void notrace kvm_pv_exits_count_on_entry(void *data, KVM_PV_EXITS_ENTRY_ARGS)
{
	struct kvm_pv_exits_vcpu *v = __this_cpu_read(kvm_pv_exits_loaded);
	struct kvm_pv_exits_slot *slot;
	u64 exit, now, time;

	if (!v)
		return;
	exit = v->exit;
	if (unlikely(!exit))
		return;

	v->exit = 0;
	if (unlikely(!kvm_pv_exits_has_fast_clock())) {
		kvm_pv_exits_count_unstable(v, exit);
		return;
	}
	now = kvm_pv_exits_fast_clock();
	time = now - exit;
	/* First, because each event has flags */
	if (unlikely(v->flags))
		goto slowly;
	slot = kvm_pv_exits_count_last(v);
	if (unlikely(time > S32_MAX || kvm_pv_exits_scaled(v->vcpu) ||
		     slot->key != kvm_pv_exits_count_key(v)))
		goto slowly;

	BUILD_BUG_ON(PV_EXITS_BUCKETS <= 31);
	kvm_pv_exits_count_begin(v);
	kvm_pv_exits_count_exit(slot->shared, time, fls((u32)time));
	kvm_pv_exits_count_end(v);
	return;

slowly:
	kvm_pv_exits_count_slowly(v, exit, now);
}

/* Begins to measure the times outside the guest that not all exits have. */
static void kvm_pv_exits_count_away(struct kvm_pv_exits_vcpu *v)
{
	if (v->flags & KVM_PV_EXITS_AWAY)
		return;

	v->flags |= KVM_PV_EXITS_AWAY;
	v->user = 0;
	v->halt = 0;
	v->preempt = 0;
}

static void kvm_pv_exits_count_halt(struct kvm_pv_exits_vcpu *v, u64 ns)
{
	/* The division of x86 faults if the result does not fit. */
	u64 ticks = mul_u64_u32_div(min(ns, (u64)U32_MAX * USEC_PER_SEC),
				    kvm_pv_exits_khz(v->vcpu), USEC_PER_SEC);

	kvm_pv_exits_count_away(v);
	v->halt += ticks;
	kvm_pv_exits_count_begin(v);
	le64_add_cpu(&v->shared->halts, 1);
	le64_add_cpu(&v->shared->halt_time, ticks);
	kvm_pv_exits_count_end(v);
}

/* Probe of kvm_vcpu_wakeup: a halt of the vCPU has ended. */
static void notrace kvm_pv_exits_count_on_wakeup(void *data, u64 ns, bool waited, bool valid)
{
	struct kvm_pv_exits_vcpu *v;

	preempt_disable_notrace();
	v = __this_cpu_read(kvm_pv_exits_loaded);
	if (v)
		kvm_pv_exits_count_halt(v, ns);
	preempt_enable_notrace();
}

void * const kvm_pv_exits_count_probes[] = {
	[KVM_PV_EXITS_PROBE_ENTRY]	= kvm_pv_exits_count_on_entry,
	[KVM_PV_EXITS_PROBE_EXIT]	= kvm_pv_exits_count_on_exit,
	[KVM_PV_EXITS_PROBE_WAKEUP]	= kvm_pv_exits_count_on_wakeup,
};

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

	ticks = kvm_pv_exits_scale(vcpu, kvm_pv_exits_count_elapsed(since, kvm_pv_exits_clock()));
	if (v->away == KVM_PV_EXITS_VMM && v->exit) {
		kvm_pv_exits_count_away(v);
		v->user += ticks;
		v->flags |= PV_EXITS_USER;
	} else if (v->away == KVM_PV_EXITS_PREEMPTED) {
		kvm_pv_exits_count_away(v);
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
