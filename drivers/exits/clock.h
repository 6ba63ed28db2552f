/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock of the telemetry, see pv/exits.h.
 */
#ifndef _PV_EXITS_CLOCK_H
#define _PV_EXITS_CLOCK_H

#include <linux/types.h>

#if defined(CONFIG_X86)
#include <asm/msr.h>
#include <asm/tsc.h>

static inline u64 pv_clock_read(void)
{
	return rdtsc_ordered();
}

/* Return: its frequency, 0: the kernel does not know it */
static inline u32 pv_clock_khz(void)
{
	return tsc_khz;
}
#elif defined(CONFIG_ARM64)
#include <asm/arch_timer.h>

static inline u64 pv_clock_read(void)
{
	return __arch_counter_get_cntvct();
}

static inline u32 pv_clock_khz(void)
{
	return arch_timer_get_cntfrq() / 1000;
}
#endif

#endif /* _PV_EXITS_CLOCK_H */
