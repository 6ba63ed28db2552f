// SPDX-License-Identifier: GPL-2.0
/*
 * Backend uclamp: what a vCPU asks for is uclamp.min of its thread, which the host's
 * scheduler and its governor schedutil respect.
 *
 *	value = capacity * perf / max * 100 / (100 + margin), rounded down
 *
 * @capacity: of the CPU that the thread is on, 1024: the largest of this host
 * @max: that CPU's highest frequency in kHz, or where it is not known the last entry of
 *       the guest's table
 * @margin: what the governor adds to a clamp, in per cent
 *
 * It is rounded down, since up would make a governor choose the next frequency above
 * the one that was asked for.
 */
#include <linux/cpufreq.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/sched/rt.h>
#include <linux/sched/topology.h>
#include <uapi/linux/sched/types.h>

#include "compat.h"
#include "kvm_pv.h"

#define KVM_PV_UCLAMP_NONE	(-1)

/* Policy and priority of the thread stay; a real-time one's has to be named for that. */
static int kvm_pv_uclamp_write(struct task_struct *task, int value)
{
	struct sched_attr attr = {
		.size		= sizeof(attr),
		.sched_policy	= -1,
		.sched_flags	= SCHED_FLAG_KEEP_ALL | SCHED_FLAG_UTIL_CLAMP_MIN,
		.sched_priority	= task->rt_priority,
		.sched_util_min	= value,
	};

	return sched_setattr_nocheck(task, &attr);
}

/**
 * kvm_pv_uclamp_known - does this kernel have clamps?
 *
 * A value that there cannot be is -EINVAL to a kernel that has them.
 */
bool kvm_pv_uclamp_known(void)
{
	return kvm_pv_uclamp_write(current, SCHED_CAPACITY_SCALE + 1) != -EOPNOTSUPP;
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_uclamp_known);

/* A new clamp: nothing is set. */
void kvm_pv_uclamp_clear(struct kvm_pv_uclamp *clamp)
{
	clamp->value = KVM_PV_UCLAMP_NONE;
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_uclamp_clear);

/**
 * kvm_pv_uclamp_restore - a thread has what it had before
 * @clamp: of the thread, cleared by this
 * @task: the thread, NULL if it has ended; may sleep
 *
 * Who else has changed it keeps what they have set.
 */
void kvm_pv_uclamp_restore(struct kvm_pv_uclamp *clamp, struct task_struct *task)
{
	if (task && clamp->value != KVM_PV_UCLAMP_NONE &&
	    kvm_pv_uclamp_min(task) == clamp->value)
		kvm_pv_uclamp_write(task, clamp->before);

	kvm_pv_uclamp_clear(clamp);
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_uclamp_restore);

/**
 * kvm_pv_uclamp_apply - clamp a thread
 * @clamp: of the thread
 * @task: the thread; may sleep
 * @perf: performance to ask for, of
 * @max: that of the CPU which the thread is on, not 0
 *
 * Return: 1; 0: it had that; or a negative errno, and then nothing is set.
 */
int kvm_pv_uclamp_apply(struct kvm_pv_uclamp *clamp, struct task_struct *task, u64 perf, u64 max)
{
	u64 scaled = arch_scale_cpu_capacity(task_cpu(task)) * perf;
	int value = min_t(u64, div64_u64(scaled, max), SCHED_CAPACITY_SCALE);
	int is = kvm_pv_uclamp_min(task);
	int err;

	/* The first time, or someone else has set it since: that is what comes back. */
	if (clamp->value == KVM_PV_UCLAMP_NONE || is != clamp->value)
		clamp->before = is;
	else if (value == clamp->value)
		return 0;

	err = kvm_pv_uclamp_write(task, value);
	if (err) {
		kvm_pv_uclamp_restore(clamp, task);
		return err;
	}

	clamp->value = value;
	return 1;
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_uclamp_apply);

static void kvm_pv_uclamp_init(struct kvm_pv_constraint *constraint)
{
	kvm_pv_uclamp_clear(&constraint->uclamp);
}

static void kvm_pv_uclamp_withdraw(struct kvm_pv_constraint *constraint, struct task_struct *task)
{
	kvm_pv_uclamp_restore(&constraint->uclamp, task);
}

static int kvm_pv_uclamp_set(struct kvm_pv *pv, struct kvm_pv_constraint *constraint,
			     struct task_struct *task, u32 perf)
{
	u64 max = cpufreq_get_hw_max_freq(task_cpu(task)) ?: kvm_pv_model_max(&pv->model);
	int ret = kvm_pv_uclamp_apply(&constraint->uclamp, task, (u64)perf * 100,
				      max * (100 + pv->margin));

	return ret < 0 ? -KVM_PV_FAIL_REFUSED : ret;
}

const struct kvm_pv_backend kvm_pv_uclamp = {
	.nr		= KVM_PV_UCLAMP,
	.margin		= true,
	.known		= kvm_pv_uclamp_known,
	.init		= kvm_pv_uclamp_init,
	.set		= kvm_pv_uclamp_set,
	.withdraw	= kvm_pv_uclamp_withdraw,
};
