/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls with trace events.  Inline: if no trace event is enabled, they cost two no-op
 * instructions.
 */
#ifndef _PV_HYPERCALL_SEND_H
#define _PV_HYPERCALL_SEND_H

#include "../hypervisor/conduit.h"
#include "pv_hypercall.h"
#include "trace.h"

/* send.c */
void pv_send_traced(u32 nr, const u64 args[4], u64 result[4]);
int pv_send_call(u32 nr, const u64 args[4], u64 result[4]);
int pv_send_check_lockdown(void);
long pv_send_on_cpu(unsigned int cpu, long (*func)(void *arg), void *arg);

/* Hypercalls work, otherwise the module has not been loaded. */
static __always_inline void pv_send(u32 nr, const u64 args[4], u64 result[4])
{
	if (trace_pv_hypercall_enter_enabled() || trace_pv_hypercall_exit_enabled())
		pv_send_traced(nr, args, result);
	else
		pv_conduit(nr, args, result);
}

/* -EINVAL if an argument that @call does not have is not 0 */
static inline int pv_send_check_args(const struct pv_call *call, const u64 args[4])
{
	unsigned int i;

	if (!(args[0] | args[1] | args[2] | args[3]))
		return 0;
	for (i = call->argc; i < 4; i++)
		if (args[i])
			return -EINVAL;
	return 0;
}

#endif /* _PV_HYPERCALL_SEND_H */
