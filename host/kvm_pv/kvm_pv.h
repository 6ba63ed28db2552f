/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of kvm_pv.ko, in layers: a file calls files below it only.
 *
 *   main         module init and exit
 *   chardev      /dev/kvm_pv: table of ioctls
 *   attach, detach, list, stats, cap, telemetry
 *                the ioctls
 *   enable       the parameter that makes everything inert
 *   create       memory and checks of an attachment
 *   audit        audit records of the ioctls
 *   regs         device on the MMIO bus: decodes accesses of vCPUs
 *   hook, answer hypercalls
 *   policy       what happens at requests, scheduling, and changes of frequency and cap
 *   vm           the attached VMs
 *   exits, exits-probe, exits-count
 *                telemetry of exits: state of VMs, probes, counters and events; exits.h
 *   constraint   applies requests, by the backends uclamp and freq-qos
 *   worker       a thread for each VM, in the cgroup of its process
 *   page         shared pages
 *   vcpu-hooks, cpu-freq, vcpu, bus, irq
 *                interfaces to KVM, ftrace and cpufreq
 *   ftrace       hooks on functions of the kernel
 *   model        tables, domains, caps: no kernel objects; model.h
 *   symbols, compat.h
 *                symbols that are not exported, differences between kernels
 *
 * regs, answer and the ftrace callbacks of policy are called by KVM.  detach and policy
 * register callbacks with regs, vcpu-hooks and cpu-freq, which therefore call no file above.
 */
#ifndef _KVM_PV_H
#define _KVM_PV_H

#include <kvm/iodev.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/kvm_host.h>
#include <linux/kvm_pv.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/pm_qos.h>
#include <linux/srcu.h>
#include <linux/static_call.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

#include "export.h"
#include "model.h"

/*
 * Memory of an attachment, which kvm_pv_create() charges to the VM.  If the memory cgroup of the VM
 * is full, the attach fails, and the kernel kills no process of the VM.
 */
#define KVM_PV_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL)

struct kvm_pv;
struct kvm_pv_exits;
struct kvm_pv_exits_vcpu;
struct kvm_pv_vcpu;
struct pid;

/**
 * struct kvm_pv_constraint - what is applied to the thread of a vCPU
 * @pid: thread that it is applied to, with a reference; NULL: none
 * @perf: performance that was applied last, or failed to be
 * @fail_reason: KVM_PV_FAIL_* of that
 * @runtime: ns that the thread had run when it was found to run
 * @active_at: jiffies then
 * @idle: nothing is applied since then, because the thread does not run
 * @uclamp: backend uclamp: value that is set
 * @node: backend freq-qos: in the list of constraints, if @qos is active
 * @qos: backend freq-qos: the constraint
 *
 * The VM's @applying protects all but the last two, which locks of freq-qos.c protect.  The hook
 * of load reads @idle.
 */
struct kvm_pv_constraint {
	struct pid *pid;
	u32 perf;
	u32 fail_reason;
	u64 runtime;
	unsigned long active_at;
	bool idle;
	union {
		struct kvm_pv_uclamp uclamp;
		struct {
			struct list_head node;
			struct freq_qos_request qos;
		};
	};
};

/**
 * struct kvm_pv_vcpu - a vCPU that has sent a request
 * @pv: its VM
 * @vcpu: the vCPU of KVM
 * @window: window that it wrote set_perf of last: that of its CPU in the guest
 * @cpu: CPU of the host that it is loaded on, or was loaded on last
 * @request: request of its domain when the vCPU was loaded
 * @cur_perf: that of its record then
 * @constraint: what is applied to its thread
 *
 * Exists until an RCU grace period after the VM is detached.
 */
struct kvm_pv_vcpu {
	struct kvm_pv *pv;
	struct kvm_vcpu *vcpu;
	struct kvm_pv_window *window;
	int cpu;
	s64 request;
	__le32 cur_perf;
	struct kvm_pv_constraint constraint;
};

/**
 * struct kvm_pv_backend - a way to apply requests
 * @nr: KVM_PV_RECORD, ...
 * @margin: accepts a margin
 * @shared: affects others on the same CPUs: a VM needs a cap, and nothing is applied to a thread
 *          that does not run
 * @known: checks that this host has what the backend needs, NULL: it needs nothing
 * @init: initializes a constraint
 * @set: applies @perf to a thread; returns a negative KVM_PV_FAIL_* if nothing is applied to
 *       it; KVM_PV_LATER: nothing has changed, and the caller calls it again later; else whether
 *       something has changed
 * @withdraw: undoes that; @task is NULL if it has ended
 *
 * @set and @withdraw may sleep.
 */
struct kvm_pv_backend {
	u32 nr;
	bool margin;
	bool shared;
	bool (*known)(void);
	void (*init)(struct kvm_pv_constraint *constraint);
	int (*set)(struct kvm_pv *pv, struct kvm_pv_constraint *constraint,
		   struct task_struct *task, u32 perf);
	void (*withdraw)(struct kvm_pv_constraint *constraint, struct task_struct *task);
};

#define KVM_PV_LATER		2

/**
 * struct kvm_pv_worker - a thread that works for a VM, and is charged to it
 * @task: the thread, with a reference; NULL: none
 * @pid: process whose cgroup and nice value the thread has, NULL: none
 * @delay: jiffies before @run may be called
 * @run: works; returns jiffies after which it is called again without a kick
 * @kick: wakes the thread from contexts that cannot wake a task
 * @wait: the thread waits here
 * @join: moves the thread to the cgroup of @pid
 * @cgroups: set of cgroups of @pid at the last attempt, for comparisons only
 * @state: KVM_PV_WORKER_*
 */
struct kvm_pv_worker {
	struct task_struct *task;
	struct pid *pid;
	unsigned long (*delay)(struct kvm_pv_worker *worker);
	unsigned long (*run)(struct kvm_pv_worker *worker);
	struct irq_work kick;
	wait_queue_head_t wait;
	struct work_struct join;
	const void *cgroups;
	unsigned long state;
};

/* Bits of struct kvm_pv_worker.state */
#define KVM_PV_WORKER_KICKED	0	/* @run is called soon */
#define KVM_PV_WORKER_STOPPING	1	/* the thread stays in its cgroup */

/**
 * struct kvm_pv_page - pages that are shared with a guest
 * @ref: references: one of the attachment, and one of each mapping
 * @header: kernel mapping of @size bytes and one more page, see page.c
 * @size: bytes in the slot, a multiple of PV_SHARED_ALIGN
 * @gpa: guest-physical address
 * @slot: id of the slot
 * @user: address in the VMM
 * @ioctl: ioctl of KVM's file of a VM
 * @mm: address space of the VMM, set when the VM ends
 * @end: removes the mapping after the end of the VM
 */
struct kvm_pv_page {
	struct kref ref;
	struct pv_shared_header *header;
	u32 size;
	gpa_t gpa;
	u32 slot;
	unsigned long user;
	long (*ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	struct mm_struct *mm;
	struct work_struct end;
};

/**
 * struct kvm_pv - one attached VM
 * @list: in the list of attached VMs, in the order of their attachment
 * @node: in the hash of attached VMs
 * @ref: references: one of the device as long as it is on the bus, one of each caller of
 *       kvm_pv_vm_get() and kvm_pv_vm_get_id(), one of @detach.  As long as there is one, the
 *       module is in use
 * @free: frees the attachment; the lookup functions and the hooks read under RCU
 * @kvm: the VM; without a reference, because a VM with a reference never ends.  Valid as long
 *       as the VM is linked, because the end of the VM unlinks it, and in @detach
 * @vendor: module of KVM that ends the VM; @detach holds it
 * @pid: process that runs the VM, NULL: not found
 * @state: KVM_PV_RELEASED, ...
 * @detach: takes the device off the bus
 * @detached: @detach has ended
 * @release: is called when the device has left the bus
 * @id: handle
 * @flags: KVM_PV_EXPOSE_TID, KVM_PV_EXPOSE_FREQ, KVM_PV_EXPOSE_EXITS; KVM_PV_HYPERCALLS: a user
 *         of kvm_pv_hook_get().  Constant as long as the VM is linked
 * @hypercalls_err: 0, or why @flags is without KVM_PV_HYPERCALLS
 * @dev: the device
 * @base: guest-physical address of the first window
 * @page: shared pages, NULL: none; set before the VM is linked
 * @exits: telemetry in them, NULL: none; set before the VM is linked
 * @hypercalls: number of hypercalls that were answered
 * @model: table and cap
 * @capping: protects the order of changes of the cap
 * @backend: applies requests
 * @margin: per cent
 * @worker: applies the last requests
 * @max_rate: how often per second requests are applied at most, 0: as the module parameter
 * @applied_at: jiffies when they were applied last
 * @interval: jiffies from then until they are applied again
 * @suppressed: requests since then that another one replaced
 * @applying: protects @later, @closed and the constraints
 * @later: a request is not applied because of KVM_PV_LATER
 * @closed: nothing is applied any more
 * @vcpus: struct kvm_pv_vcpu by the vCPU's index, see kvm_pv_vm_add_vcpu()
 * @nr_cpus: entries of @windows
 * @windows: one for each CPU of the guest
 */
struct kvm_pv {
	struct list_head list;
	struct hlist_node node;
	struct kref ref;
	struct rcu_work free;
	struct kvm *kvm;
	struct module *vendor;
	struct pid *pid;
	unsigned long state;
	struct work_struct detach;
	struct completion detached;
	void (*release)(struct kvm_pv *pv);
	u32 id;
	u32 flags;
	int hypercalls_err;
	struct kvm_io_device dev;
	gpa_t base;
	struct kvm_pv_page *page;
	struct kvm_pv_exits *exits;
	atomic64_t hypercalls;
	struct kvm_pv_model model;
	struct mutex capping; /* changes of the cap */
	const struct kvm_pv_backend *backend;
	u32 margin;
	struct kvm_pv_worker worker;
	u32 max_rate;
	unsigned long applied_at;
	unsigned long interval;
	atomic_t suppressed;
	struct mutex applying; /* of requests */
	bool later;
	bool closed;
	struct xarray vcpus;
	u32 nr_cpus;
	struct kvm_pv_window windows[];
};

/* Bits of struct kvm_pv.state */
#define KVM_PV_RELEASED		0	/* the device has left the bus */
#define KVM_PV_HOOKED		1	/* a user of kvm_pv_vcpu_hooks_get() */
#define KVM_PV_DETACHED		2	/* the device is on the bus, but accesses exit to the VMM */
#define KVM_PV_HANDED_OVER	3	/* the reference of @detach is that of the other side */
#define KVM_PV_FAILED		4	/* a request could not be applied, which has been logged */

/* attach.c, detach.c, list.c, stats.c, cap.c: struct kvm_pv_* is in linux/kvm_pv.h */
int kvm_pv_attach(struct kvm_pv_attach *arg);
int kvm_pv_attach_init(void);
void kvm_pv_attach_exit(void);
int kvm_pv_detach(u32 id);
void kvm_pv_detach_release(struct kvm_pv *pv);
int kvm_pv_detach_init(void);
void kvm_pv_detach_exit(void);
int kvm_pv_list(struct kvm_pv_list *arg);
int kvm_pv_stats(struct kvm_pv_stats *arg);
int kvm_pv_cap(const struct kvm_pv_cap *arg);
int kvm_pv_telemetry(const struct kvm_pv_telemetry *arg);

/* create.c */
struct kvm_pv *kvm_pv_create(struct file *file, const struct kvm_pv_attach *arg, int *err);

/* enable.c */
void kvm_pv_enable_init(void);
void kvm_pv_enable_exit(void);

/* audit.c */
void kvm_pv_audit_attach(const struct kvm_pv *pv, int err);
void kvm_pv_audit_detach(const struct kvm_pv *pv, bool ended);
void kvm_pv_audit_cap(const struct kvm_pv *pv, u32 cap, int err);
void kvm_pv_audit_telemetry(const struct kvm_pv *pv, u32 level, int err);
void kvm_pv_audit_enable(bool on, int err);

/* regs.c */
void kvm_pv_regs_init(struct kvm_pv *pv, void (*release)(struct kvm_pv *pv));
int kvm_pv_regs_register(struct kvm_pv *pv);
void kvm_pv_regs_unregister(struct kvm_pv *pv);

/* policy.c */
u32 kvm_pv_policy_perf(const struct kvm_pv *pv, const struct kvm_pv_window *window);
void kvm_pv_policy_request(struct kvm_pv *pv, struct kvm_pv_window *window,
			   struct kvm_vcpu *vcpu, u32 request);
void kvm_pv_policy_look(struct kvm_pv *pv, struct kvm_pv_window *window,
			struct kvm_vcpu *vcpu);
int kvm_pv_policy_cap(struct kvm_pv *pv, u32 cap);
void kvm_pv_policy_start(struct kvm_pv *pv);
void kvm_pv_policy_enable(bool on);
void kvm_pv_policy_sync_exits(void *unused);
void kvm_pv_policy_load(unsigned long ip, unsigned long parent_ip,
			struct ftrace_ops *ops, struct ftrace_regs *fregs);
void kvm_pv_policy_put(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs);
void kvm_pv_policy_freq_changed(void);

/* vm.c */
extern struct list_head kvm_pv_vms;

struct kvm_pv *kvm_pv_vm_alloc(u32 nr_cpus);
struct kvm_pv *kvm_pv_vm_find(struct kvm *kvm);
struct kvm_pv_vcpu *kvm_pv_vm_find_vcpu(struct kvm_vcpu *vcpu);
struct kvm_pv_exits_vcpu *kvm_pv_vm_find_exits(struct kvm_vcpu *vcpu);
int kvm_pv_vm_add_vcpu(struct kvm_pv_vcpu *v);
struct kvm_pv *kvm_pv_vm_get(struct kvm *kvm);
struct kvm_pv *kvm_pv_vm_get_id(u32 id);
struct kvm_pv *kvm_pv_vm_next(struct kvm_pv *pv);
void kvm_pv_vm_put(struct kvm_pv *pv);
void kvm_pv_vm_link(struct kvm_pv *pv);
void kvm_pv_vm_unlink(struct kvm_pv *pv);
bool kvm_pv_vm_unlink_get(struct kvm_pv *pv);
int kvm_pv_vm_init(void);
void kvm_pv_vm_exit(void);

/* constraint.c */
const struct kvm_pv_backend *kvm_pv_constraint_backend(u32 nr);
void kvm_pv_constraint_init(struct kvm_pv *pv);
int kvm_pv_constraint_start(struct kvm_pv *pv);
void kvm_pv_constraint_enable(bool on);
void kvm_pv_constraint_apply(struct kvm_pv *pv);
void kvm_pv_constraint_close(struct kvm_pv *pv);
void kvm_pv_constraint_kick(struct kvm_pv *pv);
void kvm_pv_constraint_replace(struct kvm_pv *pv, struct kvm_pv_domain *domain);

/**
 * kvm_pv_constraint_request - a domain has another request
 * @pv: the VM
 * @domain: the domain
 *
 * Any context, as kvm_pv_constraint_kick().
 */
static inline void kvm_pv_constraint_request(struct kvm_pv *pv, struct kvm_pv_domain *domain)
{
	if (!pv->backend->set)
		return;

	if (READ_ONCE(domain->pending))
		kvm_pv_constraint_replace(pv, domain);
	else
		WRITE_ONCE(domain->pending, true);
	kvm_pv_constraint_kick(pv);
}

/* worker.c */
void kvm_pv_worker_init(struct kvm_pv_worker *worker);
int kvm_pv_worker_start(struct kvm_pv_worker *worker, struct pid *pid);
void kvm_pv_worker_kick(struct kvm_pv_worker *worker);
void kvm_pv_worker_stop(struct kvm_pv_worker *worker);

/* uclamp.c, freq-qos.c */
extern const struct kvm_pv_backend kvm_pv_uclamp;
extern const struct kvm_pv_backend kvm_pv_freq_qos;

void kvm_pv_freq_qos_start(void);
void kvm_pv_freq_qos_stop(void);

/* exits.c, exits-probe.c */
DECLARE_STATIC_KEY_FALSE(kvm_pv_exits_used);	/* kvm_pv_exits_load() and _put() are needed */

u32 kvm_pv_exits_size(u32 nr_cpus);
struct kvm_pv_exits *kvm_pv_exits_alloc(struct kvm_pv_page *page, u32 nr_cpus);
void kvm_pv_exits_free(struct kvm_pv_exits *exits);
struct kvm_pv_exits_vcpu *kvm_pv_exits_find(struct kvm_pv_exits *exits,
					    const struct kvm_vcpu *vcpu);
void kvm_pv_exits_load(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu);
void kvm_pv_exits_put(struct kvm_vcpu *vcpu);
int kvm_pv_exits_change(struct kvm_pv_exits *exits, u32 level);
void kvm_pv_exits_close(struct kvm_pv_exits *exits);
u32 kvm_pv_exits_level(const struct kvm_pv_exits *exits);
void kvm_pv_exits_enable(bool on);
void kvm_pv_exits_init(void (*sync_cpu)(void *unused));
void kvm_pv_exits_exit(void);

/* page.c */
struct kvm_pv_page *kvm_pv_page_alloc(struct file *file, gpa_t gpa, u32 nr_cpus,
				      u32 extra);
u32 kvm_pv_page_size(u32 nr_cpus, u32 extra);
struct pv_freq_record *kvm_pv_page_record(struct kvm_pv_page *page, u32 cpu);
int kvm_pv_page_add(struct kvm_pv_page *page, struct kvm *kvm);
void kvm_pv_page_remove(struct kvm_pv_page *page, struct kvm *kvm);
void kvm_pv_page_end(struct kvm_pv_page *page, struct kvm *kvm);
void kvm_pv_page_publish(struct kvm_pv_page *page);
void kvm_pv_page_retire(struct kvm_pv_page *page);
void kvm_pv_page_put(struct kvm_pv_page *page);
int kvm_pv_page_init(void);
void kvm_pv_page_exit(void);

/* vcpu-hooks.c */
extern bool kvm_pv_vcpu_hooks_known;

void kvm_pv_vcpu_hooks_init(ftrace_func_t load, ftrace_func_t put);
void kvm_pv_vcpu_hooks_exit(void);
void kvm_pv_vcpu_hooks_get(void);
int kvm_pv_vcpu_hooks_wait(void);
void kvm_pv_vcpu_hooks_put(void);
void kvm_pv_vcpu_hooks_enable(bool on);

/* cpu-freq.c */
void kvm_pv_cpu_freq_watch(bool on);
void kvm_pv_cpu_freq_start(void (*changed)(void));
void kvm_pv_cpu_freq_stop(void);

/* answer.c */

/* VCPU_INFO writes to guest memory, which can fault. */
static inline bool kvm_pv_answer_sleeps(u32 call)
{
	return call == PV_HC_VCPU_INFO - PV_HC_BASE;
}

typedef s64 (*kvm_pv_answer_fn)(struct kvm_pv *pv, struct kvm_vcpu *vcpu);
extern const kvm_pv_answer_fn kvm_pv_answers[PV_HC_NR];

/**
 * kvm_pv_answer - answer a hypercall
 * @pv: the VM that calls
 * @vcpu: its vCPU that calls, whose thread is the current one
 * @call: number of the call, counted from PV_HC_BASE
 *
 * The caller holds a reference to @pv, or RCU unless kvm_pv_answer_sleeps().  Inline, because
 * it is the largest part of the time of a call.
 *
 * Return: the result for the guest.
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
gpa_t kvm_pv_arch_last_gpa(struct kvm *kvm);

/* hook.c */
int kvm_pv_hook_get(void);
void kvm_pv_hook_put(void);
int kvm_pv_hook_enable(bool on);
bool kvm_pv_hook_failed(void);
void kvm_pv_hook_init(void);
void kvm_pv_hook_exit(void);

/* hook-x86.c, hook-arm64.c */

/* KVM's handler of hypercalls: the first of these names that the kernel has. */
extern const char * const kvm_pv_arch_handler[];

/* Looks for the functions of KVM that end a call.  Returns the name of a missing one, or NULL. */
const char *kvm_pv_arch_lost(void);

/* Called before a VM is attached: all modules of KVM are loaded then. */
void kvm_pv_arch_prepare(void);

/* bus.c */
bool kvm_pv_bus_overlaps(struct kvm *kvm, gpa_t first, gpa_t last);

/* chardev.c */
int kvm_pv_chardev_init(void);
void kvm_pv_chardev_exit(void);

/* ftrace.c */

/**
 * struct kvm_pv_ftrace - a hook on a function of the kernel
 * @names: the function: the first of these names that the kernel has
 * @ops: the hook
 * @registered: ftrace calls the hook
 * @kept: ftrace has failed to remove the hook, and a reference to the module is kept
 */
struct kvm_pv_ftrace {
	const char * const *names;
	struct ftrace_ops ops;
	bool registered;
	bool kept;
};

int kvm_pv_ftrace_init(struct kvm_pv_ftrace *hook);
int kvm_pv_ftrace_register(struct kvm_pv_ftrace *hook);
void kvm_pv_ftrace_unregister(struct kvm_pv_ftrace *hook);
void kvm_pv_ftrace_exit(struct kvm_pv_ftrace *hook);

/* symbols.c */
DECLARE_STATIC_CALL(kvm_pv_bus_register, kvm_io_bus_register_dev);
DECLARE_STATIC_CALL(kvm_pv_bus_unregister, kvm_io_bus_unregister_dev);
DECLARE_STATIC_CALL(kvm_pv_irq_line, kvm_set_irq);
DECLARE_STATIC_CALL(kvm_pv_vcpu_write, kvm_vcpu_write_guest);
DECLARE_STATIC_CALL(kvm_pv_running_vcpu, kvm_get_running_vcpu);
void *kvm_pv_symbol_find(const char * const *names);
int kvm_pv_symbols_init(void);

#endif /* _KVM_PV_H */
