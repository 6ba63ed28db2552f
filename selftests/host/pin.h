/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pinning a thread to a CPU.  Not in vm.h: sched.h and linux/sched/types.h exclude each other.
 */
#ifndef _SELFTESTS_HOST_PIN_H
#define _SELFTESTS_HOST_PIN_H

#include <sched.h>

#include "vm.h"

/* @tid: thread, 0: the current one */
static inline void pin(pid_t tid, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	vm_must(!sched_setaffinity(tid, sizeof(cpus), &cpus), "sched_setaffinity");
}

#endif /* _SELFTESTS_HOST_PIN_H */
