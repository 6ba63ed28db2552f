// SPDX-License-Identifier: GPL-2.0
/*
 * Operations: registers of kvm_pv's device, of a device that the VMM emulates, and of pv_floor's
 */
#include <linux/io.h>
#include <pv/vcpufreq.h>

#include "arch.h"
#include "bench.h"
#include "../floor/pv_floor.h"

static void __iomem *bench_host;
static void __iomem *bench_user;
static void __iomem *bench_floor;

static __always_inline s64 bench_read(u64 *ticks, void __iomem *reg)
{
	u64 begin = bench_counter();

	readl(reg);
	*ticks = bench_counter() - begin;
	return 0;
}

static __always_inline s64 bench_write(u64 *ticks, void __iomem *reg)
{
	u64 begin = bench_counter();

	writel(0, reg);
	*ticks = bench_counter() - begin;
	return 0;
}

/* If the device is not present, a read returns 0 or all ones, depending on the VMM. */
bool bench_host_present(void)
{
	u32 entries = readl(bench_host + PV_FREQ_PERFTBL_LEN);

	return entries && entries <= PV_FREQ_PERFTBL_MAX;
}

s64 bench_host_read(u64 *ticks)
{
	return bench_read(ticks, bench_host + PV_FREQ_CUR_PERF);
}

s64 bench_host_write(u64 *ticks)
{
	return bench_write(ticks, bench_host + PV_FREQ_PERFTBL_SEL);
}

s64 bench_user_read(u64 *ticks)
{
	return bench_read(ticks, bench_user + BENCH_USER_READ);
}

s64 bench_user_write(u64 *ticks)
{
	return bench_write(ticks, bench_user + BENCH_USER_WRITE);
}

bool bench_floor_present(void)
{
	return readl(bench_floor) == BENCH_FLOOR_VALUE;
}

s64 bench_floor_read(u64 *ticks)
{
	return bench_read(ticks, bench_floor);
}

s64 bench_floor_write(u64 *ticks)
{
	return bench_write(ticks, bench_floor);
}

int __init bench_mmio_init(void)
{
	bench_host = ioremap(BENCH_HOST_BASE, PV_FREQ_STRIDE);
	if (!bench_host)
		return -ENOMEM;

	bench_user = ioremap(BENCH_USER_BASE, PAGE_SIZE);
	if (!bench_user)
		goto unmap_host;

	bench_floor = ioremap(BENCH_FLOOR_BASE, PAGE_SIZE);
	if (!bench_floor)
		goto unmap_user;
	return 0;

unmap_user:
	iounmap(bench_user);
unmap_host:
	iounmap(bench_host);
	return -ENOMEM;
}

void bench_mmio_exit(void)
{
	iounmap(bench_floor);
	iounmap(bench_user);
	iounmap(bench_host);
}
