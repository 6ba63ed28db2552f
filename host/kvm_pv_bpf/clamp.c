// SPDX-License-Identifier: GPL-2.0
/*
 * Clamps of the threads of vCPUs, as programs ask for them.
 *
 * To clamp a thread may sleep, which most programs must not: what they ask for is noted,
 * and a work applies it, once in a jiffy at most.  Nobody tells when the thread moves to a
 * CPU of another capacity, or when someone else clamps it: while there is a clamp it is
 * looked at from time to time.
 *
 * Each vCPU has its own note, lock and work.
 */
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include "kvm_pv_bpf.h"

#define KVM_PV_BPF_CLAMP_PERIOD	HZ

/**
 * struct kvm_pv_bpf_clamp - what a vCPU asks for
 * @lock: guards @pid, @perf and @max; these are written by the vCPU only
 * @pid: its thread
 * @perf: performance, of
 * @max: this
 * @work: applies it
 * @applied_at: jiffies when it was applied last
 * @clamped: thread that it is applied to, NULL: none; @work's, as is
 * @uclamp: what is set
 */
struct kvm_pv_bpf_clamp {
	spinlock_t lock; /* guards pid, perf and max */
	struct pid *pid;
	u32 perf;
	u32 max;
	struct delayed_work work;
	unsigned long applied_at;
	struct pid *clamped;
	struct kvm_pv_uclamp uclamp;
};

static bool kvm_pv_bpf_clamp_known __ro_after_init;

static void kvm_pv_bpf_clamp_withdraw(struct kvm_pv_bpf_clamp *clamp)
{
	struct task_struct *task = get_pid_task(clamp->clamped, PIDTYPE_PID);

	kvm_pv_uclamp_restore(&clamp->uclamp, task);
	if (task)
		put_task_struct(task);
	put_pid(clamp->clamped);
	clamp->clamped = NULL;
}

static void kvm_pv_bpf_clamp_apply(struct work_struct *work)
{
	struct kvm_pv_bpf_clamp *clamp = container_of(to_delayed_work(work),
						      struct kvm_pv_bpf_clamp, work);
	struct task_struct *task;
	struct pid *pid;
	u32 perf, max;

	spin_lock(&clamp->lock);
	pid = get_pid(clamp->pid);
	perf = clamp->perf;
	max = clamp->max;
	spin_unlock(&clamp->lock);

	task = get_pid_task(pid, PIDTYPE_PID);
	if (clamp->clamped && (clamp->clamped != pid || !task))
		kvm_pv_bpf_clamp_withdraw(clamp);
	if (!task)
		goto put_pid;

	if (!clamp->clamped)
		clamp->clamped = get_pid(pid);
	kvm_pv_uclamp_apply(&clamp->uclamp, task, perf, max);
	put_task_struct(task);

	WRITE_ONCE(clamp->applied_at, jiffies);
	queue_delayed_work(kvm_pv_bpf_wq, &clamp->work,
			   round_jiffies_relative(KVM_PV_BPF_CLAMP_PERIOD));

put_pid:
	put_pid(pid);
}

/* The program may be in an RCU reader: nothing sleeps. */
static struct kvm_pv_bpf_clamp *kvm_pv_bpf_clamp_new(struct kvm_pv_bpf_device *device,
						     struct kvm_vcpu *vcpu)
{
	struct kvm_pv_bpf_clamp *clamp;

	clamp = kzalloc(sizeof(*clamp), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!clamp)
		return NULL;

	spin_lock_init(&clamp->lock);
	INIT_DELAYED_WORK(&clamp->work, kvm_pv_bpf_clamp_apply);
	kvm_pv_uclamp_clear(&clamp->uclamp);
	if (xa_insert(&device->clamps, vcpu->vcpu_idx, clamp, GFP_ATOMIC | __GFP_ACCOUNT)) {
		kfree(clamp);
		return NULL;
	}

	return clamp;
}

/**
 * kvm_pv_bpf_clamp_set - a vCPU asks for performance
 * @device: that is accessed
 * @vcpu: the vCPU, in whose thread we are
 * @perf: performance, of
 * @max: this
 *
 * Return: 0 or a negative errno, see bpf_kvm_pv_set_clamp().
 */
int kvm_pv_bpf_clamp_set(struct kvm_pv_bpf_device *device, struct kvm_vcpu *vcpu,
			 u32 perf, u32 max)
{
	struct kvm_pv_bpf_clamp *clamp;
	struct pid *pid = task_pid(current), *old;
	bool again;

	if (!max || perf > max)
		return -EINVAL;
	if (!kvm_pv_bpf_clamp_known)
		return -EOPNOTSUPP;

	clamp = xa_load(&device->clamps, vcpu->vcpu_idx) ?: kvm_pv_bpf_clamp_new(device, vcpu);
	if (!clamp)
		return -ENOMEM;

	if (clamp->pid == pid && clamp->perf == perf && clamp->max == max)
		return 0;

	spin_lock(&clamp->lock);
	old = clamp->pid;
	clamp->pid = get_pid(pid);
	clamp->perf = perf;
	clamp->max = max;
	spin_unlock(&clamp->lock);
	put_pid(old);

	again = !time_after(jiffies, READ_ONCE(clamp->applied_at));
	mod_delayed_work(kvm_pv_bpf_wq, &clamp->work, again);
	return 0;
}

/**
 * kvm_pv_bpf_clamp_close - restore the clamps of the threads of vCPUs
 * @device: the device; its program no longer runs
 *
 * May be called more than once.
 */
void kvm_pv_bpf_clamp_close(struct kvm_pv_bpf_device *device)
{
	struct kvm_pv_bpf_clamp *clamp;
	unsigned long i;

	mutex_lock(&device->closing);
	xa_for_each(&device->clamps, i, clamp) {
		cancel_delayed_work_sync(&clamp->work);
		if (clamp->clamped)
			kvm_pv_bpf_clamp_withdraw(clamp);
	}
	mutex_unlock(&device->closing);
}

void kvm_pv_bpf_clamp_free(struct kvm_pv_bpf_device *device)
{
	struct kvm_pv_bpf_clamp *clamp;
	unsigned long i;

	xa_for_each(&device->clamps, i, clamp) {
		put_pid(clamp->pid);
		kfree(clamp);
	}
	xa_destroy(&device->clamps);
}

void __init kvm_pv_bpf_clamp_init(void)
{
	kvm_pv_bpf_clamp_known = kvm_pv_uclamp_known();
}
