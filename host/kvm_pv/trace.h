/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_pv

#if !defined(_KVM_PV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KVM_PV_TRACE_H

#include <linux/kvm_host.h>
#include <linux/kvm_pv.h>
#include <linux/tracepoint.h>
#include <pv/hypercall.h>

/*
 * A vCPU makes one of our calls, and is about to be answered.  Whoever traces KVM's
 * handler of hypercalls needs this one: the answer may be in the registers before the
 * handler is entered.
 */
DECLARE_EVENT_CLASS(kvm_pv_call_class,
		    TP_PROTO(struct kvm_vcpu *vcpu, u32 nr),
		    TP_ARGS(vcpu, nr),
		    TP_STRUCT__entry(__field(u32, vcpu_id)
				     __field(u32, nr)
		    ),
		    TP_fast_assign(__entry->vcpu_id = vcpu->vcpu_id;
				   __entry->nr = nr;
		    ),
		    TP_printk("vcpu_id=%u nr=%#x", __entry->vcpu_id, __entry->nr)
);

DEFINE_EVENT(kvm_pv_call_class, kvm_pv_call,
	     TP_PROTO(struct kvm_vcpu *vcpu, u32 nr),
	     TP_ARGS(vcpu, nr));

/* It has been answered. */
DEFINE_EVENT(kvm_pv_call_class, kvm_pv_answer,
	     TP_PROTO(struct kvm_vcpu *vcpu, u32 nr),
	     TP_ARGS(vcpu, nr));

/*
 * A guest has asked for one of its vCPUs.  All but the asker is of the vCPU that
 * was asked for; pid is its thread, as in the scheduler's events.
 */
TRACE_EVENT(vcpu_info,
	    TP_PROTO(u32 vm, u32 asker, pid_t pid, const struct pv_vcpu_info *info),
	    TP_ARGS(vm, asker, pid, info),
	    TP_STRUCT__entry(__field(u32, vm)
			     __field(u32, asker)
			     __field(u32, vcpu_id)
			     __field(pid_t, pid)
			     __field(u64, exits)
			     __field(u32, flags)
			     __field(u32, nr_regs)
			     __field(u64, pc)
			     __field(u64, sp)
			     __array(u64, regs, PV_VCPU_MAX_REGS)
	    ),
	    TP_fast_assign(__entry->vm = vm;
			   __entry->asker = asker;
			   __entry->vcpu_id = info->vcpu_id;
			   __entry->pid = pid;
			   __entry->exits = info->exits;
			   __entry->flags = info->flags;
			   __entry->nr_regs = info->nr_regs;
			   __entry->pc = info->pc;
			   __entry->sp = info->sp;
			   memcpy(__entry->regs, info->regs, sizeof(__entry->regs));
	    ),
	    TP_printk("vm=%u asker=%u vcpu_id=%u pid=%d exits=%llu flags=%s pc=%#llx sp=%#llx regs=%s",
		      __entry->vm, __entry->asker, __entry->vcpu_id, __entry->pid,
		      __entry->exits,
		      __print_flags(__entry->flags, "|",
				    { PV_VCPU_EXITS, "exits" },
				    { PV_VCPU_REGS, "regs" },
				    { PV_VCPU_PC, "pc" },
				    { PV_VCPU_SP, "sp" },
				    { PV_VCPU_NESTED, "nested" }),
		      __entry->pc, __entry->sp,
		      __print_array(__entry->regs, __entry->nr_regs, sizeof(u64)))
);

/*
 * What a vCPU asks for was applied to its thread, or could not be; result: 1, or a
 * negative KVM_PV_FAIL_*.
 */
TRACE_EVENT(apply,
	    TP_PROTO(u32 vm, u32 vcpu_id, pid_t pid, u32 backend, u32 perf, int result),
	    TP_ARGS(vm, vcpu_id, pid, backend, perf, result),
	    TP_STRUCT__entry(__field(u32, vm)
			     __field(u32, vcpu_id)
			     __field(pid_t, pid)
			     __field(u32, backend)
			     __field(u32, perf)
			     __field(int, result)
	    ),
	    TP_fast_assign(__entry->vm = vm;
			   __entry->vcpu_id = vcpu_id;
			   __entry->pid = pid;
			   __entry->backend = backend;
			   __entry->perf = perf;
			   __entry->result = result;
	    ),
	    TP_printk("vm=%u vcpu_id=%u pid=%d backend=%s perf=%u result=%d",
		      __entry->vm, __entry->vcpu_id, __entry->pid,
		      __print_symbolic(__entry->backend,
				       { KVM_PV_UCLAMP, "uclamp" },
				       { KVM_PV_FREQ_QOS, "freq-qos" }),
		      __entry->perf, __entry->result)
);

/* An attach has ended: vm is 0 and err a negative errno if it has failed; pid is that of the VM. */
TRACE_EVENT(vm_attach,
	    TP_PROTO(u32 vm, pid_t pid, u32 nr_cpus, u64 base, u32 backend, u32 flags, int err),
	    TP_ARGS(vm, pid, nr_cpus, base, backend, flags, err),
	    TP_STRUCT__entry(__field(u32, vm)
			     __field(pid_t, pid)
			     __field(u32, nr_cpus)
			     __field(u64, base)
			     __field(u32, backend)
			     __field(u32, flags)
			     __field(int, err)
	    ),
	    TP_fast_assign(__entry->vm = vm;
			   __entry->pid = pid;
			   __entry->nr_cpus = nr_cpus;
			   __entry->base = base;
			   __entry->backend = backend;
			   __entry->flags = flags;
			   __entry->err = err;
	    ),
	    TP_printk("vm=%u pid=%d cpus=%u base=%#llx backend=%s flags=%s err=%d",
		      __entry->vm, __entry->pid, __entry->nr_cpus, __entry->base,
		      __print_symbolic(__entry->backend,
				       { KVM_PV_RECORD, "record" },
				       { KVM_PV_UCLAMP, "uclamp" },
				       { KVM_PV_FREQ_QOS, "freq-qos" }),
		      __print_flags(__entry->flags, "|",
				    { KVM_PV_EXPOSE_TID, "expose_tid" },
				    { KVM_PV_EXPOSE_FREQ, "expose_freq" },
				    { KVM_PV_EXPOSE_EXITS, "expose_exits" },
				    { KVM_PV_HYPERCALLS, "hypercalls" }),
		      __entry->err)
);

/* A VM is detached; ended: by the end of the VM, and not by an administrator. */
TRACE_EVENT(vm_detach,
	    TP_PROTO(u32 vm, pid_t pid, bool ended),
	    TP_ARGS(vm, pid, ended),
	    TP_STRUCT__entry(__field(u32, vm)
			     __field(pid_t, pid)
			     __field(bool, ended)
	    ),
	    TP_fast_assign(__entry->vm = vm;
			   __entry->pid = pid;
			   __entry->ended = ended;
	    ),
	    TP_printk("vm=%u pid=%d ended=%d", __entry->vm, __entry->pid, __entry->ended)
);

/* A VM has another cap, 0: none. */
TRACE_EVENT(vm_cap,
	    TP_PROTO(u32 vm, u32 cap),
	    TP_ARGS(vm, cap),
	    TP_STRUCT__entry(__field(u32, vm)
			     __field(u32, cap)
	    ),
	    TP_fast_assign(__entry->vm = vm;
			   __entry->cap = cap;
	    ),
	    TP_printk("vm=%u cap=%u", __entry->vm, __entry->cap)
);

/* A VM has another level of telemetry. */
TRACE_EVENT(vm_telemetry,
	    TP_PROTO(u32 vm, u32 level),
	    TP_ARGS(vm, level),
	    TP_STRUCT__entry(__field(u32, vm)
			     __field(u32, level)
	    ),
	    TP_fast_assign(__entry->vm = vm;
			   __entry->level = level;
	    ),
	    TP_printk("vm=%u level=%s", __entry->vm,
		      __print_symbolic(__entry->level,
				       { KVM_PV_TELEMETRY_OFF, "off" },
				       { KVM_PV_TELEMETRY_COUNTERS, "counters" },
				       { KVM_PV_TELEMETRY_EVENTS, "events" }))
);

#endif /* _KVM_PV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
