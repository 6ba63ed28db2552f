// SPDX-License-Identifier: GPL-2.0
/*
 * Applies requests to the threads of vCPUs, by the backend of the VM.
 *
 * The guest decides to which of its domains a vCPU belongs, by the frame that the vCPU writes to.
 * A guest that lies moves its own vCPUs only.  KVM knows the thread that ran a vCPU last, which
 * is always one of the VMM.
 *
 * No event reports that a thread ends or is pinned to other CPUs, or that a policy is created.
 * So the worker of a VM checks all its vCPUs every KVM_PV_CONSTRAINT_PERIOD.
 *
 * Each change is work for the host: a change of a clamp takes the lock of a run queue, one of a
 * policy can take long in its driver, and others share both.  So the requests of a VM are applied
 * at most max_rate times per second: the first request at once, the last one of those that follow
 * at the end of the interval.  The interval doubles as long as a guest sends more requests than a
 * governor does.
 *
 * A constraint that affects others is held only while its thread runs, and for
 * KVM_PV_CONSTRAINT_IDLE after that: an idle guest lowers no request, and a stopped one cannot.
 * It is back when the vCPU is loaded, if the hook of load is registered, and else after
 * KVM_PV_CONSTRAINT_PERIOD.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/timer.h>

#include "compat.h"
#include "kvm_pv.h"
#include "trace.h"

#define KVM_PV_CONSTRAINT_PERIOD	HZ
#define KVM_PV_CONSTRAINT_IDLE		(HZ / 10)

/*
 * Suppressed requests per CPU in the time of the shortest interval, from which the interval
 * doubles, up to:
 */
#define KVM_PV_CONSTRAINT_FLOOD		8
#define KVM_PV_CONSTRAINT_MAX_INTERVAL	(HZ / 4)

static uint kvm_pv_constraint_max_rate = 100;
module_param_named(max_rate, kvm_pv_constraint_max_rate, uint, 0644);
MODULE_PARM_DESC(max_rate, "applications of requests per second and VM, 0: no limit (default: 100)");

/* Requests are applied; kvm_pv_constraint_update() reads it with @applying held. */
static bool kvm_pv_constraint_enabled = true;

static const struct kvm_pv_backend kvm_pv_constraint_none = {
	.nr	= KVM_PV_RECORD,
};

static const struct kvm_pv_backend * const kvm_pv_constraint_backends[] = {
	[KVM_PV_RECORD]		= &kvm_pv_constraint_none,
	[KVM_PV_UCLAMP]		= &kvm_pv_uclamp,
	[KVM_PV_FREQ_QOS]	= &kvm_pv_freq_qos,
};

/**
 * kvm_pv_constraint_backend - look up a backend
 * @nr: KVM_PV_RECORD, ...
 *
 * Return: the backend, or NULL if the number is invalid.
 */
const struct kvm_pv_backend *kvm_pv_constraint_backend(u32 nr)
{
	if (nr >= ARRAY_SIZE(kvm_pv_constraint_backends))
		return NULL;

	nr = array_index_nospec(nr, ARRAY_SIZE(kvm_pv_constraint_backends));
	return kvm_pv_constraint_backends[nr];
}

static void kvm_pv_constraint_withdraw(struct kvm_pv *pv,
				       struct kvm_pv_constraint *constraint)
{
	struct task_struct *task;

	lockdep_assert_held(&pv->applying);

	if (!constraint->pid)
		return;

	task = get_pid_task(constraint->pid, PIDTYPE_PID);
	pv->backend->withdraw(constraint, task);
	if (task)
		put_task_struct(task);
	put_pid(constraint->pid);
	constraint->pid = NULL;
	constraint->perf = 0;
	constraint->fail_reason = KVM_PV_FAIL_NONE;
	WRITE_ONCE(constraint->idle, false);
}

/* The current thread of a vCPU; a VMM can run the vCPU by another thread. */
static struct task_struct *kvm_pv_constraint_thread(struct kvm_pv *pv, struct kvm_pv_vcpu *v)
{
	struct kvm_pv_constraint *constraint = &v->constraint;
	struct pid *pid = kvm_pv_vcpu_get_pid(v->vcpu);
	struct task_struct *task;

	task = get_pid_task(pid, PIDTYPE_PID);
	if (pid != constraint->pid || !task)
		kvm_pv_constraint_withdraw(pv, constraint);
	if (task && !constraint->pid)
		constraint->pid = get_pid(pid);
	put_pid(pid);

	return task;
}

/*
 * Counts a failure once for each request, independent of the number of attempts, and a request
 * once that is applied again to a thread that was idle.
 */
static void kvm_pv_constraint_count(struct kvm_pv_domain *domain,
				    struct kvm_pv_constraint *constraint, u32 perf, int ret)
{
	u32 reason = ret < 0 ? -ret : KVM_PV_FAIL_NONE;
	bool fails = reason && (perf != constraint->perf || reason != constraint->fail_reason);
	bool again = constraint->idle && perf == constraint->perf;

	constraint->perf = perf;
	constraint->fail_reason = reason;
	if (fails) {
		WRITE_ONCE(domain->fail_reason, reason);
		atomic64_inc(&domain->failed);
	} else if (ret > 0 && !again) {
		atomic64_inc(&domain->applied);
	}
	WRITE_ONCE(constraint->idle, false);
}

/* A thread that waits for a CPU runs, too. */
static bool kvm_pv_constraint_idles(struct kvm_pv_constraint *constraint,
				    struct task_struct *task)
{
	u64 runtime = READ_ONCE(task->se.sum_exec_runtime);

	if (task_is_running(task) || runtime != constraint->runtime) {
		constraint->runtime = runtime;
		constraint->active_at = jiffies;
		return false;
	}

	return time_after_eq(jiffies, constraint->active_at + KVM_PV_CONSTRAINT_IDLE);
}

static int kvm_pv_constraint_set(struct kvm_pv *pv, struct kvm_pv_vcpu *v,
				 struct task_struct *task, u32 perf)
{
	int ret = pv->backend->set(pv, &v->constraint, task, perf);

	if (ret && ret != KVM_PV_LATER)
		trace_apply(pv->id, v->vcpu->vcpu_id, task->pid, pv->backend->nr, perf, ret);
	/* The guest causes this: one line for each VM. */
	if (ret < 0 && !test_and_set_bit(KVM_PV_FAILED, &pv->state))
		pr_warn("vm %u: a request of vCPU %u cannot be applied (reason %d), see pvhost stats\n",
			pv->id, v->vcpu->vcpu_id, -ret);
	return ret;
}

static void kvm_pv_constraint_vcpu(struct kvm_pv *pv, struct kvm_pv_vcpu *v)
{
	struct kvm_pv_domain *domain = READ_ONCE(v->window)->domain;
	u32 request = kvm_pv_model_last(domain);
	struct task_struct *task;
	u32 perf;
	int ret;

	if (!request) {
		kvm_pv_constraint_withdraw(pv, &v->constraint);
		return;
	}

	task = kvm_pv_constraint_thread(pv, v);
	if (!task)
		return;

	if (pv->backend->shared && kvm_pv_constraint_idles(&v->constraint, task)) {
		pv->backend->withdraw(&v->constraint, task);
		WRITE_ONCE(v->constraint.idle, true);
		goto put_task;
	}

	perf = kvm_pv_model_perf(&pv->model, request);
	ret = kvm_pv_constraint_set(pv, v, task, perf);
	if (ret == KVM_PV_LATER)
		pv->later = true;
	else
		kvm_pv_constraint_count(domain, &v->constraint, perf, ret);

put_task:
	put_task_struct(task);
}

static void kvm_pv_constraint_withdraw_all(struct kvm_pv *pv)
{
	struct kvm_pv_vcpu *v;
	unsigned long i;

	xa_for_each(&pv->vcpus, i, v)
		kvm_pv_constraint_withdraw(pv, &v->constraint);
}

/**
 * kvm_pv_constraint_enable - set whether requests are applied
 * @on: requests are applied
 *
 * The caller calls kvm_pv_constraint_apply() for each VM afterwards.
 */
void kvm_pv_constraint_enable(bool on)
{
	WRITE_ONCE(kvm_pv_constraint_enabled, on);
	smp_mb(); /* the switch before the requests; pairs with kvm_pv_constraint_kick() */
}

/* Jiffies, at least 1 */
static unsigned long kvm_pv_constraint_min_interval(const struct kvm_pv *pv)
{
	u32 rate = min_not_zero(READ_ONCE(kvm_pv_constraint_max_rate), pv->max_rate);

	return rate && rate < HZ ? DIV_ROUND_UP(HZ, rate) : 1;
}

/* Requests have been applied: when requests are applied again. */
static void kvm_pv_constraint_set_interval(struct kvm_pv *pv)
{
	unsigned long least = kvm_pv_constraint_min_interval(pv), interval = least;
	unsigned long times = max(pv->interval / least, 1UL);

	lockdep_assert_held(&pv->applying);

	if (atomic_xchg(&pv->suppressed, 0) > times * pv->nr_cpus * KVM_PV_CONSTRAINT_FLOOD)
		interval = clamp(pv->interval * 2, least,
				 max_t(unsigned long, least, KVM_PV_CONSTRAINT_MAX_INTERVAL));
	WRITE_ONCE(pv->interval, interval);
}

/**
 * kvm_pv_constraint_replace - a request replaces one that was not applied yet
 * @pv: the VM
 * @domain: its domain
 *
 * Any context.
 */
void kvm_pv_constraint_replace(struct kvm_pv *pv, struct kvm_pv_domain *domain)
{
	atomic64_inc(&domain->suppressed);
	atomic_inc(&pv->suppressed);
}

/*
 * Requests from here on are not those that are about to be applied.  Returns whether there are
 * requests; else the work only checks the vCPUs.
 */
static bool kvm_pv_constraint_begin(struct kvm_pv *pv)
{
	bool any = false;
	u32 i;

	for (i = 0; i < pv->nr_cpus; i++) {
		struct kvm_pv_domain *domain = pv->windows[i].domain;

		any |= READ_ONCE(domain->pending);
		WRITE_ONCE(domain->pending, false);
	}
	if (any)
		WRITE_ONCE(pv->applied_at, jiffies);
	smp_mb(); /* @pending before the requests; a sender accesses them in reverse order */

	return any;
}

/* Whether a constraint of the VM affects others, and is to be withdrawn when its thread idles */
static bool kvm_pv_constraint_holds(struct kvm_pv *pv)
{
	struct kvm_pv_vcpu *v;
	unsigned long i;

	lockdep_assert_held(&pv->applying);

	if (!pv->backend->shared)
		return false;
	xa_for_each(&pv->vcpus, i, v) {
		if (v->constraint.pid && !v->constraint.idle)
			return true;
	}
	return false;
}

static unsigned long kvm_pv_constraint_period(struct kvm_pv *pv)
{
	lockdep_assert_held(&pv->applying);

	if (pv->later)
		return 1;
	if (kvm_pv_constraint_holds(pv))
		return KVM_PV_CONSTRAINT_IDLE;
	return round_jiffies_relative(KVM_PV_CONSTRAINT_PERIOD);
}

/*
 * Applies the requests of a VM, or withdraws them while that is disabled.  Returns the jiffies
 * after which the vCPUs are checked.
 */
static unsigned long kvm_pv_constraint_update(struct kvm_pv *pv)
{
	unsigned long period = MAX_SCHEDULE_TIMEOUT;
	struct kvm_pv_vcpu *v;
	unsigned long i;
	bool any;

	mutex_lock(&pv->applying);
	if (pv->closed || xa_empty(&pv->vcpus))
		goto unlock;
	if (!READ_ONCE(kvm_pv_constraint_enabled)) {
		kvm_pv_constraint_withdraw_all(pv);
		goto unlock;
	}

	/* The VM cannot end before kvm_pv_constraint_close(). */
	any = kvm_pv_constraint_begin(pv);
	pv->later = false;
	xa_for_each(&pv->vcpus, i, v)
		kvm_pv_constraint_vcpu(pv, v);
	if (any)
		kvm_pv_constraint_set_interval(pv);
	period = kvm_pv_constraint_period(pv);

unlock:
	mutex_unlock(&pv->applying);
	return period;
}

/**
 * kvm_pv_constraint_kick - apply the requests of a VM soon
 * @pv: the VM
 *
 * Any context, including with the lock of a run queue held.
 */
void kvm_pv_constraint_kick(struct kvm_pv *pv)
{
	if (!pv->backend->set)
		return;

	smp_mb(); /* the request before the switch; pairs with kvm_pv_constraint_enable() */
	if (READ_ONCE(kvm_pv_constraint_enabled))
		kvm_pv_worker_kick(&pv->worker);
}

/**
 * kvm_pv_constraint_apply - apply the requests of a VM, or withdraw them while that is disabled
 * @pv: the VM; may sleep
 */
void kvm_pv_constraint_apply(struct kvm_pv *pv)
{
	if (!pv->backend->set)
		return;

	kvm_pv_constraint_update(pv);
	/* The worker checks the vCPUs from now on. */
	kvm_pv_constraint_kick(pv);
}

/* jiffies until requests may be applied again */
static unsigned long kvm_pv_constraint_delay(struct kvm_pv_worker *worker)
{
	const struct kvm_pv *pv = container_of(worker, struct kvm_pv, worker);
	unsigned long interval = READ_ONCE(pv->interval);
	unsigned long elapsed = jiffies - READ_ONCE(pv->applied_at);

	return elapsed < interval ? interval - elapsed : 0;
}

static unsigned long kvm_pv_constraint_run(struct kvm_pv_worker *worker)
{
	return kvm_pv_constraint_update(container_of(worker, struct kvm_pv, worker));
}

void kvm_pv_constraint_init(struct kvm_pv *pv)
{
	kvm_pv_worker_init(&pv->worker);
	pv->worker.delay = kvm_pv_constraint_delay;
	pv->worker.run = kvm_pv_constraint_run;
	mutex_init(&pv->applying);
	pv->interval = 1;
	pv->applied_at = jiffies - pv->interval;
}

/**
 * kvm_pv_constraint_start - start the thread that applies the requests of a VM
 * @pv: the VM; may sleep
 *
 * Return: 0, or a negative errno.
 */
int kvm_pv_constraint_start(struct kvm_pv *pv)
{
	return pv->backend->set ? kvm_pv_worker_start(&pv->worker, pv->pid) : 0;
}

/**
 * kvm_pv_constraint_close - remove all constraints, and apply none from now on
 * @pv: the VM; may sleep.  The caller prevents concurrent calls
 */
void kvm_pv_constraint_close(struct kvm_pv *pv)
{
	kvm_pv_worker_stop(&pv->worker);

	mutex_lock(&pv->applying);
	pv->closed = true;
	kvm_pv_constraint_withdraw_all(pv);
	mutex_unlock(&pv->applying);
}
