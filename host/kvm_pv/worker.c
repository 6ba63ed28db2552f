// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that works for a VM.
 *
 * A guest decides how often it has work to do, so its VM pays: the thread is in the cgroup and
 * has the nice value of the process of the VM.  It follows the process into another cgroup.
 *
 * A cgroup that has used its quota stops the thread until its next period; up to Linux 6.17 this
 * happens in the kernel, too.  So the thread holds no lock that another VM needs.  In particular,
 * a work moves it between cgroups, which takes locks of the whole host.
 */
#include <linux/cgroup.h>
#include <linux/kthread.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "kvm_pv.h"

/* The main thread of the process, with a reference; NULL: it has ended. */
static struct task_struct *kvm_pv_worker_owner(const struct kvm_pv_worker *worker)
{
	return get_pid_task(worker->pid, PIDTYPE_TGID);
}

static void kvm_pv_worker_join(struct work_struct *work)
{
	struct kvm_pv_worker *worker = container_of(work, struct kvm_pv_worker, join);
	struct task_struct *owner = kvm_pv_worker_owner(worker);

	if (!owner)
		return;
	if (!test_bit(KVM_PV_WORKER_STOPPING, &worker->state) &&
	    cgroup_attach_task_all(owner, worker->task))
		pr_debug("process %d: its cgroup is not charged\n", task_tgid_nr(owner));
	put_task_struct(owner);
}

/* A cgroup can refuse the thread: one attempt for each cgroup that the process moves to. */
static void kvm_pv_worker_follow(struct kvm_pv_worker *worker)
{
	struct task_struct *owner = kvm_pv_worker_owner(worker);
	const void *cgroups;

	if (!owner)
		return;

	if (task_nice(owner) != task_nice(current))
		set_user_nice(current, task_nice(owner));
	cgroups = kvm_pv_task_cgroups(owner);
	if (cgroups != worker->cgroups) {
		worker->cgroups = cgroups;
		queue_work(system_dfl_wq, &worker->join);
	}
	put_task_struct(owner);
}

static bool kvm_pv_worker_kicked(const struct kvm_pv_worker *worker)
{
	return test_bit(KVM_PV_WORKER_KICKED, &worker->state);
}

/* Kicks during the delay wake no thread, because the first one has set the bit. */
static int kvm_pv_worker_thread(void *data)
{
	struct kvm_pv_worker *worker = data;
	unsigned long jiffies_left;

	while (!kthread_should_stop()) {
		kvm_pv_worker_follow(worker);
		jiffies_left = worker->delay(worker);
		if (jiffies_left) {
			wait_event_idle_timeout(worker->wait, kthread_should_stop(), jiffies_left);
			continue;
		}

		clear_bit(KVM_PV_WORKER_KICKED, &worker->state);
		smp_mb__after_atomic(); /* the bit before the work; pairs with a kick */
		jiffies_left = worker->run(worker);
		wait_event_idle_timeout(worker->wait,
					kvm_pv_worker_kicked(worker) || kthread_should_stop(),
					jiffies_left);
	}

	return 0;
}

static void kvm_pv_worker_irq(struct irq_work *kick)
{
	wake_up(&container_of(kick, struct kvm_pv_worker, kick)->wait);
}

/**
 * kvm_pv_worker_kick - call the function of the thread soon
 * @worker: the thread
 *
 * What the caller has written before is visible to the function.  Any context, including with the
 * lock of a run queue held.
 */
void kvm_pv_worker_kick(struct kvm_pv_worker *worker)
{
	if (!test_and_set_bit(KVM_PV_WORKER_KICKED, &worker->state))
		irq_work_queue(&worker->kick);
}

void kvm_pv_worker_init(struct kvm_pv_worker *worker)
{
	init_irq_work(&worker->kick, kvm_pv_worker_irq);
	init_waitqueue_head(&worker->wait);
	INIT_WORK(&worker->join, kvm_pv_worker_join);
}

/**
 * kvm_pv_worker_start - create the thread
 * @worker: the thread, with its functions
 * @pid: process that is charged, NULL: none; valid until kvm_pv_worker_stop()
 *
 * The thread joins the cgroup asynchronously.
 *
 * Return: 0, or a negative errno.
 */
int kvm_pv_worker_start(struct kvm_pv_worker *worker, struct pid *pid)
{
	struct task_struct *task = kthread_create(kvm_pv_worker_thread, worker, "kvm_pv-%d",
						  pid_nr(pid));

	if (IS_ERR(task))
		return PTR_ERR(task);

	worker->pid = pid;
	worker->task = get_task_struct(task);
	wake_up_process(task);
	return 0;
}

/**
 * kvm_pv_worker_stop - end the thread
 * @worker: the thread, which need not exist
 *
 * Kicks have no effect from now on.  The thread continues in the cgroup of the caller, because
 * its own one may have used its quota.  The caller prevents concurrent calls; may sleep.
 */
void kvm_pv_worker_stop(struct kvm_pv_worker *worker)
{
	struct task_struct *task = worker->task;

	if (!task)
		return;

	set_bit(KVM_PV_WORKER_STOPPING, &worker->state);
	cancel_work_sync(&worker->join);
	if (kvm_pv_task_cgroups(task) != kvm_pv_task_cgroups(current))
		cgroup_attach_task_all(current, task);
	kthread_stop(task);
	/* The thread may have queued it until then; it finds KVM_PV_WORKER_STOPPING. */
	cancel_work_sync(&worker->join);

	worker->task = NULL;
	put_task_struct(task);
}
