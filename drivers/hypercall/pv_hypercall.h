/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of pv_hypercall.ko, as seen by each other.
 */
#ifndef _PV_HYPERCALL_DRIVER_H
#define _PV_HYPERCALL_DRIVER_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/types.h>
#include <linux/pv_hypercall.h>

struct file;

/**
 * enum pv_teller - who says whether the hypervisor answers a call
 * @PV_TOLD_BY_NOBODY: nobody but the call itself, and that has effects
 * @PV_TOLD_BY_CALL: an admitted call, often the call itself
 * @PV_TOLD_BY_KVM: a feature bit of KVM's
 * @PV_TOLD_BY_HOST: a feature bit of our host side's
 */
enum pv_teller {
	PV_TOLD_BY_NOBODY,
	PV_TOLD_BY_CALL,
	PV_TOLD_BY_KVM,
	PV_TOLD_BY_HOST,
};

/**
 * struct pv_call - a call that is known
 * @name: as in the headers of Linux, KVM's on arm64 less ARM_SMCCC_
 * @nr: number
 * @argc: arguments that it takes
 * @admitted: user space may send it as it likes: it has no effect on the guest's
 *            memory, interrupts or CPUs, with any arguments
 * @teller: who says whether it is answered
 * @bit: PV_TOLD_BY_KVM, PV_TOLD_BY_HOST: the bit
 * @ask: PV_TOLD_BY_CALL: number of the call that says it
 * @ask_arg: PV_TOLD_BY_CALL: its first argument, all others are 0
 */
struct pv_call {
	const char *name;
	u32 nr;
	u8 argc;
	bool admitted;
	u8 teller;
	u8 bit;
	u32 ask;
	u32 ask_arg;
};

#define PV_CALL_ADMIT(number, nargs) \
	.name = #number, .nr = (number), .argc = (nargs), .admitted = true
#define PV_CALL_KEEP(number, nargs) \
	.name = #number, .nr = (number), .argc = (nargs)
#define PV_CALL_ASK(number, arg) \
	.teller = PV_TOLD_BY_CALL, .ask = (number), .ask_arg = (arg)
#define PV_CALL_BIT(who, number) \
	.teller = (who), .bit = (number)

/* calls-*.c: ascending by number */
extern const struct pv_call pv_calls[];
extern const unsigned int pv_nr_calls;

/* calls-*.c: what it means that KVM's feature bit is 0 */
extern const enum pv_hypercall_answer pv_call_unannounced;

/* calls-*.c: is it the hypervisor's word for a call that it does not know */
bool pv_call_refused(u64 status);

/**
 * struct pv_client - an open file
 * @allowed: PV_HYPERCALL_ALLOW_*: what it has not given up
 * @last: the call that it made last, which it is likely to make next
 */
struct pv_client {
	atomic_t allowed;
	const struct pv_call *last;
};

/* table.c; NULL where there is none */
void pv_table_init(void) __init;
const struct pv_call *pv_call_find(u64 nr);
const struct pv_call *pv_call_from(u64 nr);
const struct pv_call *pv_call_admit(u64 nr);

/* Is there such a CPU, online or not */
static inline bool pv_cpu_is_present(u32 cpu)
{
	return cpu < nr_cpu_ids && cpu_present(cpu);
}

static inline int pv_call_check_args(const struct pv_call *call, const u64 args[4])
{
	unsigned int i;

	if (!(args[0] | args[1] | args[2] | args[3]))
		return 0;
	for (i = call->argc; i < 4; i++)
		if (args[i])
			return -EINVAL;
	return 0;
}

/* entries-*.c: many entries to and from user memory, results only on the way back */
int pv_entries_read(struct pv_hypercall_entry *entries,
		    const struct pv_hypercall_entry __user *user, unsigned int nr);
int pv_entries_write(struct pv_hypercall_entry __user *user,
		     const struct pv_hypercall_entry *entries, unsigned int nr);

/* lockdown.c: -EPERM where the kernel is locked down */
int pv_call_check_lockdown(void);

/* counter-*.c: a counter that is read in program order, without an exit */
u64 pv_counter_read(void);
u32 pv_counter_khz(void);

/* histogram.c */
u32 *pv_histogram_alloc(void);
void pv_histogram_add(u32 *counts, u64 value);

/*
 * One function an ioctl, of the name of its file.  chardev.c has looked at the size and
 * the flags of the struct at @user, and at nothing else.
 */
int pv_ioctl_query(struct file *file, u32 flags, void __user *user);
int pv_ioctl_nop(struct file *file, u32 flags, void __user *user);
int pv_ioctl_vcpu_info(struct file *file, u32 flags, void __user *user);
int pv_ioctl_call(struct file *file, u32 flags, void __user *user);
int pv_ioctl_latency(struct file *file, u32 flags, void __user *user);
int pv_ioctl_batch(struct file *file, u32 flags, void __user *user);
int pv_ioctl_probe(struct file *file, u32 flags, void __user *user);

/* chardev.c */
int pv_chardev_init(void);
void pv_chardev_exit(void);

#endif /* _PV_HYPERCALL_DRIVER_H */
