// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: a malicious guest.
 *
 * A thread on each CPU does random operations on kvm_pv: it accesses all registers of all
 * windows, switches records on and off, writes to shared memory, makes hypercalls, and removes
 * memory.  No driver may be bound to the device.  The guest itself must survive this, so the
 * host gets addresses of the module's own memory only.
 *
 * Loading the module starts the threads.  File counts in debugfs reports the progress: the
 * number of running threads, milliseconds, and a line for each enum hostile_count.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <pv/vcpufreq.h>

#include "../../../drivers/hypervisor/pv_hypervisor.h"
#include "hostile.h"

static unsigned long ops = 50000;
module_param(ops, ulong, 0444);
MODULE_PARM_DESC(ops, "sum of the operations of all threads");

static unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "seed of the random numbers");

static unsigned long base;
module_param(base, ulong, 0444);
MODULE_PARM_DESC(base, "address of the device");

static unsigned int size;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "size of the device in bytes, 0: a window for each possible CPU");

/* Slow operations have low weights. */
static const struct hostile_op {
	u32 weight;
	void (*run)(struct hostile *h);
} hostile_ops[] = {
	{ 500, hostile_access },
	{ 200, hostile_scribble },
	{ 200, hostile_call },
	{ 50, hostile_record_on },
	{ 45, hostile_record_switch },
	{ 4, hostile_access_outside },
	{ 1, hostile_unplug },
};

static const char * const hostile_names[HOSTILE_NR_COUNTS] = {
	[HOSTILE_OPS]		= "ops",
	[HOSTILE_READS]		= "reads",
	[HOSTILE_REQUESTS]	= "requests",
	[HOSTILE_REFUSED]	= "refused",
	[HOSTILE_CALLS]		= "calls",
	[HOSTILE_STRANGE]	= "strange-calls",
	[HOSTILE_RECORDS]	= "records",
	[HOSTILE_SCRIBBLES]	= "scribbles",
	[HOSTILE_OUTSIDE]	= "outside",
	[HOSTILE_UNPLUGS]	= "unplugs",
	[HOSTILE_WRONG]		= "wrong",
};

static struct hostile *hostile_threads;
static unsigned int hostile_nr;
static atomic_t hostile_running;
static ktime_t hostile_begin, hostile_end;
static struct dentry *hostile_dir;

void hostile_wrong(struct hostile *h, const char *what, u64 at, u64 answer)
{
	if (!h->counts[HOSTILE_WRONG])
		pr_err("%s of %#llx: the result is %#llx\n", what, at, answer);
	hostile_count(h, HOSTILE_WRONG);
}

static void hostile_run_one(struct hostile *h)
{
	const struct hostile_op *op = hostile_ops;
	u32 sum = 0, pick;
	int i;

	for (i = 0; i < ARRAY_SIZE(hostile_ops); i++)
		sum += hostile_ops[i].weight;

	for (pick = hostile_below(h, sum); pick >= op->weight; op++)
		pick -= op->weight;
	op->run(h);
}

static int hostile_thread(void *data)
{
	struct hostile *h = data;
	u64 mine = DIV_ROUND_UP(ops, hostile_nr);

	while (!kthread_should_stop() && h->counts[HOSTILE_OPS] < mine) {
		hostile_run_one(h);
		cond_resched();
	}
	if (atomic_dec_and_test(&hostile_running))
		WRITE_ONCE(hostile_end, ktime_get());

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static int counts_show(struct seq_file *m, void *unused)
{
	int running = atomic_read(&hostile_running);
	ktime_t end = running ? ktime_get() : READ_ONCE(hostile_end);
	unsigned int i, j;
	u64 sum;

	seq_printf(m, "running %d\n", running);
	seq_printf(m, "ms %lld\n", ktime_ms_delta(end, hostile_begin));
	for (i = 0; i < HOSTILE_NR_COUNTS; i++) {
		for (sum = 0, j = 0; j < hostile_nr; j++)
			sum += READ_ONCE(hostile_threads[j].counts[i]);
		seq_printf(m, "%s %llu\n", hostile_names[i], sum);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

static void hostile_stop(void)
{
	unsigned int i;

	for (i = 0; i < hostile_nr; i++)
		kthread_stop(hostile_threads[i].task);
}

static int hostile_start(void)
{
	struct hostile *h = hostile_threads;
	int cpu;

	for_each_online_cpu(cpu) {
		prandom_seed_state(&h->rnd, (u64)seed << 32 | cpu);
		h->task = kthread_create(hostile_thread, h, "hostile/%d", cpu);
		if (IS_ERR(h->task)) {
			hostile_stop();
			return PTR_ERR(h->task);
		}
		kthread_bind(h->task, cpu);
		hostile_nr++;
		h++;
	}

	hostile_begin = ktime_get();
	atomic_set(&hostile_running, hostile_nr);
	for (h = hostile_threads; h < hostile_threads + hostile_nr; h++)
		wake_up_process(h->task);
	return 0;
}

static int __init hostile_init(void)
{
	int err;

	if (!base || base % PV_FREQ_STRIDE || size % PV_FREQ_STRIDE) {
		pr_err("base= and size= must be multiples of %#x, and base= must not be 0\n",
		       PV_FREQ_STRIDE);
		return -EINVAL;
	}
	if (!pv_on_kvm())
		return -ENODEV;

	hostile_base = base;
	hostile_windows = size ? size / PV_FREQ_STRIDE : num_possible_cpus();
	hostile_threads = kcalloc(num_possible_cpus(), sizeof(*hostile_threads), GFP_KERNEL);
	if (!hostile_threads)
		return -ENOMEM;

	err = hostile_memory_init();
	if (err)
		goto free_threads;
	err = hostile_access_init(hostile_threads);
	if (err)
		goto exit_memory;
	hostile_record_init(hostile_threads);
	err = hostile_start();
	if (err)
		goto exit_access;

	hostile_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counts", 0400, hostile_dir, NULL, &counts_fops);
	return 0;

exit_access:
	hostile_access_exit();
exit_memory:
	hostile_memory_exit();
free_threads:
	kfree(hostile_threads);
	return err;
}
module_init(hostile_init);

static void __exit hostile_exit(void)
{
	debugfs_remove(hostile_dir);
	hostile_stop();
	hostile_record_exit(hostile_threads);
	hostile_access_exit();
	hostile_memory_exit();
	kfree(hostile_threads);
}
module_exit(hostile_exit);

MODULE_DESCRIPTION("Test double: a malicious guest");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
