// SPDX-License-Identifier: GPL-2.0
/*
 * Requests, applied to the threads of the vCPUs.
 *
 * Where a request arrives nobody may be woken: the domain is locked, and where it is
 * taken from memory the run queue is as well.  An irq_work takes no lock; it runs when
 * interrupts are on again, and queues the work, which applies what all domains ask for
 * by then.  So requests that come faster than they are applied are one, and none is
 * lost: what is queued while the work runs makes it run again.  It does so once in a
 * jiffy, or a guest that asks on and on would have a CPU of the host to itself.
 *
 *   kvm_pv_apply_kick()	any context
 *   kvm_pv_apply_claim()	the vCPU, with nothing locked
 *   kvm_pv_apply_join()	likewise, or whoever attaches, as long as it is not linked
 *   pv->applying		the work, ceilings, and the end
 *
 * Which CPU of the guest a vCPU is, only the guest knows: the vCPU belongs to the domain
 * in which it has its record, else to the one that it wrote set_perf of last.  A guest
 * that lies moves its own vCPUs only.  Which thread a vCPU is, KVM knows: the one that
 * ran it last, always one of the VMM's.
 *
 * Nobody tells when a thread ends or is pinned elsewhere, or when a policy comes: while
 * there are clamps, all are looked at from time to time.
 */
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include "kvm_pv.h"
#include "trace.h"

#define KVM_PV_APPLY_PERIOD	HZ

static struct workqueue_struct *kvm_pv_apply_wq;

static const struct kvm_pv_backend kvm_pv_apply_none = {
	.nr	= KVM_PV_RECORD,
};

static const struct kvm_pv_backend * const kvm_pv_backends[] = {
	[KVM_PV_RECORD]		= &kvm_pv_apply_none,
	[KVM_PV_UCLAMP]		= &kvm_pv_uclamp,
	[KVM_PV_FREQ_QOS]	= &kvm_pv_freq_qos,
};

/**
 * kvm_pv_apply_backend - a backend by its number
 * @nr: KVM_PV_RECORD, ...
 *
 * Return: the backend, NULL where there is none of that number.
 */
const struct kvm_pv_backend *kvm_pv_apply_backend(u32 nr)
{
	if (nr >= ARRAY_SIZE(kvm_pv_backends))
		return NULL;

	return kvm_pv_backends[array_index_nospec(nr, ARRAY_SIZE(kvm_pv_backends))];
}

/**
 * kvm_pv_apply_join - a vCPU belongs to a domain
 * @pv: the VM
 * @window: that it has written a request to, or has its record in
 * @vcpu: the vCPU; may sleep
 *
 * Return: whether there is something to apply.
 */
bool kvm_pv_apply_join(struct kvm_pv *pv, struct kvm_pv_window *window,
		       struct kvm_vcpu *vcpu)
{
	struct kvm_pv_domain *domain;
	struct kvm_pv_clamp *clamp;

	if (!pv->backend->set)
		return false;

	domain = kvm_pv_share_domain(pv, window, vcpu);
	clamp = xa_load(&pv->clamps, vcpu->vcpu_idx);
	if (clamp && READ_ONCE(clamp->domain) == domain)
		return false;

	if (clamp) {
		WRITE_ONCE(clamp->domain, domain);
	} else {
		clamp = kzalloc(sizeof(*clamp), GFP_KERNEL_ACCOUNT);
		if (!clamp)
			return false;
		pv->backend->init(clamp);
		clamp->domain = domain;
		/* Without memory: at its next request */
		if (xa_insert(&pv->clamps, vcpu->vcpu_idx, clamp, GFP_KERNEL_ACCOUNT)) {
			kfree(clamp);
			return false;
		}
	}
	return true;
}

/**
 * kvm_pv_apply_claim - a vCPU says by what it does to which domain it belongs
 * @pv: the VM
 * @window: that it has written a request to, or has its record in
 * @vcpu: the vCPU, in whose thread we are; may sleep
 */
void kvm_pv_apply_claim(struct kvm_pv *pv, struct kvm_pv_window *window,
			struct kvm_vcpu *vcpu)
{
	if (kvm_pv_apply_join(pv, window, vcpu))
		kvm_pv_apply_kick(pv);
}

static void kvm_pv_apply_withdraw(struct kvm_pv *pv, struct kvm_pv_clamp *clamp)
{
	struct task_struct *task;

	if (!clamp->pid)
		return;

	task = get_pid_task(clamp->pid, PIDTYPE_PID);
	pv->backend->withdraw(clamp, task);
	if (task)
		put_task_struct(task);
	put_pid(clamp->pid);
	clamp->pid = NULL;
	clamp->perf = 0;
	clamp->fail_reason = KVM_PV_FAIL_NONE;
}

/* The thread of a vCPU as of now; a VMM may run it by another one. */
static struct task_struct *kvm_pv_apply_thread(struct kvm_pv *pv, struct kvm_pv_clamp *clamp,
					       struct kvm_vcpu *vcpu)
{
	struct task_struct *task;
	struct pid *pid;

	rcu_read_lock();
	pid = get_pid(rcu_dereference(vcpu->pid));
	rcu_read_unlock();

	task = get_pid_task(pid, PIDTYPE_PID);
	if (pid != clamp->pid || !task)
		kvm_pv_apply_withdraw(pv, clamp);
	if (task && !clamp->pid)
		clamp->pid = get_pid(pid);
	put_pid(pid);

	return task;
}

/* A failure is counted once for each request, however often it is tried again. */
static void kvm_pv_apply_count(struct kvm_pv_domain *domain, struct kvm_pv_clamp *clamp,
			       u32 perf, int ret)
{
	u32 reason = ret < 0 ? -ret : KVM_PV_FAIL_NONE;
	bool fails = reason && (perf != clamp->perf || reason != clamp->fail_reason);
	unsigned long flags;

	clamp->perf = perf;
	clamp->fail_reason = reason;
	if (ret <= 0 && !fails)
		return;

	raw_spin_lock_irqsave(&domain->lock, flags);
	if (fails) {
		domain->failed++;
		domain->fail_reason = reason;
	} else {
		domain->applied++;
	}
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

static void kvm_pv_apply_vcpu(struct kvm_pv *pv, struct kvm_pv_clamp *clamp,
			      struct kvm_vcpu *vcpu)
{
	struct kvm_pv_domain *domain = READ_ONCE(clamp->domain);
	struct task_struct *task;
	unsigned long flags;
	u32 request, perf;
	int ret;

	raw_spin_lock_irqsave(&domain->lock, flags);
	request = domain->request;
	perf = kvm_pv_domain_perf(domain, READ_ONCE(pv->cap));
	raw_spin_unlock_irqrestore(&domain->lock, flags);

	/* What nobody has asked for is not applied. */
	if (!request) {
		kvm_pv_apply_withdraw(pv, clamp);
		return;
	}

	task = kvm_pv_apply_thread(pv, clamp, vcpu);
	if (!task)
		return;

	ret = pv->backend->set(pv, clamp, task, perf);
	if (ret)
		trace_apply(pv->id, vcpu->vcpu_id, task->pid, pv->backend->nr, perf, ret);
	kvm_pv_apply_count(domain, clamp, perf, ret);
	put_task_struct(task);
}

/**
 * kvm_pv_apply_now - apply the requests of a VM
 * @pv: the VM; may sleep
 */
void kvm_pv_apply_now(struct kvm_pv *pv)
{
	struct kvm_pv_clamp *clamp;
	struct kvm_vcpu *vcpu;
	unsigned long i;

	mutex_lock(&pv->applying);
	if (pv->closed || xa_empty(&pv->clamps))
		goto unlock;

	/* The VM cannot end before we are closed. */
	xa_for_each(&pv->clamps, i, clamp) {
		vcpu = kvm_get_vcpu(pv->kvm, i);
		if (vcpu)
			kvm_pv_apply_vcpu(pv, clamp, vcpu);
	}
	WRITE_ONCE(pv->applied_at, jiffies);
	queue_delayed_work(kvm_pv_apply_wq, &pv->apply,
			   round_jiffies_relative(KVM_PV_APPLY_PERIOD));

unlock:
	mutex_unlock(&pv->applying);
}

static void kvm_pv_apply_work(struct work_struct *work)
{
	kvm_pv_apply_now(container_of(to_delayed_work(work), struct kvm_pv, apply));
}

static void kvm_pv_apply_irq(struct irq_work *kick)
{
	struct kvm_pv *pv = container_of(kick, struct kvm_pv, kick);
	bool again = !time_after(jiffies, READ_ONCE(pv->applied_at));

	mod_delayed_work(kvm_pv_apply_wq, &pv->apply, again);
}

void kvm_pv_apply_init(struct kvm_pv *pv)
{
	init_irq_work(&pv->kick, kvm_pv_apply_irq);
	INIT_DELAYED_WORK(&pv->apply, kvm_pv_apply_work);
	mutex_init(&pv->applying);
	xa_init(&pv->clamps);
}

/**
 * kvm_pv_apply_close - withdraw everything, and apply nothing any more
 * @pv: the VM
 */
void kvm_pv_apply_close(struct kvm_pv *pv)
{
	struct kvm_pv_clamp *clamp;
	unsigned long i;

	mutex_lock(&pv->applying);
	pv->closed = true;
	xa_for_each(&pv->clamps, i, clamp)
		kvm_pv_apply_withdraw(pv, clamp);
	mutex_unlock(&pv->applying);
}

/**
 * kvm_pv_apply_release - the VM is detached, or ends
 * @pv: the VM, whose device has left the bus and whose records are off, so that
 *      nobody kicks any more
 */
void kvm_pv_apply_release(struct kvm_pv *pv)
{
	struct kvm_pv_clamp *clamp;
	unsigned long i;

	kvm_pv_apply_close(pv);
	irq_work_sync(&pv->kick);
	cancel_delayed_work_sync(&pv->apply);

	xa_for_each(&pv->clamps, i, clamp)
		kfree(clamp);
	xa_destroy(&pv->clamps);
}

int kvm_pv_apply_start(void)
{
	/* The requests are about the speed of what runs: they do not wait behind it. */
	kvm_pv_apply_wq = alloc_workqueue("kvm_pv", WQ_UNBOUND | WQ_HIGHPRI, 0);
	if (!kvm_pv_apply_wq)
		return -ENOMEM;

	kvm_pv_freq_qos_start();
	return 0;
}

/* No VM is attached. */
void kvm_pv_apply_stop(void)
{
	kvm_pv_freq_qos_stop();
	destroy_workqueue(kvm_pv_apply_wq);
}
