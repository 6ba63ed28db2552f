// SPDX-License-Identifier: GPL-2.0
/*
 * Calls between the trace events pv_hypercall:enter and pv_hypercall:exit.
 */
#include <linux/ktime.h>

#include "../hypervisor/conduit.h"

#define CREATE_TRACE_POINTS
#include "send.h"

/* @args and @result may be the same. */
void pv_send_traced(u32 nr, const u64 args[4], u64 result[4])
{
	u64 begin;

	trace_enter(nr, args);
	begin = ktime_get_mono_fast_ns();
	pv_conduit(nr, args, result);
	trace_exit(nr, result, ktime_get_mono_fast_ns() - begin);
}
