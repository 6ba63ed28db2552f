// SPDX-License-Identifier: GPL-2.0
/*
 * The TSC.  CPUID, which benchmarks like to put before it, leaves the guest and
 * would be measured too; a fence orders it as well.
 */
#include <asm/msr.h>
#include <asm/tsc.h>

#include "pv_hypercall.h"

u64 pv_counter_read(void)
{
	return rdtsc_ordered();
}

u32 pv_counter_khz(void)
{
	return tsc_khz;
}
