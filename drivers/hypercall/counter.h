/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A counter that is read in program order and without an exit: the TSC, or the virtual counter
 * of arm64.
 */
#ifndef _PV_HYPERCALL_COUNTER_H
#define _PV_HYPERCALL_COUNTER_H

#include <linux/types.h>

#if defined(CONFIG_X86)

#include <asm/msr.h>
#include <asm/tsc.h>

/* A fence orders it.  CPUID orders it as well, but exits to the host. */
static inline u64 pv_counter_read(void)
{
	return rdtsc_ordered();
}

static inline u32 pv_counter_khz(void)
{
	return tsc_khz;
}

#elif defined(CONFIG_ARM64)

#include <asm/arch_timer.h>
#include <asm/barrier.h>

/*
 * The accessor has an ISB before the read, and the workarounds for errata of the timer.  The
 * second ISB prevents that later instructions are executed before the read (Arm DDI 0487,
 * "Synchronization requirements for AArch64 System registers").
 */
static inline u64 pv_counter_read(void)
{
	u64 now = __arch_counter_get_cntvct_stable();

	isb();
	return now;
}

static inline u32 pv_counter_khz(void)
{
	return arch_timer_get_cntfrq() / 1000;
}

#endif

#endif /* _PV_HYPERCALL_COUNTER_H */
