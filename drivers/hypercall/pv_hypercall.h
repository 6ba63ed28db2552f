/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of pv_hypercall.ko, as seen by each other.
 */
#ifndef _PV_HYPERCALL_DRIVER_H
#define _PV_HYPERCALL_DRIVER_H

#include <linux/types.h>
#include <linux/pv_hypercall.h>

/**
 * struct pv_call - a call that user space may send as it likes
 * @nr: number
 * @argc: arguments that it takes
 *
 * Admitted is what has no effect on the guest's memory, interrupts or CPUs, with
 * any arguments.
 */
struct pv_call {
	u32 nr;
	unsigned int argc;
};

/* calls-*.c: ascending by number */
extern const struct pv_call pv_calls[];
extern const unsigned int pv_nr_calls;

/* counter-*.c: a counter that is read in program order, without an exit */
u64 pv_counter_read(void);
u32 pv_counter_khz(void);

/* histogram.c */
u32 *pv_histogram_alloc(void);
void pv_histogram_add(u32 *counts, u64 value);

/* call.c: NULL where the number is not admitted */
const struct pv_call *pv_call_find(u64 nr);

/* One function an ioctl: @arg is the struct, which is copied in and out by chardev.c */
int pv_ioctl_query(void *arg);
int pv_ioctl_nop(void *arg);
int pv_ioctl_vcpu_info(void *arg);
int pv_ioctl_call(void *arg);
int pv_ioctl_latency(void *arg);

/* chardev.c */
int pv_chardev_init(void);
void pv_chardev_exit(void);

#endif /* _PV_HYPERCALL_DRIVER_H */
