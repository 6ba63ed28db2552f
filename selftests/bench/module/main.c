// SPDX-License-Identifier: GPL-2.0
/*
 * Each operation has a file in debugfs.  A read measures the operation and returns
 *
 *	INSTRUCTIONS EXITS	EXITS is - if the host does not report exits
 *	- - REASON		the operation cannot be measured
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../../../drivers/hypervisor/pv_hypervisor.h"
#include "arch.h"
#include "bench.h"

static const struct bench benches[] = {
	{ "hypercall-raw",	bench_raw,		-BENCH_ENOSYS },
	{ "hypercall-raw-vectors", bench_raw_vectors,	-BENCH_ENOSYS },
	{ "hypercall-nop",	bench_nop,		0 },
	{ "hypercall-vcpu-info", bench_vcpu_info,	0 },
	{ "exit-cpuid",		bench_cpuid,		0 },
	{ "host-read",		bench_host_read,	0, bench_host_present },
	{ "host-write",		bench_host_write,	0, bench_host_present },
	{ "mmio-user-read",	bench_user_read,	0 },
	{ "mmio-user-write",	bench_user_write,	0 },
	{ "mmio-floor-read",	bench_floor_read,	0, bench_floor_present },
	{ "mmio-floor-write",	bench_floor_write,	0, bench_floor_present },
	{ "freq-change",	bench_freq_change,	0, bench_freq_begin,
	  bench_freq_end, bench_freq_lower },
	{ "freq-same",		bench_freq_same,	0, bench_freq_begin,
	  bench_freq_end, bench_freq_raise },
	{ "freq-fall",		bench_freq_fall,	0, bench_freq_begin,
	  bench_freq_end, bench_freq_raise },
	{ "freq-read",		bench_freq_read,	0, bench_freq_read_begin,
	  bench_freq_read_end },
	{ "freq-tick",		bench_freq_tick_once,	0, bench_freq_tick_begin,
	  bench_freq_end },
};

static struct dentry *bench_dir;

/* A counter with another frequency than 1 GHz does not count instructions. */
static bool bench_counts_instructions(void)
{
	u32 khz = bench_counter_khz();

	return khz > 999000 && khz < 1001000;
}

static int bench_show(struct seq_file *m, void *unused)
{
	const struct bench *bench = m->private;
	struct bench_result result;
	bool ok;

	if (!bench_counts_instructions()) {
		seq_printf(m, "- - the counter ticks at %u kHz, not once per instruction\n",
			   bench_counter_khz());
		return 0;
	}
	bench_settle();
	if (bench->begin && !bench->begin()) {
		seq_puts(m, "- - the device or driver is not present\n");
		return 0;
	}

	ok = bench_run(bench, &result);
	if (bench->end)
		bench->end();

	if (!ok)
		seq_printf(m, "- - the result was %lld, expected %lld\n", result.ret,
			   bench->expected);
	else if (result.exits < 0)
		seq_printf(m, "%llu -\n", result.instructions);
	else
		seq_printf(m, "%llu %lld\n", result.instructions, result.exits);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(bench);

static int __init bench_init(void)
{
	int i, err;

	if (!pv_on_kvm())
		return -ENODEV;

	err = bench_call_init();
	if (err)
		return err;

	err = bench_mmio_init();
	if (err)
		goto exit_call;

	bench_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	for (i = 0; i < ARRAY_SIZE(benches); i++) {
		if (benches[i].once)
			debugfs_create_file(benches[i].name, 0400, bench_dir,
					    (void *)&benches[i], &bench_fops);
	}
	return 0;

exit_call:
	bench_call_exit();
	return err;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	debugfs_remove(bench_dir);
	bench_mmio_exit();
	bench_call_exit();
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Instruction counts of VM exits");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
