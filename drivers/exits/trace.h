/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pv_exits

#if !defined(_PV_EXITS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PV_EXITS_TRACE_H

#include <linux/tracepoint.h>

#include "reason.h"

#ifndef _PV_EXITS_TRACE_ONCE
#define _PV_EXITS_TRACE_ONCE
/**
 * struct pv_trace_exit - an exit
 * @vcpu: number of the vCPU in the telemetry
 * @reason: reason, see pv/exits.h
 * @name: its name, or its number
 * @rip: address of the instruction, 0: unknown
 * @timestamp: CLOCK_MONOTONIC at the exit, in ns
 * @ns: time outside the guest, without halts and preemption
 * @user_ns: the part of @ns in which the VMM ran
 * @halt_ns: time in which the vCPU was halted
 * @preempt_ns: time in which the vCPU was preempted
 * @info: what the CPU reports about the exit
 */
struct pv_trace_exit {
	u32 vcpu;
	u32 reason;
	char name[PV_REASON_NAME];
	u64 rip;
	u64 timestamp;
	u64 ns;
	u64 user_ns;
	u64 halt_ns;
	u64 preempt_ns;
	u64 info;
};

int pv_drain_reg(void);
void pv_drain_unreg(void);
#endif

/* A work passes the exits to the event after a delay, so that its task and CPU are others. */
TRACE_EVENT_FN(exit,
	       TP_PROTO(const struct pv_trace_exit *exit),
	       TP_ARGS(exit),
	       TP_STRUCT__entry(__field(u32, vcpu)
				__field(u32, reason)
				__array(char, name, PV_REASON_NAME)
				__field(u64, rip)
				__field(u64, timestamp)
				__field(u64, ns)
				__field(u64, user_ns)
				__field(u64, halt_ns)
				__field(u64, preempt_ns)
				__field(u64, info)
	       ),
	       TP_fast_assign(__entry->vcpu = exit->vcpu;
			      __entry->reason = exit->reason;
			      memcpy(__entry->name, exit->name, PV_REASON_NAME);
			      __entry->rip = exit->rip;
			      __entry->timestamp = exit->timestamp;
			      __entry->ns = exit->ns;
			      __entry->user_ns = exit->user_ns;
			      __entry->halt_ns = exit->halt_ns;
			      __entry->preempt_ns = exit->preempt_ns;
			      __entry->info = exit->info;
	       ),
	       TP_printk("vcpu=%u reason=%#x name=%s rip=%#llx timestamp=%llu ns=%llu user_ns=%llu halt_ns=%llu preempt_ns=%llu info=%#llx",
			 __entry->vcpu, __entry->reason, __entry->name, __entry->rip,
			 __entry->timestamp, __entry->ns, __entry->user_ns, __entry->halt_ns,
			 __entry->preempt_ns, __entry->info),
	       pv_drain_reg, pv_drain_unreg
);

#endif /* _PV_EXITS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
