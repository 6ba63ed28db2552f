// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_LATENCY and PV_HYPERCALL_TAGGED: the latency of a call, as a histogram or as the
 * times of each call.
 *
 * A worker of the measured CPU makes the calls in chunks.  Between two chunks signals are
 * handled, and the CPU can go offline.  Interrupts are disabled for one call at a time, and its
 * trace events are not measured.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/uaccess.h>
#include <pv/hypercall.h>

#include "counter.h"
#include "histogram.h"
#include "pv_hypercall.h"
#include "send.h"

#define PV_LATENCY_CHUNK_MS	2
#define PV_LATENCY_OVERHEADS	256

static_assert(PV_HYPERCALL_TAG == PV_TAG);

/**
 * struct pv_latency_run - a run
 * @nr: number of the call
 * @warmup: remaining calls before the first measured call
 * @left: remaining measured calls
 * @khz: frequency of the counter
 * @done: measured calls
 * @status: answer to the last call
 * @overhead: ticks of an empty measurement
 * @calibrated: @overhead is known
 * @histogram: measured calls of a run that is not tagged
 * @times: times of each measured call, NULL if the run is not tagged
 * @tag: first argument of a tagged call
 */
struct pv_latency_run {
	u32 nr;
	u32 warmup;
	u32 left;
	u32 khz;
	u32 done;
	s64 status;
	u64 overhead;
	bool calibrated;

	struct pv_histogram histogram;

	struct pv_hypercall_times *times;
	u64 tag;
};

static u64 pv_latency_ns(const struct pv_latency_run *run, u64 ticks)
{
	return run->khz ? mul_u64_u32_div(ticks, USEC_PER_SEC, run->khz) : 0;
}

static void pv_latency_calibrate(struct pv_latency_run *run)
{
	unsigned long flags;
	u64 begin, end;
	int i;

	run->overhead = U64_MAX;
	for (i = 0; i < PV_LATENCY_OVERHEADS; i++) {
		local_irq_save(flags);
		begin = pv_counter_read();
		end = pv_counter_read();
		local_irq_restore(flags);
		run->overhead = min(run->overhead, pv_histogram_elapsed(begin, end));
	}
	run->calibrated = true;
}

static void pv_latency_add(struct pv_latency_run *run, u64 begin, u64 end)
{
	if (run->times)
		run->times[run->done] = (struct pv_hypercall_times){ begin, end };
	else
		pv_histogram_add(&run->histogram, begin, end, run->overhead);
	run->done++;
}

static long pv_latency_run_chunk(void *arg)
{
	struct pv_latency_run *run = arg;
	u64 start, begin, end, args[4] = {}, result[4];
	unsigned long flags;

	if (!run->calibrated)
		pv_latency_calibrate(run);
	start = pv_counter_read();
	do {
		if (run->times && !run->warmup) {
			args[0] = run->tag;
			args[1] = run->done;
		}
		local_irq_save(flags);
		trace_pv_hypercall_enter(run->nr, args);
		begin = pv_counter_read();
		pv_conduit(run->nr, args, result);
		end = pv_counter_read();
		if (trace_pv_hypercall_exit_enabled()) {
			u64 ticks = pv_histogram_elapsed(begin, end);

			trace_pv_hypercall_exit(run->nr, result, pv_latency_ns(run, ticks));
		}
		local_irq_restore(flags);

		run->status = result[0];
		if (run->warmup) {
			run->warmup--;
		} else {
			pv_latency_add(run, begin, end);
			run->left--;
		}
	} while (run->left &&
		 pv_histogram_elapsed(start, end) < (u64)PV_LATENCY_CHUNK_MS * run->khz);
	return 0;
}

static int pv_latency_run_on(struct pv_latency_run *run, unsigned int cpu)
{
	int err;

	run->khz = pv_counter_khz();
	do {
		err = pv_send_on_cpu(cpu, pv_latency_run_chunk, run);
		if (err)
			return err;
		if (run->left && signal_pending(current))
			return -EINTR;
	} while (run->left);
	return 0;
}

/* A number that only unsafe_calls allows needs the same check as in PV_HYPERCALL_CALL. */
static int pv_latency_check_nr(u64 nr)
{
	const struct pv_call *known = pv_table_find(nr);

	if (!pv_table_allowed(nr))
		return -EPERM;
	return known && known->allowed ? 0 : pv_send_check_lockdown();
}

/* Tags are arguments, so calls that have effects are not valid, with unsafe_calls as well. */
static int pv_latency_check_tagged_nr(u64 nr)
{
	const struct pv_call *known = pv_table_find(nr);

	return known && known->allowed ? 0 : -EPERM;
}

static int pv_latency_check(u32 *cpu, u32 warmup, u32 samples, u32 max_samples)
{
	if (!samples || samples > max_samples || warmup > PV_HYPERCALL_MAX_SAMPLES)
		return -EINVAL;
	return pv_cpu_is_present(cpu) ? 0 : -ENXIO;
}

int pv_latency_ioctl(struct file *file, union pv_arg *arg)
{
	struct pv_hypercall_latency *l = &arg->latency;
	const size_t size = PV_HYPERCALL_BUCKETS * sizeof(u32);
	void __user *buckets = u64_to_user_ptr(l->buckets);
	struct pv_latency_run run = { .histogram.min = U64_MAX };
	u32 cpu = l->cpu;
	int err;

	if (l->reserved)
		return -EINVAL;
	err = pv_latency_check_nr(l->nr);
	if (!err)
		err = pv_latency_check(&cpu, l->warmup, l->samples, PV_HYPERCALL_MAX_SAMPLES);
	if (err)
		return err;
	/* Report an invalid address before a run that can take minutes. */
	if (l->buckets && clear_user(buckets, size))
		return -EFAULT;

	run.nr = l->nr;
	run.warmup = l->warmup;
	run.left = l->samples;
	run.histogram.counts = kvcalloc(PV_HYPERCALL_BUCKETS, sizeof(u32), GFP_KERNEL);
	if (!run.histogram.counts)
		return -ENOMEM;
	err = pv_latency_run_on(&run, cpu);

	l->done = run.done;
	l->counter_khz = run.khz;
	l->min = run.done ? run.histogram.min : 0;
	l->max = run.histogram.max;
	l->sum = run.histogram.sum;
	l->overhead = run.overhead;
	l->status = run.status;
	if ((!err || err == -EINTR) && l->buckets &&
	    copy_to_user(buckets, run.histogram.counts, size))
		err = -EFAULT;
	kvfree(run.histogram.counts);
	return err;
}

int pv_latency_ioctl_tagged(struct file *file, union pv_arg *arg)
{
	struct pv_hypercall_tagged *t = &arg->tagged;
	const size_t size = t->samples * sizeof(struct pv_hypercall_times);
	void __user *times = u64_to_user_ptr(t->times);
	struct pv_latency_run run = {};
	u32 cpu = t->cpu;
	int err;

	err = pv_latency_check_tagged_nr(t->nr);
	if (!err)
		err = pv_latency_check(&cpu, t->warmup, t->samples, PV_HYPERCALL_MAX_TAGGED);
	if (err)
		return err;
	if (clear_user(times, size))
		return -EFAULT;

	run.nr = t->nr;
	run.warmup = t->warmup;
	run.left = t->samples;
	run.tag = (u64)PV_TAG << 32 | t->tag;
	run.times = kvcalloc(t->samples, sizeof(*run.times), GFP_KERNEL_ACCOUNT);
	if (!run.times)
		return -ENOMEM;
	err = pv_latency_run_on(&run, cpu);

	t->done = run.done;
	t->counter_khz = run.khz;
	t->overhead = run.overhead;
	t->status = run.status;
	if ((!err || err == -EINTR) &&
	    copy_to_user(times, run.times, run.done * sizeof(*run.times)))
		err = -EFAULT;
	kvfree(run.times);
	return err;
}
