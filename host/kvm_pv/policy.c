// SPDX-License-Identifier: GPL-2.0
/*
 * What happens when a guest requests performance, a vCPU is scheduled, a CPU of the host changes
 * its frequency, or the administrator changes the cap.
 *
 *   set_perf is written	the domain gets the request, and all its records are updated
 *   a vCPU is loaded		its record is updated, unless nothing has changed, and its
 *				constraint is back if the vCPU was idle
 *   that CPU changes its speed	the same, in an interrupt, if the guest may see it
 *   a vCPU is put		the domain gets the request that the guest has posted
 *   the cap changes		all records are updated
 *   all is disabled		nothing is updated or applied until it is enabled
 *
 * The scheduler calls the hook of put with the lock of a run queue held.  No function that is
 * reachable from a hook takes a lock.  Each exit to the VMM calls both hooks, so load skips the
 * update for a vCPU that stays on its CPU: the CPU is interrupted for the vCPU that it has loaded
 * last, even after the put.
 *
 * A record is written without a lock: the writer checks after its write that the value is still
 * right, and else writes again.  So the last writer leaves the right value.  The guest can write
 * there too, which costs another write at the next of these events.
 */
#include <linux/ftrace.h>
#include <linux/jump_label.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "compat.h"
#include "kvm_pv.h"
#include "vm-cache.h"

/* Records are updated. */
static DEFINE_STATIC_KEY_TRUE(kvm_pv_policy_enabled);

/*
 * The vCPU with a record that was loaded last on a CPU, NULL: none, or the frequency has changed
 * since it was put.  For comparisons only, because the vCPU can have ended.
 */
static DEFINE_PER_CPU(const struct kvm_pv_vcpu *, kvm_pv_policy_last);

static bool kvm_pv_policy_exposes(const struct kvm_pv *pv)
{
	return pv->flags & KVM_PV_EXPOSE_FREQ;
}

static int kvm_pv_policy_cpu(const struct kvm_pv_window *window)
{
	const struct kvm_pv_vcpu *v = READ_ONCE(window->vcpu);

	return v ? READ_ONCE(v->cpu) : raw_smp_processor_id();
}

/*
 * Current performance of the CPU of a window: never 0, and within the table.  Other VMs influence
 * the frequency of the host's CPU, so a guest gets the performance that it was granted instead.
 * Inline, because each request of a guest calls it.
 */
static __always_inline u32 kvm_pv_policy_now(const struct kvm_pv *pv,
					     const struct kvm_pv_window *window)
{
	u32 khz = kvm_pv_policy_exposes(pv) ? kvm_pv_cpu_freq(kvm_pv_policy_cpu(window)) : 0;

	/* A host above or below all entries provides the highest or the lowest one. */
	if (khz)
		return kvm_pv_model_clamp(&pv->model, khz);
	return kvm_pv_model_perf(&pv->model, kvm_pv_model_last(window->domain));
}

/**
 * kvm_pv_policy_perf - current performance of a guest CPU, for register cur_perf
 * @pv: the VM
 * @window: window of the CPU
 *
 * If no vCPU has written set_perf there, the CPU of the host is that of the caller.
 */
u32 kvm_pv_policy_perf(const struct kvm_pv *pv, const struct kvm_pv_window *window)
{
	return kvm_pv_policy_now(pv, window);
}

/* Any context */
static void kvm_pv_policy_update(struct kvm_pv *pv, struct kvm_pv_window *window)
{
	struct pv_freq_record *record = window->record;
	u32 perf, written;

	if (!record)
		return;

	smp_mb(); /* the caller's change before the check; pairs with that below */
	perf = kvm_pv_policy_now(pv, window);
	if (READ_ONCE(record->cur_perf) == cpu_to_le32(perf))
		return;

	do {
		written = perf;
		WRITE_ONCE(record->cur_perf, cpu_to_le32(written));
		smp_mb(); /* the write before the check; pairs with that of another writer */
		perf = kvm_pv_policy_now(pv, window);
	} while (perf != written);
}

static void kvm_pv_policy_update_domain(struct kvm_pv *pv, struct kvm_pv_domain *domain)
{
	struct kvm_pv_window *window;

	if (!static_branch_likely(&kvm_pv_policy_enabled))
		return;

	for (window = domain->first; window; window = window->next)
		kvm_pv_policy_update(pv, window);
}

static void kvm_pv_policy_requested(struct kvm_pv_domain *domain, struct kvm_vcpu *vcpu)
{
	WRITE_ONCE(domain->tid, task_pid_nr(current));
	WRITE_ONCE(domain->vcpu_id, vcpu->vcpu_id);
}

/* Takes the request that the guest has posted; any context. */
static bool kvm_pv_policy_take(struct kvm_pv_vcpu *v)
{
	struct kvm_pv_window *window = READ_ONCE(v->window);

	if (!window->record || !kvm_pv_model_take(window->domain, window->record))
		return false;

	kvm_pv_policy_requested(window->domain, v->vcpu);
	atomic64_inc(&window->deferred);
	kvm_pv_constraint_request(v->pv, window->domain);
	return true;
}

/* Preemption is off. */
static void kvm_pv_policy_loaded(struct kvm_pv_vcpu *v)
{
	WRITE_ONCE(v->cpu, smp_processor_id());
	if (v->pv->page) {
		__this_cpu_write(kvm_pv_policy_last, v);
		if (kvm_pv_policy_exposes(v->pv))
			kvm_pv_cpu_freq_watch(true);
	}
}

/*
 * The vCPU was loaded here last, interrupts have kept its record right, its domain has no other
 * request, and the guest has not written to the record.  @cpu tells it from a vCPU that has ended
 * and had the same memory.
 */
static bool kvm_pv_policy_is_loaded(const struct kvm_pv_vcpu *v)
{
	const struct kvm_pv_window *window = READ_ONCE(v->window);

	return window->record && __this_cpu_read(kvm_pv_policy_last) == v &&
	       v->cpu == smp_processor_id() &&
	       v->request == atomic64_read(&window->domain->request) &&
	       v->cur_perf == READ_ONCE(window->record->cur_perf);
}

/* In an interrupt: the CPU is not interrupted again until a vCPU is loaded. */
static void kvm_pv_policy_forget(void)
{
	__this_cpu_write(kvm_pv_policy_last, NULL);
	kvm_pv_cpu_freq_watch(false);
}

/* The vCPU of this thread, NULL: it has not written set_perf.  It usually has one window. */
static struct kvm_pv_vcpu *kvm_pv_policy_find(struct kvm_pv *pv, struct kvm_pv_window *window,
					      struct kvm_vcpu *vcpu)
{
	struct kvm_pv_vcpu *v = READ_ONCE(window->vcpu);

	if (v && v->vcpu == vcpu)
		return v;
	return xa_empty(&pv->vcpus) ? NULL : xa_load(&pv->vcpus, vcpu->vcpu_idx);
}

/* The same, which is allocated at its first write of set_perf; may sleep. */
static struct kvm_pv_vcpu *kvm_pv_policy_vcpu(struct kvm_pv *pv, struct kvm_pv_window *window,
					      struct kvm_vcpu *vcpu)
{
	struct kvm_pv_vcpu *v = kvm_pv_policy_find(pv, window, vcpu);

	if (v)
		return v;

	v = kzalloc(sizeof(*v), GFP_KERNEL_ACCOUNT);
	if (!v)
		return NULL;

	v->pv = pv;
	v->vcpu = vcpu;
	v->window = window;
	v->cpu = nr_cpu_ids;
	if (pv->backend->init)
		pv->backend->init(&v->constraint);
	if (kvm_pv_vm_add_vcpu(v)) {
		kfree(v);
		return NULL;
	}
	kvm_pv_constraint_kick(pv);
	return v;
}

/* From now on @vcpu is the CPU of @window. */
static void kvm_pv_policy_bind(struct kvm_pv *pv, struct kvm_pv_window *window,
			       struct kvm_vcpu *vcpu)
{
	struct kvm_pv_vcpu *v = kvm_pv_policy_vcpu(pv, window, vcpu);

	/* Without memory: at its next request */
	if (!v || (READ_ONCE(window->vcpu) == v && READ_ONCE(v->window) == window))
		return;

	/* Once for each VM: a guest cannot register and unregister the hooks repeatedly. */
	if ((pv->page || pv->backend->shared) && !test_and_set_bit(KVM_PV_HOOKED, &pv->state))
		kvm_pv_vcpu_hooks_get();

	preempt_disable();
	kvm_pv_policy_loaded(v);
	WRITE_ONCE(window->vcpu, v);
	preempt_enable();

	if (READ_ONCE(v->window) != window) {
		WRITE_ONCE(v->window, window);
		kvm_pv_constraint_kick(pv);
	}
}

/**
 * kvm_pv_policy_request - a vCPU writes set_perf
 * @pv: the VM
 * @window: window of the register
 * @vcpu: the vCPU, whose thread is the current one; may sleep
 * @request: performance, not 0
 */
void kvm_pv_policy_request(struct kvm_pv *pv, struct kvm_pv_window *window,
			   struct kvm_vcpu *vcpu, u32 request)
{
	kvm_pv_policy_bind(pv, window, vcpu);
	if (kvm_pv_model_request(window->domain, request))
		kvm_pv_constraint_request(pv, window->domain);
	kvm_pv_policy_requested(window->domain, vcpu);
	kvm_pv_policy_update_domain(pv, window->domain);
}

/**
 * kvm_pv_policy_look - a vCPU accesses the device
 * @pv: the VM
 * @window: window of the register
 * @vcpu: the vCPU, whose thread is the current one
 *
 * Takes the request that it has posted before, so that requests are taken in order.
 */
void kvm_pv_policy_look(struct kvm_pv *pv, struct kvm_pv_window *window,
			struct kvm_vcpu *vcpu)
{
	struct kvm_pv_vcpu *v = kvm_pv_policy_find(pv, window, vcpu);

	if (v && kvm_pv_policy_take(v))
		kvm_pv_policy_update_domain(pv, READ_ONCE(v->window)->domain);
}

static void kvm_pv_policy_update_all(struct kvm_pv *pv)
{
	u32 i;

	lockdep_assert_held(&pv->capping);

	if (!static_branch_likely(&kvm_pv_policy_enabled))
		return;

	for (i = 0; i < pv->nr_cpus; i++) {
		struct kvm_pv_window *window = &pv->windows[i];

		if (window->record)
			WRITE_ONCE(window->record->cap, cpu_to_le32(pv->model.cap));
		kvm_pv_policy_update(pv, window);
	}
}

/**
 * kvm_pv_policy_cap - set the cap of a VM
 * @pv: the VM; may sleep
 * @cap: highest performance that its guest gets, 0: no cap
 *
 * Return: 0; -ERANGE if the table does not include @cap; -EINVAL if @cap is 0 and the backend
 * requires one.
 */
int kvm_pv_policy_cap(struct kvm_pv *pv, u32 cap)
{
	int err;

	if (!cap && pv->backend->shared)
		return -EINVAL;

	/* The records get the caps in the order of the calls. */
	mutex_lock(&pv->capping);
	err = kvm_pv_model_set_cap(&pv->model, cap);
	if (!err)
		kvm_pv_policy_update_all(pv);
	mutex_unlock(&pv->capping);
	if (!err)
		kvm_pv_constraint_apply(pv);
	return err;
}

/**
 * kvm_pv_policy_start - write the host's half of all records
 * @pv: the VM, which is not linked yet
 */
void kvm_pv_policy_start(struct kvm_pv *pv)
{
	u32 i;

	for (i = 0; pv->page && i < pv->nr_cpus; i++) {
		struct kvm_pv_window *window = &pv->windows[i];

		window->record = kvm_pv_page_record(pv->page, i);
		window->record->cap = cpu_to_le32(pv->model.cap);
		kvm_pv_policy_update(pv, window);
	}
}

/* Not inline, so that the hook saves fewer registers. */
static noinline void notrace kvm_pv_policy_load_slow(struct kvm_pv_vcpu *v)
{
	struct kvm_pv_window *window = READ_ONCE(v->window);

	kvm_pv_policy_loaded(v);
	/* A request from here on differs at the next load. */
	v->request = atomic64_read(&window->domain->request);
	kvm_pv_policy_update(v->pv, window);
	if (window->record)
		v->cur_perf = READ_ONCE(window->record->cur_perf);
}

/* ftrace calls it on entry of kvm_arch_vcpu_load(); preemption is off. */
void notrace kvm_pv_policy_load(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct kvm_pv_vcpu *v = kvm_pv_vm_vcpu((struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs));

	if (v && READ_ONCE(v->constraint.idle))
		kvm_pv_constraint_kick(v->pv);
	if (v && !kvm_pv_policy_is_loaded(v))
		kvm_pv_policy_load_slow(v);
	if (static_branch_unlikely(&kvm_pv_exits_used))
		kvm_pv_exits_load(kvm_pv_vm_exits(), (struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs));
}

/* ftrace calls it on entry of kvm_arch_vcpu_put(); the lock of a run queue can be held. */
void notrace kvm_pv_policy_put(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct kvm_pv_vcpu *v = kvm_pv_vm_vcpu((struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs));

	if (v)
		kvm_pv_policy_take(v);
	if (static_branch_unlikely(&kvm_pv_exits_used))
		kvm_pv_exits_put((struct kvm_vcpu *)kvm_pv_ftrace_arg0(fregs));
}

/**
 * kvm_pv_policy_sync_exits - tell the telemetry which vCPU is loaded on this CPU
 * @unused: not used
 *
 * Context: an interrupt.
 */
void kvm_pv_policy_sync_exits(void *unused)
{
	struct kvm_vcpu *vcpu = static_call_query(kvm_pv_running_vcpu) ?
				static_call(kvm_pv_running_vcpu)() : NULL;

	rcu_read_lock();
	kvm_pv_exits_load(vcpu ? kvm_pv_vm_find_exits(vcpu) : NULL, vcpu);
	rcu_read_unlock();
}

/**
 * kvm_pv_policy_freq_changed - this CPU has changed its frequency
 *
 * Context: an interrupt.
 */
void kvm_pv_policy_freq_changed(void)
{
	struct kvm_vcpu *vcpu = static_call(kvm_pv_running_vcpu)();
	struct kvm_pv_vcpu *v;

	rcu_read_lock();
	v = vcpu ? kvm_pv_vm_find_vcpu(vcpu) : NULL;
	if (v && kvm_pv_policy_exposes(v->pv) && static_branch_likely(&kvm_pv_policy_enabled))
		kvm_pv_policy_update(v->pv, READ_ONCE(v->window));
	else
		kvm_pv_policy_forget();
	rcu_read_unlock();
}

/* In an interrupt of each CPU, which then runs the present code of the static key. */
static void kvm_pv_policy_disable_cpu(void *unused)
{
	kvm_pv_policy_forget();
}

/* The hooks were off: the vCPU that is loaded here may have been loaded elsewhere before. */
static void kvm_pv_policy_enable_cpu(void *unused)
{
	struct kvm_pv_vcpu *v;
	struct kvm_vcpu *vcpu;

	if (!static_call_query(kvm_pv_running_vcpu))
		return;

	rcu_read_lock();
	vcpu = static_call(kvm_pv_running_vcpu)();
	v = vcpu ? kvm_pv_vm_find_vcpu(vcpu) : NULL;
	if (v)
		kvm_pv_policy_load_slow(v);
	rcu_read_unlock();
}

/* Takes what the guest has posted while the hooks were off.  The thread is not known. */
static void kvm_pv_policy_take_all(struct kvm_pv *pv)
{
	struct kvm_pv_window *window;
	struct kvm_pv_vcpu *v;
	unsigned long i;

	xa_for_each(&pv->vcpus, i, v) {
		window = READ_ONCE(v->window);
		if (window->record && kvm_pv_model_take(window->domain, window->record))
			atomic64_inc(&window->deferred);
	}
}

static void kvm_pv_policy_restart(struct kvm_pv *pv)
{
	mutex_lock(&pv->capping);
	kvm_pv_policy_take_all(pv);
	kvm_pv_policy_update_all(pv);
	mutex_unlock(&pv->capping);
}

/**
 * kvm_pv_policy_enable - enable or disable the records, the hooks and the backends of all VMs
 * @on: enable them: the last requests and caps are in effect on return
 *
 * While they are disabled, requests and caps are stored only.  The caller prevents concurrent
 * calls.  VMs may be attached and detached during the call; may sleep.
 */
void kvm_pv_policy_enable(bool on)
{
	struct kvm_pv *pv = NULL;

	if (on)
		static_branch_enable(&kvm_pv_policy_enabled);
	else
		static_branch_disable(&kvm_pv_policy_enabled);
	kvm_pv_constraint_enable(on);
	if (!on)
		kvm_pv_exits_enable(false);
	kvm_pv_vcpu_hooks_enable(on);
	if (on)
		kvm_pv_exits_enable(true);
	on_each_cpu(on ? kvm_pv_policy_enable_cpu : kvm_pv_policy_disable_cpu, NULL, 1);

	while ((pv = kvm_pv_vm_next(pv))) {
		if (on)
			kvm_pv_policy_restart(pv);
		kvm_pv_constraint_apply(pv);
	}
}
