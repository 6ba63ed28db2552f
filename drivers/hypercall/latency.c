// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_LATENCY: the cost of a call.
 *
 * The run is cut into chunks, each of which a worker of the measured CPU does:
 * between them signals are seen, and the CPU can go offline.  Interrupts are off
 * for one call at a time, and its trace events are outside of what is measured.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <pv/hypercall.h>

#include "../hypervisor/conduit.h"
#include "pv_hypercall.h"
#include "trace.h"

#define CHUNK_MS		2
#define OVERHEAD_SAMPLES	256

struct latency_run {
	u32 nr;
	u32 warmup;		/* calls still to be made before the first that counts */
	u32 left;		/* calls still to be measured */
	u32 khz;
	u32 *counts;
	struct pv_hypercall_times *times;	/* of each, NULL: they carry no tag */
	u64 tag;
	u32 done;
	u64 overhead;
	u64 min;
	u64 max;
	u64 sum;
	s64 status;
	bool calibrated;
};

/* Ticks, or 0 where a counter went backwards because the host moved the vCPU. */
static u64 elapsed(u64 begin, u64 end)
{
	return end > begin ? end - begin : 0;
}

static u64 ticks_to_ns(const struct latency_run *run, u64 ticks)
{
	return run->khz ? mul_u64_u32_div(ticks, USEC_PER_SEC, run->khz) : 0;
}

static void calibrate(struct latency_run *run)
{
	unsigned long flags;
	u64 begin, end;
	int i;

	run->overhead = U64_MAX;
	for (i = 0; i < OVERHEAD_SAMPLES; i++) {
		local_irq_save(flags);
		begin = pv_counter_read();
		end = pv_counter_read();
		local_irq_restore(flags);
		run->overhead = min(run->overhead, elapsed(begin, end));
	}
	run->calibrated = true;
}

static void add_sample(struct latency_run *run, u64 ticks)
{
	ticks -= min(ticks, run->overhead);
	run->min = min(run->min, ticks);
	run->max = max(run->max, ticks);
	run->sum += ticks;
	pv_histogram_add(run->counts, ticks);
}

static void add_times(struct latency_run *run, u64 begin, u64 end)
{
	if (run->times)
		run->times[run->done] = (struct pv_hypercall_times){ begin, end };
	run->done++;
}

static long run_chunk(void *arg)
{
	struct latency_run *run = arg;
	u64 start, begin, end, args[4] = {}, result[4];
	unsigned long flags;

	if (!run->calibrated)
		calibrate(run);
	start = pv_counter_read();
	do {
		if (run->times && !run->warmup) {
			args[0] = run->tag;
			args[1] = run->done;
		}
		local_irq_save(flags);
		trace_enter(run->nr, args);
		begin = pv_counter_read();
		pv_conduit(run->nr, args, result);
		end = pv_counter_read();
		if (trace_exit_enabled())
			trace_exit(run->nr, result, ticks_to_ns(run, elapsed(begin, end)));
		local_irq_restore(flags);

		run->status = result[0];
		if (run->warmup) {
			run->warmup--;
		} else {
			add_sample(run, elapsed(begin, end));
			add_times(run, begin, end);
			run->left--;
		}
	} while (run->left && elapsed(start, end) < (u64)CHUNK_MS * run->khz);
	return 0;
}

static int run_all(struct latency_run *run, unsigned int cpu)
{
	int err;

	do {
		err = work_on_cpu_safe(cpu, run_chunk, run);
		if (err)
			return err;
		if (run->left && signal_pending(current))
			return -EINTR;
	} while (run->left);
	return 0;
}

static int copy_out(struct pv_hypercall_latency *l, const struct latency_run *run)
{
	l->samples -= run->left;
	l->counter_khz = run->khz;
	l->min = l->samples ? run->min : 0;
	l->max = run->max;
	l->sum = run->sum;
	l->overhead = run->overhead;
	l->status = run->status;
	if (run->times)
		return copy_to_user(u64_to_user_ptr(l->buckets), run->times,
				    run->done * sizeof(*run->times)) ? -EFAULT : 0;
	if (l->buckets &&
	    copy_to_user(u64_to_user_ptr(l->buckets), run->counts,
			 PV_HYPERCALL_BUCKETS * sizeof(*run->counts)))
		return -EFAULT;
	return 0;
}

/* A number that only unsafe_calls admits is as raw as that of PV_HYPERCALL_CALL. */
static int check_nr(u64 nr)
{
	const struct pv_call *known = pv_call_find(nr);

	if (!pv_call_admit(nr))
		return -EPERM;
	return known && known->admitted ? 0 : pv_call_check_lockdown();
}

/* The first argument is a tag, and such calls ignore it; unsafe_calls does not change that. */
static int check_tagged(const struct pv_hypercall_latency *l)
{
	const struct pv_call *known = pv_call_find(l->nr);

	if (!known || !known->admitted)
		return -EPERM;
	if (l->sum >> 32 != PV_TAG || l->samples > PV_HYPERCALL_MAX_TAGGED)
		return -EINVAL;
	return 0;
}

static size_t out_size(const struct pv_hypercall_latency *l, bool tagged)
{
	return tagged ? l->samples * sizeof(struct pv_hypercall_times) :
			PV_HYPERCALL_BUCKETS * sizeof(u32);
}

static int check(const struct pv_hypercall_latency *l, bool tagged)
{
	int err = check_nr(l->nr);

	if (!err && tagged)
		err = check_tagged(l);
	if (err)
		return err;
	if (!l->samples || l->samples > PV_HYPERCALL_MAX_SAMPLES ||
	    l->warmup > PV_HYPERCALL_MAX_SAMPLES)
		return -EINVAL;
	if (!pv_cpu_is_present(l->cpu))
		return -ENXIO;
	/* A bad address is better known before a run of minutes than after it. */
	if ((l->buckets || tagged) &&
	    clear_user(u64_to_user_ptr(l->buckets), out_size(l, tagged)))
		return -EFAULT;
	return 0;
}

int pv_ioctl_latency(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_latency l;
	struct latency_run run = {};
	int err, err_copy;

	if (copy_from_user(&l, user, sizeof(l)))
		return -EFAULT;
	err = check(&l, flags & PV_HYPERCALL_TAGGED);
	if (err)
		return err;

	run.nr = l.nr;
	run.warmup = l.warmup;
	run.left = l.samples;
	run.khz = pv_counter_khz();
	run.min = U64_MAX;
	run.counts = pv_histogram_alloc();
	if (!run.counts)
		return -ENOMEM;
	if (flags & PV_HYPERCALL_TAGGED) {
		run.tag = l.sum;
		run.times = kvcalloc(l.samples, sizeof(*run.times), GFP_KERNEL_ACCOUNT);
		if (!run.times) {
			err = -ENOMEM;
			goto free_counts;
		}
	}
	err = run_all(&run, l.cpu);
	if (!err || err == -EINTR) {
		l.flags = 0;
		err_copy = copy_out(&l, &run);
		if (!err_copy && copy_to_user(user, &l, sizeof(l)))
			err_copy = -EFAULT;
		if (err_copy)
			err = err_copy;
	}
	kvfree(run.times);
free_counts:
	kvfree(run.counts);
	return err;
}
