// SPDX-License-Identifier: GPL-2.0-only
/*
 * Passes the events of the rings to the trace event pv_exits:exit.
 *
 * The host writes events only while the filter of a vCPU selects reasons.  The filter is set as
 * long as the trace event is enabled, and each CPU has a deferrable work then, which drains the
 * rings of all vCPUs unless another CPU has just done so.  An idle CPU is not woken for it, and a
 * busy one does not wait for an idle one.  Otherwise nothing runs.
 *
 * A full ring loses its oldest events, so the works run often if a ring fills fast.
 */
#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "../shared.h"
#include "clock.h"
#include "pv_exits.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#define PV_DRAIN_PERIOD		msecs_to_jiffies(20)

static bool pv_drain_enabled;
static bool pv_drain_ready; /* the works can run */
static DEFINE_MUTEX(pv_drain_state_lock); /* protects the change of both */

/*
 * Events that were read by vCPU, and the epoch that they are of, 0: the filters are not set.
 * pv_area_lock protects them.
 */
static u32 *pv_drain_tails;
static u32 pv_drain_nr;
static u32 pv_drain_epoch;
static atomic64_t pv_drain_nr_lost;

static unsigned long pv_drain_next; /* jiffies of the next drain; pv_area_lock protects it */
static DEFINE_PER_CPU(struct delayed_work, pv_drain_works);
static int pv_drain_cpuhp;

static void pv_drain_switch_fn(struct work_struct *work);
static DECLARE_WORK(pv_drain_switch_work, pv_drain_switch_fn);

/* The time of both clocks at one moment */
struct pv_drain_clock {
	u64 ticks;
	u64 ns;
};

static void pv_drain_lose(u64 nr)
{
	atomic64_add(nr, &pv_drain_nr_lost);
}

/**
 * pv_drain_lost - events that the rings lost since the module was loaded
 */
u64 pv_drain_lost(void)
{
	return atomic64_read(&pv_drain_nr_lost);
}

static void pv_drain_name(char *name, u32 reason)
{
	const char *known = pv_reason_name(pv_area.set, reason);

	memset(name, 0, PV_REASON_NAME);
	if (known)
		strscpy(name, known, PV_REASON_NAME);
	else
		scnprintf(name, PV_REASON_NAME, "%#x", reason);
}

static void pv_drain_emit(u32 vcpu, const struct pv_exits_event *event,
			  const struct pv_drain_clock *clock)
{
	u64 exit = le64_to_cpu(event->exit), entry = le64_to_cpu(event->entry);
	u64 halt = le64_to_cpu(event->halt), preempt = le64_to_cpu(event->preempt);
	u64 time = entry - exit;
	struct pv_trace_exit out;

	if (entry < exit || halt > S64_MAX || preempt > S64_MAX) {
		pv_area_note("the times of an event run backwards");
		return;
	}
	/* A snapshot that was loaded after the exit has set the clock back. */
	if (exit > clock->ticks) {
		pv_drain_lose(1);
		return;
	}
	/* Halts are measured by another clock. */
	time -= min(time, halt + preempt);

	out.vcpu = vcpu;
	out.reason = le32_to_cpu(event->reason);
	pv_drain_name(out.name, out.reason);
	out.rip = le32_to_cpu(event->flags) & PV_EXITS_PC ? le64_to_cpu(event->pc) : 0;
	out.timestamp = clock->ns - min(clock->ns, pv_area_ns(clock->ticks - exit));
	out.ns = pv_area_ns(time);
	out.user_ns = pv_area_ns(min(le64_to_cpu(event->user), time));
	out.halt_ns = pv_area_ns(halt);
	out.preempt_ns = pv_area_ns(preempt);
	out.info = le64_to_cpu(event->info);
	trace_exit(&out);
}

/* Only 32-bit accesses are safe if the host has been detached. */
static void pv_drain_copy(struct pv_exits_event *event, const struct pv_exits_event *shared)
{
	const __le32 *from = (const __le32 *)shared;
	__le32 *to = (__le32 *)event;
	unsigned int i;

	for (i = 0; i < sizeof(*event) / sizeof(*to); i++)
		to[i] = READ_ONCE(from[i]);
}

/* Returns whether the ring was filled by more than a quarter. */
static bool pv_drain_vcpu(u32 vcpu)
{
	const struct pv_exits_vcpu *shared = pv_area_vcpu(vcpu);
	const struct pv_exits_event *ring = (const void *)shared + pv_area.ring;
	u32 size = pv_area.ring_size, *tail = &pv_drain_tails[vcpu], head, nr;
	struct pv_exits_event event;
	struct pv_drain_clock clock;

	head = pv_shared_word(&shared->head);
	smp_rmb(); /* the head before the events */
	/* After the head: all events up to it are older. */
	clock.ns = ktime_get_ns();
	clock.ticks = pv_clock_read();
	nr = head - *tail;
	if (nr > S32_MAX) {
		pv_area_note("the head of a ring runs backwards");
		*tail = head;
		return false;
	}
	if (nr > size) {
		pv_drain_lose(nr - size);
		*tail = head - size;
	}

	for (; *tail != head; ++*tail) {
		pv_drain_copy(&event, &ring[*tail & (size - 1)]);
		smp_rmb(); /* the event before the head */
		if (pv_shared_word(&shared->head) - *tail >= size)
			pv_drain_lose(1);
		else
			pv_drain_emit(vcpu, &event, &clock);
	}

	return nr > size / 4;
}

static void pv_drain_set_filter(u32 vcpu, u32 word)
{
	struct pv_exits_vcpu *shared = pv_area_vcpu(vcpu);
	unsigned int i;

	WRITE_ONCE(shared->mode, cpu_to_le32(PV_EXITS_OVERWRITE));
	for (i = 0; i < ARRAY_SIZE(shared->filter); i++)
		WRITE_ONCE(shared->filter[i], cpu_to_le32(word));
}

/* Selects all reasons, and forgets the events of before. */
static int pv_drain_open(void)
{
	u32 *tails, i;

	lockdep_assert_held(&pv_area_lock);

	if (pv_area.epoch == pv_drain_epoch && pv_area.nr == pv_drain_nr)
		return 0;

	tails = kvcalloc(pv_area.nr, sizeof(*tails), GFP_KERNEL);
	if (!tails)
		return -ENOMEM;
	kvfree(pv_drain_tails);
	pv_drain_tails = tails;
	pv_drain_nr = pv_area.nr;
	pv_drain_epoch = pv_area.epoch;
	for (i = 0; i < pv_drain_nr; i++) {
		tails[i] = pv_shared_word(&pv_area_vcpu(i)->head);
		pv_drain_set_filter(i, U32_MAX);
	}
	return 0;
}

/**
 * pv_drain_close - select no reason
 *
 * The event was disabled, or the mapping changes.  The kernel before a reset can have selected
 * reasons too, which cost the host instructions at each exit.  If the event is enabled, the next
 * drain selects all reasons.
 */
void pv_drain_close(void)
{
	u32 i;

	lockdep_assert_held(&pv_area_lock);

	/* Writes to the pages of a detached host exit to the VMM. */
	if (!pv_area_update()) {
		for (i = 0; i < pv_area.nr; i++)
			pv_drain_set_filter(i, 0);
	}
	pv_drain_epoch = 0;
	pv_drain_nr = 0;
	kvfree(pv_drain_tails);
	pv_drain_tails = NULL;
}

static bool pv_drain_all(void)
{
	bool filled = false;
	u32 i;

	if (pv_area_update() || !pv_area.ring_size || pv_drain_open())
		return false;

	for (i = 0; i < pv_drain_nr; i++) {
		filled |= pv_drain_vcpu(i);
		cond_resched();
	}
	return filled;
}

/**
 * pv_drain_run - drain the rings now
 *
 * Does nothing while the trace event is disabled.
 */
void pv_drain_run(void)
{
	lockdep_assert_held(&pv_area_lock);

	if (READ_ONCE(pv_drain_enabled))
		pv_drain_all();
}

static void pv_drain_queue(unsigned int cpu, unsigned long delay)
{
	mod_delayed_work_on(cpu, system_freezable_wq, per_cpu_ptr(&pv_drain_works, cpu), delay);
}

/* Bound to its CPU: the hotplug callback cancels the work before the CPU is offline. */
static void pv_drain_work_fn(struct work_struct *work)
{
	unsigned long now, delay;
	bool filled;

	mutex_lock(&pv_area_lock);
	if (READ_ONCE(pv_drain_enabled) && time_after_eq(jiffies, pv_drain_next)) {
		filled = pv_drain_all();
		pv_drain_next = jiffies + (filled ? 1 : PV_DRAIN_PERIOD);
	}
	now = jiffies;
	delay = time_after(pv_drain_next, now) ? pv_drain_next - now : 1;
	mutex_unlock(&pv_area_lock);

	if (READ_ONCE(pv_drain_enabled))
		pv_drain_queue(smp_processor_id(), min(delay, PV_DRAIN_PERIOD));
}

/* Starts the works of all CPUs, or selects no event any more. */
static void pv_drain_switch_fn(struct work_struct *work)
{
	unsigned int cpu;

	mutex_lock(&pv_area_lock);
	if (READ_ONCE(pv_drain_enabled))
		pv_drain_next = jiffies;
	else
		pv_drain_close();
	mutex_unlock(&pv_area_lock);

	if (!READ_ONCE(pv_drain_enabled))
		return;
	cpus_read_lock();
	for_each_online_cpu(cpu)
		pv_drain_queue(cpu, 0);
	cpus_read_unlock();
}

static int pv_drain_online(unsigned int cpu)
{
	if (READ_ONCE(pv_drain_enabled))
		pv_drain_queue(cpu, PV_DRAIN_PERIOD);
	return 0;
}

static int pv_drain_offline(unsigned int cpu)
{
	cancel_delayed_work_sync(per_cpu_ptr(&pv_drain_works, cpu));
	return 0;
}

static void pv_drain_enable(bool on)
{
	mutex_lock(&pv_drain_state_lock);
	WRITE_ONCE(pv_drain_enabled, on);
	if (pv_drain_ready)
		schedule_work(&pv_drain_switch_work);
	mutex_unlock(&pv_drain_state_lock);
}

/* The trace event has its first user. */
int pv_drain_reg(void)
{
	pv_drain_enable(true);
	return 0;
}

/* The trace event has no user any more. */
void pv_drain_unreg(void)
{
	pv_drain_enable(false);
}

/**
 * pv_drain_init - start draining
 *
 * The trace event can have users before the init function of the module runs.
 *
 * Return: 0 or a negative error code
 */
int pv_drain_init(void)
{
	int cpu, err;

	for_each_possible_cpu(cpu)
		INIT_DEFERRABLE_WORK(per_cpu_ptr(&pv_drain_works, cpu), pv_drain_work_fn);
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "virt/pv_exits:online", pv_drain_online,
				pv_drain_offline);
	if (err < 0)
		return err;
	pv_drain_cpuhp = err;

	mutex_lock(&pv_drain_state_lock);
	pv_drain_ready = true;
	if (pv_drain_enabled)
		schedule_work(&pv_drain_switch_work);
	mutex_unlock(&pv_drain_state_lock);
	return 0;
}

/**
 * pv_drain_exit - stop draining
 *
 * The mapping was removed.  The kernel removes the users of the trace event after the module's
 * exit function.
 */
void pv_drain_exit(void)
{
	mutex_lock(&pv_drain_state_lock);
	pv_drain_ready = false;
	WRITE_ONCE(pv_drain_enabled, false);
	mutex_unlock(&pv_drain_state_lock);
	cancel_work_sync(&pv_drain_switch_work);
	cpuhp_remove_state(pv_drain_cpuhp);
}
