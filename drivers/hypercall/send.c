// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls with the trace events pv_hypercall_enter and pv_hypercall_exit, the lockdown of
 * the kernel, and the CPU that sends.
 */
#include <linux/cpu.h>
#include <linux/ktime.h>
#include <linux/security.h>
#include <linux/workqueue.h>

#define CREATE_TRACE_POINTS
#include "send.h"

/* @args and @result can be the same array. */
void pv_send_traced(u32 nr, const u64 args[4], u64 result[4])
{
	u64 begin;

	trace_pv_hypercall_enter(nr, args);
	if (!trace_pv_hypercall_exit_enabled()) {
		pv_conduit(nr, args, result);
		return;
	}
	begin = ktime_get_mono_fast_ns();
	pv_conduit(nr, args, result);
	trace_pv_hypercall_exit(nr, result, ktime_get_mono_fast_ns() - begin);
}

/* As pv_hypercall(), for pv_host_query() */
int pv_send_call(u32 nr, const u64 args[4], u64 result[4])
{
	pv_send(nr, args, result);
	return 0;
}

/* -EPERM if the kernel is locked down, so that user space must not choose arguments */
int pv_send_check_lockdown(void)
{
	/*
	 * No reason of enum lockdown_reason is about hypercalls.  /dev/mem is the most similar
	 * one: an argument can be an address of the kernel's memory.
	 */
	return security_locked_down(LOCKDOWN_DEV_MEM);
}

/*
 * Run @func on @cpu.  Returns its result, or -ENODEV if the CPU is offline; the CPU stays online
 * until @func returns.
 */
long pv_send_on_cpu(unsigned int cpu, long (*func)(void *arg), void *arg)
{
	long ret = -ENODEV;

	cpus_read_lock();
	if (cpu_online(cpu))
		ret = work_on_cpu(cpu, func, arg);
	cpus_read_unlock();
	return ret;
}
