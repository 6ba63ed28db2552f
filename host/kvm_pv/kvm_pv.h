/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host's half of pvguest: what the parts of kvm_pv.ko have of each other.
 */
#ifndef _KVM_PV_H
#define _KVM_PV_H

#include <kvm/iodev.h>
#include <linux/kvm_host.h>
#include <linux/kvm_pv.h>
#include <linux/list.h>
#include <linux/nospec.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/static_call.h>
#include <linux/types.h>
#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

struct pid;

/**
 * struct kvm_pv_window - registers of one CPU of the guest
 * @lock: guards the rest: any vCPU may use any window at any time
 * @sel: perftbl_sel
 * @stats: what KVM_PV_STATS shows
 */
struct kvm_pv_window {
	spinlock_t lock; /* guards the rest */
	u32 sel;
	struct kvm_pv_cpu stats;
};

/**
 * struct kvm_pv - one attached VM
 * @list: in the list of attached VMs, in the order of their attachment
 * @node: in the hash of attached VMs
 * @rcu: readers hold kvm_pv_srcu, or RCU where they do not look at @pid
 * @kvm: the VM; not counted, for a VM that is held never dies.  Good as long as the
 *       VM is linked, since the end of the VM unlinks it
 * @pid: process that runs the VM, NULL: not found
 * @state: KVM_PV_RELEASED
 * @id: handle
 * @flags: KVM_PV_EXPOSE_TID
 * @dev: the device; the MMIO bus of the VM owns it, and all of this with it
 * @base: guest-physical address of the first window
 * @hypercalls: hypercalls that were answered
 * @nr_perf: entries of @perf
 * @perf: performance table, ascending
 * @nr_cpus: entries of @windows
 * @windows: one for each CPU
 */
struct kvm_pv {
	struct list_head list;
	struct hlist_node node;
	struct rcu_head rcu;
	struct kvm *kvm;
	struct pid *pid;
	unsigned long state;
	u32 id;
	u32 flags;
	struct kvm_io_device dev;
	gpa_t base;
	atomic64_t hypercalls;
	u32 nr_perf;
	u32 perf[KVM_PV_MAX_PERF];
	u32 nr_cpus;
	struct kvm_pv_window windows[];
};

/* bit of struct kvm_pv.state: the device has left the bus */
#define KVM_PV_RELEASED		0

/* vm.c */
extern struct srcu_struct kvm_pv_srcu;

struct kvm_pv *kvm_pv_vm_find(struct kvm *kvm);
int kvm_pv_vm_attach(struct kvm_pv_attach *arg);
int kvm_pv_vm_detach(u32 id);
int kvm_pv_vm_list(struct kvm_pv_list *arg);
int kvm_pv_vm_stats(struct kvm_pv_stats *arg);
void kvm_pv_vm_release(struct kvm_pv *pv);
void kvm_pv_vm_exit(void);

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
void *kvm_pv_symbol_find(const char * const *names);
int kvm_pv_symbols_init(void);

#endif /* _KVM_PV_H */
