// SPDX-License-Identifier: GPL-2.0
/*
 * Operations: hypercalls
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/smp.h>
#include <pv/hypercall.h>

#include "../../../drivers/hypervisor/pv_hypervisor.h"
#include "arch.h"
#include "bench.h"

static struct pv_vcpu_info *bench_record;
static u64 bench_record_gpa;
static u64 bench_vcpu;

static __always_inline s64 bench_call(u64 *ticks, u32 nr, u64 arg0, u64 arg1)
{
	u64 begin = bench_counter();
	s64 ret = bench_hypercall(nr, arg0, arg1);

	*ticks = bench_counter() - begin;
	return ret;
}

s64 bench_empty(u64 *ticks)
{
	u64 begin = bench_counter();

	*ticks = bench_counter() - begin;
	return 0;
}

s64 bench_raw(u64 *ticks)
{
	return bench_call(ticks, PV_HC_UNASSIGNED, 0, 0);
}

s64 bench_raw_vectors(u64 *ticks)
{
	bench_use_vectors();
	return bench_raw(ticks);
}

s64 bench_nop(u64 *ticks)
{
	return bench_call(ticks, PV_HC_NOP, 0, 0);
}

s64 bench_vcpu_info(u64 *ticks)
{
	return bench_call(ticks, PV_HC_VCPU_INFO, bench_vcpu, bench_record_gpa);
}

/* Read the number of exits of this vCPU, up to the exit of the call that reads it. */
bool bench_exits(u64 *exits)
{
	u64 ticks;

	if (bench_vcpu_info(&ticks) || !(READ_ONCE(bench_record->flags) & PV_VCPU_EXITS))
		return false;
	*exits = READ_ONCE(bench_record->exits);
	return true;
}

int __init bench_call_init(void)
{
	bench_record = (struct pv_vcpu_info *)get_zeroed_page(GFP_KERNEL);
	if (!bench_record)
		return -ENOMEM;

	bench_record_gpa = virt_to_phys(bench_record);
	bench_vcpu = pv_vcpu_id(raw_smp_processor_id());
	return 0;
}

void bench_call_exit(void)
{
	free_page((unsigned long)bench_record);
}
