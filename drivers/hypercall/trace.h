/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pv_hypercall

#if !defined(_PV_HYPERCALL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PV_HYPERCALL_TRACE_H

#include <linux/tracepoint.h>

/* Before the hypercall */
TRACE_EVENT(pv_hypercall_enter,
	    TP_PROTO(u32 nr, const u64 *args),
	    TP_ARGS(nr, args),
	    TP_STRUCT__entry(__field(u32, nr)
			     __array(u64, args, 4)
	    ),
	    TP_fast_assign(__entry->nr = nr;
			   memcpy(__entry->args, args, sizeof(__entry->args));
	    ),
	    TP_printk("nr=%#x args=%#llx,%#llx,%#llx,%#llx", __entry->nr,
		      __entry->args[0], __entry->args[1], __entry->args[2], __entry->args[3])
);

/* After the hypercall; @ns is its duration, @result the registers of the answer */
TRACE_EVENT(pv_hypercall_exit,
	    TP_PROTO(u32 nr, const u64 *result, u64 ns),
	    TP_ARGS(nr, result, ns),
	    TP_STRUCT__entry(__field(u32, nr)
			     __array(u64, result, 4)
			     __field(u64, ns)
	    ),
	    TP_fast_assign(__entry->nr = nr;
			   memcpy(__entry->result, result, sizeof(__entry->result));
			   __entry->ns = ns;
	    ),
	    TP_printk("nr=%#x result=%lld,%#llx,%#llx,%#llx ns=%llu", __entry->nr,
		      (s64)__entry->result[0], __entry->result[1], __entry->result[2],
		      __entry->result[3], __entry->ns)
);

#endif /* _PV_HYPERCALL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
