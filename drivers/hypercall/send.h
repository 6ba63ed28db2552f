/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way out.  Inline with all that is behind it: where nobody listens to the trace
 * events, they and we are in the way of a call by two no-op instructions.
 */
#ifndef _PV_HYPERCALL_SEND_H
#define _PV_HYPERCALL_SEND_H

#include "../hypervisor/conduit.h"
#include "trace.h"

/* send.c */
void pv_send_traced(u32 nr, const u64 args[4], u64 result[4]);

/* Whoever is here is on KVM: the module does not load elsewhere. */
static __always_inline void pv_send(u32 nr, const u64 args[4], u64 result[4])
{
	if (trace_enter_enabled() || trace_exit_enabled())
		pv_send_traced(nr, args, result);
	else
		pv_conduit(nr, args, result);
}

#endif /* _PV_HYPERCALL_SEND_H */
