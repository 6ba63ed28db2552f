/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interfaces between the files of pv_hypercall.ko.  Calls go down this list:
 *
 *   chardev.c                       the device, the sizes of structs, dispatch of ioctls
 *   call.c vcpu-info.c batch.c      the ioctls
 *   probe.c latency.c
 *   table.c                         known calls, and which of them are allowed
 *   calls-*.c                       the table of each architecture
 *   send.c send.h                   calls with trace events, lockdown
 *   entry.h counter.h               user memory, counters
 */
#ifndef _PV_HYPERCALL_DRIVER_H
#define _PV_HYPERCALL_DRIVER_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/nospec.h>
#include <linux/types.h>
#include <linux/pv_hypercall.h>

struct file;

/**
 * enum pv_call_probe - source of the information whether the hypervisor answers a call
 * @PV_PROBE_NONE: only the call itself, which has effects
 * @PV_PROBE_CALL: an allowed call, often the call itself
 * @PV_PROBE_KVM: a feature bit of KVM
 * @PV_PROBE_HOST: a feature bit of the host side
 */
enum pv_call_probe {
	PV_PROBE_NONE,
	PV_PROBE_CALL,
	PV_PROBE_KVM,
	PV_PROBE_HOST,
};

/**
 * struct pv_call - a known call
 * @name: as in the headers of Linux, KVM's on arm64 less ARM_SMCCC_
 * @nr: number
 * @argc: number of its arguments
 * @allowed: user space may make it: with any arguments it has no effect on the guest's
 *           memory, interrupts or CPUs
 * @probe: source of the information whether the hypervisor answers it
 * @bit: PV_PROBE_KVM, PV_PROBE_HOST: the bit
 * @probe_nr: PV_PROBE_CALL: number of the call to make
 * @probe_arg: PV_PROBE_CALL: its first argument, all others are 0
 */
struct pv_call {
	const char *name;
	u32 nr;
	u8 argc;
	bool allowed;
	u8 probe;
	u8 bit;
	u32 probe_nr;
	u32 probe_arg;
};

#define PV_CALL_ALLOW(number, nargs) \
	.name = #number, .nr = (number), .argc = (nargs), .allowed = true
#define PV_CALL_DENY(number, nargs) \
	.name = #number, .nr = (number), .argc = (nargs)
#define PV_CALL_PROBE(number, arg) \
	.probe = PV_PROBE_CALL, .probe_nr = (number), .probe_arg = (arg)
#define PV_CALL_BIT(kind, number) \
	.probe = (kind), .bit = (number)

/* calls-*.c: ascending by number */
extern const struct pv_call pv_calls[];
extern const unsigned int pv_calls_nr;

/* calls-*.c: the result of a probe if KVM's feature bit is 0 */
extern const enum pv_hypercall_answer pv_calls_unannounced;

/* calls-*.c: whether the hypervisor returns this status for unknown calls */
bool pv_calls_refused(u64 status);

/* calls-*.c: whether the hypervisor has calls that it announces to protected guests only */
bool pv_calls_private(void);

/* table.c; NULL if there is no such call */
void pv_table_init(void) __init;
const struct pv_call *pv_table_find(u64 nr);
const struct pv_call *pv_table_next(u64 nr);
const struct pv_call *pv_table_allowed(u64 nr);

/**
 * struct pv_client - an open file
 * @allowed: PV_HYPERCALL_ALLOW_*: ioctls that remain
 * @last: its last call, which is often also its next call
 */
struct pv_client {
	atomic_t allowed;
	const struct pv_call *last;
};

/**
 * union pv_arg - struct of an ioctl, copied from and to user memory by chardev.c
 * @size: size of the struct in user memory
 * @flags: PV_HYPERCALL_* that this ioctl knows
 */
union pv_arg {
	struct {
		u32 size;
		u32 flags;
	};
	struct pv_hypercall_query query;
	struct pv_hypercall_vcpu_info vcpu_info;
	struct pv_hypercall_probe probe;
	struct pv_hypercall_latency latency;
	struct pv_hypercall_tagged tagged;
	struct pv_hypercall_restrict restriction;
};

/*
 * The ioctls.  On success and with -EINTR chardev.c copies @arg to user memory, so it has no
 * outputs from user space then.
 */
int pv_call_ioctl_query(struct file *file, union pv_arg *arg);
int pv_vcpu_info_ioctl(struct file *file, union pv_arg *arg);
int pv_probe_ioctl(struct file *file, union pv_arg *arg);
int pv_latency_ioctl(struct file *file, union pv_arg *arg);
int pv_latency_ioctl_tagged(struct file *file, union pv_arg *arg);

/*
 * For these the copies would be most of the cost apart from the call, so they access only the
 * members that they need.  chardev.c has checked size and flags.
 */
int pv_call_ioctl_nop(struct file *file, void __user *user);
int pv_call_ioctl_call(struct file *file, void __user *user);
int pv_batch_ioctl(struct file *file, void __user *user);

/**
 * pv_cpu_is_present - check the number of a CPU that user space has passed
 * @cpu: the number; stays below nr_cpu_ids also if the check is speculated past
 *
 * Return: true if the CPU is present, online or not.
 */
static inline bool pv_cpu_is_present(u32 *cpu)
{
	if (*cpu >= nr_cpu_ids)
		return false;
	*cpu = array_index_nospec(*cpu, nr_cpu_ids);
	return cpu_present(*cpu);
}

#endif /* _PV_HYPERCALL_DRIVER_H */
