// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records: at valid and invalid addresses, in the window of the thread and in all others,
 * switched on and off while the other threads do the same.
 */
#include <pv/vcpufreq.h>

#include "hostile.h"

static void hostile_record_ctl(struct hostile *h, u32 window, u32 value)
{
	if (value == PV_FREQ_RECORD_ON)
		hostile_count(h, HOSTILE_RECORDS);
	hostile_write(h, window, PV_FREQ_RECORD_CTL, value);
}

void hostile_record_on(struct hostile *h)
{
	u32 window = hostile_below(h, hostile_windows);
	u64 address = hostile_address(h);

	hostile_write(h, window, PV_FREQ_RECORD_LO, address);
	hostile_write(h, window, PV_FREQ_RECORD_HI, address >> 32);
	hostile_record_ctl(h, window, PV_FREQ_RECORD_ON);
}

void hostile_record_switch(struct hostile *h)
{
	hostile_record_ctl(h, hostile_below(h, hostile_windows), hostile_value(h));
}

/* Before a thread switches a record on that has no address */
void hostile_record_init(struct hostile *h)
{
	u32 i;

	for (i = 0; i < hostile_windows; i++) {
		hostile_write(h, i, PV_FREQ_RECORD_LO, hostile_safe(0));
		hostile_write(h, i, PV_FREQ_RECORD_HI, 0);
	}
}

/* Afterwards the host does not write to memory of this module. */
void hostile_record_exit(struct hostile *h)
{
	u32 i;

	for (i = 0; i < hostile_windows; i++)
		hostile_record_ctl(h, i, PV_FREQ_RECORD_OFF);
}
