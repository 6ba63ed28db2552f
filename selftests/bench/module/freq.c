// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of the cpufreq driver, called like the scheduler does, with interrupts off:
 * requests through cpufreq's fast switch, reads of the frequency that a CPU gets, and the tick.
 *
 * Two of the functions are not exported.  A kprobe reports their address, which can be past an
 * ENDBR.  A static call is valid to such an address.
 */
#include <linux/cpufreq.h>
#include <linux/kprobes.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include "arch.h"
#include "bench.h"

DEFINE_STATIC_CALL_NULL(bench_freq_cur, u32 (void *vdev, unsigned int cpu));
DEFINE_STATIC_CALL_NULL(bench_freq_tick, void (void));

static struct cpufreq_policy *bench_policy;
static void *bench_freq_data;

static __always_inline s64 bench_switch(u64 *ticks, unsigned int khz)
{
	u64 begin = bench_counter();
	unsigned int set = cpufreq_driver_fast_switch(bench_policy, khz);

	*ticks = bench_counter() - begin;
	return set == khz ? 0 : -EIO;
}

static unsigned int bench_low(void)
{
	return bench_policy->cpuinfo.min_freq;
}

static unsigned int bench_high(void)
{
	return bench_policy->cpuinfo.max_freq;
}

/* Request the lowest frequency.  The host observes it at an access to the device. */
void bench_freq_lower(void)
{
	u64 ticks;

	bench_switch(&ticks, bench_low());
	bench_host_read(&ticks);
}

/* Request the highest frequency, as in bench_freq_lower(). */
void bench_freq_raise(void)
{
	u64 ticks;

	bench_switch(&ticks, bench_high());
	bench_host_read(&ticks);
}

s64 bench_freq_change(u64 *ticks)
{
	return bench_switch(ticks, bench_high());
}

s64 bench_freq_fall(u64 *ticks)
{
	return bench_switch(ticks, bench_low());
}

s64 bench_freq_same(u64 *ticks)
{
	return bench_switch(ticks, bench_high());
}

s64 bench_freq_read(u64 *ticks)
{
	u64 begin = bench_counter();
	u32 khz = static_call(bench_freq_cur)(bench_freq_data, 0);

	*ticks = bench_counter() - begin;
	return khz >= bench_low() && khz <= bench_high() ? 0 : -EIO;
}

s64 bench_freq_tick_once(u64 *ticks)
{
	u64 begin = bench_counter();

	static_call(bench_freq_tick)();
	*ticks = bench_counter() - begin;
	return 0;
}

/* Return the address of a function, or NULL if no such function exists. */
static void *bench_freq_find(const char *name)
{
	struct kprobe kp = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };

	if (register_kprobe(&kp))
		return NULL;

	unregister_kprobe(&kp);
	return kp.addr;
}

/**
 * bench_freq_begin - acquire the policy and the data of vcpufreq.ko
 *
 * The reference to the policy prevents that the driver is unloaded before bench_freq_end().
 *
 * Return: false if vcpufreq is not the current cpufreq driver.
 */
bool bench_freq_begin(void)
{
	const char *driver = cpufreq_get_current_driver();

	if (!driver || strcmp(driver, "vcpufreq"))
		return false;

	bench_policy = cpufreq_cpu_get(0);
	bench_freq_data = cpufreq_get_driver_data();
	return bench_policy;
}

void bench_freq_end(void)
{
	cpufreq_cpu_put(bench_policy);
}

bool bench_freq_read_begin(void)
{
	void *cur = bench_freq_find("vcpufreq_record_cur");

	if (!cur || !bench_freq_begin())
		return false;

	static_call_update(bench_freq_cur, cur);
	return true;
}

void bench_freq_read_end(void)
{
	/* The static call must not point into the driver, which can be unloaded now. */
	static_call_update(bench_freq_cur, NULL);
	bench_freq_end();
}

bool bench_freq_tick_begin(void)
{
	void *tick = bench_freq_find("topology_scale_freq_tick");

	if (!tick || !bench_freq_begin())
		return false;

	static_call_update(bench_freq_tick, tick);
	return true;
}
