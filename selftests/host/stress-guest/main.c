// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: a malicious guest.
 *
 * A thread on each CPU does random operations on kvm_pv: it accesses all registers of all
 * windows, writes to the shared pages, makes hypercalls, and removes memory.  No driver may be
 * bound to the device.  The guest itself must survive this, so the host gets addresses of the
 * module's own memory only.
 *
 * Loading the module starts the threads.  File counts in debugfs reports the progress: the
 * number of running threads, milliseconds, and a line for each enum stress_count.
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
#include "stress.h"

static unsigned long ops = 50000;
module_param(ops, ulong, 0444);
MODULE_PARM_DESC(ops, "sum of the operations of all threads");

static unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "seed of the random numbers");

static unsigned long base;
module_param(base, ulong, 0444);
MODULE_PARM_DESC(base, "address of the device");

static unsigned long shared;
module_param(shared, ulong, 0444);
MODULE_PARM_DESC(shared, "address of the shared pages, 0: none");

static unsigned int size;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "size of the device in bytes, 0: a window for each possible CPU");

/* Slow operations have low weights. */
static const struct stress_op {
	u32 weight;
	void (*run)(struct stress *h);
} stress_ops[] = {
	{ 500, stress_access },
	{ 295, stress_scribble },
	{ 200, stress_call },
	{ 4, stress_access_outside },
	{ 1, stress_unplug },
};

static const char * const stress_names[STRESS_NR_COUNTS] = {
	[STRESS_OPS]		= "ops",
	[STRESS_READS]		= "reads",
	[STRESS_REQUESTS]	= "requests",
	[STRESS_REFUSED]	= "refused",
	[STRESS_CALLS]		= "calls",
	[STRESS_STRANGE]	= "strange-calls",
	[STRESS_SCRIBBLES]	= "scribbles",
	[STRESS_OUTSIDE]	= "outside",
	[STRESS_UNPLUGS]	= "unplugs",
	[STRESS_WRONG]		= "wrong",
};

static struct stress *stress_threads;
static unsigned int stress_nr;
static atomic_t stress_running;
static ktime_t stress_begin, stress_end;
static struct dentry *stress_dir;

void stress_wrong(struct stress *h, const char *what, u64 at, u64 answer)
{
	if (!h->counts[STRESS_WRONG])
		pr_err("%s of %#llx: the result is %#llx\n", what, at, answer);
	stress_count(h, STRESS_WRONG);
}

static void stress_run_one(struct stress *h)
{
	const struct stress_op *op = stress_ops;
	u32 sum = 0, pick;
	int i;

	for (i = 0; i < ARRAY_SIZE(stress_ops); i++)
		sum += stress_ops[i].weight;

	for (pick = stress_below(h, sum); pick >= op->weight; op++)
		pick -= op->weight;
	op->run(h);
}

static int stress_thread(void *data)
{
	struct stress *h = data;
	u64 mine = DIV_ROUND_UP(ops, stress_nr);

	while (!kthread_should_stop() && h->counts[STRESS_OPS] < mine) {
		stress_run_one(h);
		cond_resched();
	}
	if (atomic_dec_and_test(&stress_running))
		WRITE_ONCE(stress_end, ktime_get());

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
	int running = atomic_read(&stress_running);
	ktime_t end = running ? ktime_get() : READ_ONCE(stress_end);
	unsigned int i, j;
	u64 sum;

	seq_printf(m, "running %d\n", running);
	seq_printf(m, "ms %lld\n", ktime_ms_delta(end, stress_begin));
	for (i = 0; i < STRESS_NR_COUNTS; i++) {
		for (sum = 0, j = 0; j < stress_nr; j++)
			sum += READ_ONCE(stress_threads[j].counts[i]);
		seq_printf(m, "%s %llu\n", stress_names[i], sum);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

static void stress_stop(void)
{
	unsigned int i;

	for (i = 0; i < stress_nr; i++)
		kthread_stop(stress_threads[i].task);
}

static int stress_start(void)
{
	struct stress *h = stress_threads;
	int cpu;

	for_each_online_cpu(cpu) {
		prandom_seed_state(&h->rnd, (u64)seed << 32 | cpu);
		h->task = kthread_create(stress_thread, h, "stress/%d", cpu);
		if (IS_ERR(h->task)) {
			stress_stop();
			return PTR_ERR(h->task);
		}
		kthread_bind(h->task, cpu);
		stress_nr++;
		h++;
	}

	stress_begin = ktime_get();
	atomic_set(&stress_running, stress_nr);
	for (h = stress_threads; h < stress_threads + stress_nr; h++)
		wake_up_process(h->task);
	return 0;
}

static int __init stress_init(void)
{
	int err;

	if (!base || base % PV_FREQ_STRIDE || size % PV_FREQ_STRIDE) {
		pr_err("base= and size= must be multiples of %#x, and base= must not be 0\n",
		       PV_FREQ_STRIDE);
		return -EINVAL;
	}
	if (!pv_on_kvm())
		return -ENODEV;

	stress_base = base;
	stress_windows = size ? size / PV_FREQ_STRIDE : num_possible_cpus();
	stress_shared = shared;
	stress_threads = kcalloc(num_possible_cpus(), sizeof(*stress_threads), GFP_KERNEL);
	if (!stress_threads)
		return -ENOMEM;

	err = stress_memory_init();
	if (err)
		goto free_threads;
	err = stress_access_init(stress_threads);
	if (err)
		goto exit_memory;
	err = stress_pages_init();
	if (err)
		goto exit_access;
	err = stress_start();
	if (err)
		goto exit_pages;

	stress_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counts", 0400, stress_dir, NULL, &counts_fops);
	return 0;

exit_pages:
	stress_pages_exit();
exit_access:
	stress_access_exit();
exit_memory:
	stress_memory_exit();
free_threads:
	kfree(stress_threads);
	return err;
}
module_init(stress_init);

static void __exit stress_exit(void)
{
	debugfs_remove(stress_dir);
	stress_stop();
	stress_pages_exit();
	stress_access_exit();
	stress_memory_exit();
	kfree(stress_threads);
}
module_exit(stress_exit);

MODULE_DESCRIPTION("Test double: a malicious guest");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
