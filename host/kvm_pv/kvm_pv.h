/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host's half of pvguest: what the parts of kvm_pv.ko have of each other.
 */
#ifndef _KVM_PV_H
#define _KVM_PV_H

#include <kvm/iodev.h>
#include <linux/irq_work.h>
#include <linux/kvm_host.h>
#include <linux/kvm_pv.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/pm_qos.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/static_call.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

#include "export.h"

struct kvm_pv;
struct pid;

/**
 * struct kvm_pv_domain - CPUs that have one performance
 * @lock: guards the rest, and all of the windows but @next and @domain.  It is taken
 *        with the lock of a run queue held: interrupts are off, and nobody is woken
 * @first: its windows
 * @request: last value that the guest asked for, 0: none yet
 * @perf: the same, clamped to the table
 * @tid: thread that asked, in the initial pid namespace, 0: none yet
 * @vcpu_id: vCPU that asked, U32_MAX: none yet
 * @applied: times that a request was applied to a thread
 * @failed: times that one could not be
 * @fail_reason: KVM_PV_FAIL_*, why the last one could not
 */
struct kvm_pv_domain {
	raw_spinlock_t lock; /* guards the rest and the windows */
	struct kvm_pv_window *first;
	u32 request;
	u32 perf;
	pid_t tid;
	u32 vcpu_id;
	u64 applied;
	u64 failed;
	u32 fail_reason;
};

/**
 * struct kvm_pv_clamp - what is applied to the thread of a vCPU
 * @domain: that the vCPU belongs to, the last word of its own
 * @pid: thread that it is applied to, counted; NULL: none
 * @perf: that was applied last, or failed to be
 * @fail_reason: KVM_PV_FAIL_*, of that
 * @uclamp: uclamp: what is set
 * @node: freq-qos: in the list of constraints, if @qos is one
 * @qos: freq-qos: the constraint
 *
 * The first is written by the vCPU, the rest under the VM's @applying, the last two
 * under a lock of freq-qos.c.
 */
struct kvm_pv_clamp {
	struct kvm_pv_domain *domain;
	struct pid *pid;
	u32 perf;
	u32 fail_reason;
	union {
		struct kvm_pv_uclamp uclamp;
		struct {
			struct list_head node;
			struct freq_qos_request qos;
		};
	};
};

/**
 * struct kvm_pv_backend - a way of applying requests
 * @nr: KVM_PV_RECORD, ...
 * @margin: takes a margin
 * @known: does this host have what it needs?  NULL: it needs nothing
 * @init: a new clamp
 * @set: apply @perf to a thread; returns a negative KVM_PV_FAIL_*, and then nothing is
 *       applied to it, else whether something has changed
 * @withdraw: undo that; @task is NULL if it has ended
 *
 * The last two may sleep.
 */
struct kvm_pv_backend {
	u32 nr;
	bool margin;
	bool (*known)(void);
	void (*init)(struct kvm_pv_clamp *clamp);
	int (*set)(struct kvm_pv *pv, struct kvm_pv_clamp *clamp,
		   struct task_struct *task, u32 perf);
	void (*withdraw)(struct kvm_pv_clamp *clamp, struct task_struct *task);
};

/**
 * struct kvm_pv_record - the host's view of a struct pv_freq_record
 * @on: it is in use; the rest is good only then
 * @written: @perf and @cap are what the guest's memory has
 * @restored: it was on before this attachment, and @seq goes on from what is in memory
 * @loaded: its vCPU is loaded on @cpu
 * @vcpu_idx: index of the vCPU whose record it is
 * @vcpu_id: its id
 * @cpu: CPU that this vCPU was loaded on last
 * @seq: sequence count
 * @perf: cur_perf that was written last
 * @fails: accesses that failed since one succeeded
 * @cap: ceiling and generation that were written last
 * @cache: where it is
 */
struct kvm_pv_record {
	bool on;
	bool written;
	bool restored;
	bool loaded;
	int vcpu_idx;
	int vcpu_id;
	int cpu;
	u32 seq;
	u32 perf;
	u32 fails;
	u64 cap;
	struct gfn_to_hva_cache cache;
};

/**
 * struct kvm_pv_window - registers of one CPU of the guest
 * @domain: its domain: @own, or that of an earlier window
 * @next: in the domain's windows
 * @own: domain of this window and those of the same number behind it
 * @sel: perftbl_sel
 * @record_lo: record_lo
 * @record_hi: record_hi
 * @record: the record
 * @stats: what KVM_PV_STATS shows, without what other members know
 */
struct kvm_pv_window {
	struct kvm_pv_domain *domain;
	struct kvm_pv_window *next;
	struct kvm_pv_domain own;
	u32 sel;
	u32 record_lo;
	u32 record_hi;
	struct kvm_pv_record record;
	struct kvm_pv_cpu stats;
};

/**
 * struct kvm_pv - one attached VM
 * @list: in the list of attached VMs, in the order of their attachment
 * @node: in the hash of attached VMs
 * @rcu: readers hold kvm_pv_srcu, or RCU where they do not look at @pid
 * @kvm: the VM; not counted, for a VM that is held never dies.  Good as long as the
 *       VM is linked, since the end of the VM unlinks it
 * @vendor: module of KVM that ends the VM; whoever holds the VM holds it too
 * @pid: process that runs the VM, NULL: not found
 * @state: KVM_PV_RELEASED, KVM_PV_SCHEDULED
 * @id: handle
 * @flags: KVM_PV_EXPOSE_TID
 * @dev: the device; the MMIO bus of the VM owns it, and all of this with it
 * @base: guest-physical address of the first window
 * @hypercalls: hypercalls that were answered
 * @nr_perf: entries of @perf
 * @perf: performance table, ascending
 * @cap: ceiling in the lower half, its generation in the upper one
 * @backend: how requests are applied
 * @margin: per cent
 * @kick: queues @apply from where nobody may be woken
 * @apply: applies the requests as they are then
 * @applied_at: jiffies when they were applied last
 * @applying: guards @closed and the clamps
 * @closed: nothing is applied any more
 * @clamps: struct kvm_pv_clamp by the vCPU's index; the vCPU itself puts it there
 * @switching: held while a record is switched on or off
 * @window_of: 1 + index of the window whose record is that of a vCPU, by the vCPU's
 *             index; 0: it has none.  A hint, the record knows its vCPU
 * @nr_cpus: entries of @windows
 * @windows: one for each CPU
 */
struct kvm_pv {
	struct list_head list;
	struct hlist_node node;
	struct rcu_head rcu;
	struct kvm *kvm;
	struct module *vendor;
	struct pid *pid;
	unsigned long state;
	u32 id;
	u32 flags;
	struct kvm_io_device dev;
	gpa_t base;
	atomic64_t hypercalls;
	u32 nr_perf;
	u32 perf[KVM_PV_MAX_PERF];
	u64 cap;
	const struct kvm_pv_backend *backend;
	u32 margin;
	struct irq_work kick;
	struct delayed_work apply;
	unsigned long applied_at;
	struct mutex applying; /* of requests */
	bool closed;
	struct xarray clamps;
	struct mutex switching; /* of records */
	u32 window_of[KVM_MAX_VCPUS];
	u32 nr_cpus;
	struct kvm_pv_window windows[];
};

/* bits of struct kvm_pv.state */
#define KVM_PV_RELEASED		0	/* the device has left the bus */
#define KVM_PV_SCHEDULED	1	/* a user of kvm_pv_sched_get() */

/* vm.c */
extern struct srcu_struct kvm_pv_srcu;
extern struct list_head kvm_pv_vms;

struct kvm_pv *kvm_pv_vm_find(struct kvm *kvm);
struct kvm_pv *kvm_pv_vm_find_id(u32 id);
int kvm_pv_vm_attach(struct kvm_pv_attach *arg);
int kvm_pv_vm_detach(u32 id);
void kvm_pv_vm_release(struct kvm_pv *pv);
void kvm_pv_vm_exit(void);

/* domain.c */
u32 kvm_pv_perf_min(const struct kvm_pv *pv);
u32 kvm_pv_perf_max(const struct kvm_pv *pv);
void kvm_pv_domain_init(struct kvm_pv *pv);
u32 kvm_pv_domain_perf(const struct kvm_pv_domain *domain, u64 cap);
u32 kvm_pv_domain_cur(const struct kvm_pv *pv, const struct kvm_pv_domain *domain, u64 cap,
		      int cpu);
void kvm_pv_domain_set(struct kvm_pv *pv, struct kvm_pv_domain *domain, u32 value);
void kvm_pv_domain_request(struct kvm_pv *pv, struct kvm_pv_domain *domain,
			   struct kvm_vcpu *vcpu, u32 value);

/* apply.c */
const struct kvm_pv_backend *kvm_pv_apply_backend(u32 nr);
void kvm_pv_apply_init(struct kvm_pv *pv);
bool kvm_pv_apply_join(struct kvm_pv *pv, struct kvm_pv_window *window,
		       struct kvm_vcpu *vcpu);
void kvm_pv_apply_claim(struct kvm_pv *pv, struct kvm_pv_window *window,
			struct kvm_vcpu *vcpu);
void kvm_pv_apply_now(struct kvm_pv *pv);
void kvm_pv_apply_close(struct kvm_pv *pv);
void kvm_pv_apply_release(struct kvm_pv *pv);
int kvm_pv_apply_start(void);
void kvm_pv_apply_stop(void);

static inline void kvm_pv_apply_kick(struct kvm_pv *pv)
{
	if (pv->backend->set)
		irq_work_queue(&pv->kick);
}

/* uclamp.c, freq-qos.c */
extern const struct kvm_pv_backend kvm_pv_uclamp;
extern const struct kvm_pv_backend kvm_pv_freq_qos;

void kvm_pv_freq_qos_start(void);
void kvm_pv_freq_qos_stop(void);

/* record.c */
void kvm_pv_record_off(struct kvm_pv_window *window, u32 reason);
void kvm_pv_record_update(struct kvm_pv *pv, struct kvm_pv_window *window,
			  struct kvm_vcpu *vcpu);
bool kvm_pv_record_take(struct kvm_pv *pv, struct kvm_pv_window *window,
			struct kvm_vcpu *vcpu);
void kvm_pv_record_bring(struct kvm *kvm, gpa_t gpa);

/* share.c */
bool kvm_pv_share_switch(struct kvm_pv *pv, struct kvm_pv_window *window,
			 struct kvm_vcpu *vcpu, u32 value);
void kvm_pv_share_look(struct kvm_pv *pv, struct kvm_pv_window *window,
		       struct kvm_vcpu *vcpu, bool requests);
void kvm_pv_share_publish(struct kvm_pv *pv, struct kvm_pv_domain *domain,
			  struct kvm_vcpu *vcpu);
void kvm_pv_share_load(struct kvm_pv *pv, struct kvm_vcpu *vcpu);
void kvm_pv_share_put(struct kvm_pv *pv, struct kvm_vcpu *vcpu);
bool kvm_pv_share_speed(struct kvm_pv *pv, struct kvm_vcpu *vcpu);
void kvm_pv_share_restore(struct kvm_pv *pv, struct kvm_pv_window *window,
			  struct kvm_vcpu *vcpu);
void kvm_pv_share_release(struct kvm_pv *pv);
struct kvm_pv_domain *kvm_pv_share_domain(struct kvm_pv *pv, struct kvm_pv_window *window,
					  struct kvm_vcpu *vcpu);

/* sched.c */
extern bool kvm_pv_sched_known;

void kvm_pv_sched_init(void);
void kvm_pv_sched_exit(void);
void kvm_pv_sched_get(void);
void kvm_pv_sched_put(void);
void kvm_pv_sched_wait(void);
void kvm_pv_sched_nudge(int cpu);

/* speed.c */
void kvm_pv_speed_watch(bool on);
void kvm_pv_speed_start(void);
void kvm_pv_speed_stop(void);

/* cap.c */
static inline u32 kvm_pv_cap_ceiling(u64 cap)
{
	return lower_32_bits(cap);
}

static inline u32 kvm_pv_cap_generation(u64 cap)
{
	return upper_32_bits(cap);
}

int kvm_pv_cap_init(struct kvm_pv *pv, u32 ceiling, u32 generation);
u32 kvm_pv_cap_shown(const struct kvm_pv *pv, u64 cap);
int kvm_pv_cap(const struct kvm_pv_cap *arg);

/* stats.c */
int kvm_pv_stats(struct kvm_pv_stats *arg);

/* list.c */
int kvm_pv_list(struct kvm_pv_list *arg);

/* state.c */
int kvm_pv_state_restore(struct kvm_pv *pv, const struct kvm_pv_attach *arg);
void kvm_pv_state_go_on(struct kvm_pv *pv);
int kvm_pv_state_save(struct kvm_pv_save *arg);

/* device.c */
void kvm_pv_device_init(struct kvm_pv *pv);
int kvm_pv_device_register(struct kvm_pv *pv);
void kvm_pv_device_unregister(struct kvm_pv *pv);

/* answer.c */

/* Writes to the guest's memory, which may have to be fetched. */
static inline bool kvm_pv_answer_sleeps(u32 call)
{
	return call == PV_HC_VCPU_INFO - PV_HC_BASE;
}

typedef s64 (*kvm_pv_answer_fn)(struct kvm_pv *pv, struct kvm_vcpu *vcpu);
extern const kvm_pv_answer_fn kvm_pv_answers[PV_HC_NR];

/**
 * kvm_pv_answer - answer a hypercall
 * @pv: the VM that calls
 * @vcpu: its vCPU that calls, in whose thread we are
 * @call: number of the call, counted from PV_HC_BASE
 *
 * The caller holds kvm_pv_srcu, or RCU unless kvm_pv_answer_sleeps().  Inline, as it is
 * most of what a call costs.
 *
 * Return: what the guest is told.
 */
static __always_inline s64 kvm_pv_answer(struct kvm_pv *pv, struct kvm_vcpu *vcpu, u32 call)
{
	atomic64_inc(&pv->hypercalls);
	call = array_index_nospec(call, PV_HC_NR);
	return kvm_pv_answers[call](pv, vcpu);
}

/* vcpu.c */
pid_t kvm_pv_vcpu_tid(struct kvm_vcpu *vcpu);
void kvm_pv_vcpu_read(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info);

/* vcpu-x86.c, vcpu-arm64.c */
void kvm_pv_arch_vcpu_read(struct kvm_vcpu *vcpu, struct pv_vcpu_info *info);

/* hook.c */
int kvm_pv_hook_init(void);
void kvm_pv_hook_exit(void);

/* hook-x86.c, hook-arm64.c */

/* KVM's handler of hypercalls, the first of these names that there is. */
extern const char * const kvm_pv_arch_handler[];

/* Called before a VM is attached: now at the latest all of KVM is loaded. */
void kvm_pv_arch_prepare(void);

/* chardev.c */
int kvm_pv_chardev_init(void);
void kvm_pv_chardev_exit(void);

/* symbols.c */
DECLARE_STATIC_CALL(kvm_pv_bus_register, kvm_io_bus_register_dev);
DECLARE_STATIC_CALL(kvm_pv_bus_unregister, kvm_io_bus_unregister_dev);
DECLARE_STATIC_CALL(kvm_pv_irq_line, kvm_set_irq);
extern bool kvm_pv_irq_known;
void *kvm_pv_symbol_find(const char * const *names);
int kvm_pv_symbols_init(void);

#endif /* _KVM_PV_H */
