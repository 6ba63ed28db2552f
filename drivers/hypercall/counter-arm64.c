// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual counter.  It may be read ahead of time, which an ISB on either side
 * prevents (Arm DDI 0487, "Synchronization requirements for AArch64 System
 * registers").
 */
#include <asm/barrier.h>
#include <asm/sysreg.h>

#include "pv_hypercall.h"

u64 pv_counter_read(void)
{
	u64 now;

	isb();
	now = read_sysreg(cntvct_el0);
	isb();
	return now;
}

u32 pv_counter_khz(void)
{
	return read_sysreg(cntfrq_el0) / 1000;
}
