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

/* A value that there cannot be is -EINVAL to a kernel that has clamps. */
static bool kvm_pv_uclamp_known(void)
{
	return kvm_pv_uclamp_write(current, SCHED_CAPACITY_SCALE + 1) != -EOPNOTSUPP;
}

static int kvm_pv_uclamp_value(const struct kvm_pv *pv, unsigned int cpu, u32 perf)
{
	u64 max = cpufreq_get_hw_max_freq(cpu) ?: kvm_pv_perf_max(pv);
	u64 scaled = (u64)arch_scale_cpu_capacity(cpu) * perf * 100;

	return min_t(u64, div64_u64(scaled, max * (100 + pv->margin)), SCHED_CAPACITY_SCALE);
}

static void kvm_pv_uclamp_init(struct kvm_pv_clamp *clamp)
{
	clamp->value = KVM_PV_UCLAMP_NONE;
}

/* Who else has changed it keeps what they have set. */
static void kvm_pv_uclamp_withdraw(struct kvm_pv_clamp *clamp, struct task_struct *task)
{
	if (task && clamp->value != KVM_PV_UCLAMP_NONE &&
	    kvm_pv_uclamp_min(task) == clamp->value)
		kvm_pv_uclamp_write(task, clamp->before);

	clamp->value = KVM_PV_UCLAMP_NONE;
}

static int kvm_pv_uclamp_set(struct kvm_pv *pv, struct kvm_pv_clamp *clamp,
			     struct task_struct *task, u32 perf)
{
	int value = kvm_pv_uclamp_value(pv, task_cpu(task), perf);
	int is = kvm_pv_uclamp_min(task);

	/* The first time, or someone else has set it since: that is what comes back. */
	if (clamp->value == KVM_PV_UCLAMP_NONE || is != clamp->value)
		clamp->before = is;
	else if (value == clamp->value)
		return 0;

	if (kvm_pv_uclamp_write(task, value)) {
		kvm_pv_uclamp_withdraw(clamp, task);
		return -KVM_PV_FAIL_REFUSED;
	}

	clamp->value = value;
	return 1;
}

const struct kvm_pv_backend kvm_pv_uclamp = {
	.nr		= KVM_PV_UCLAMP,
	.margin		= true,
	.known		= kvm_pv_uclamp_known,
	.init		= kvm_pv_uclamp_init,
	.set		= kvm_pv_uclamp_set,
	.withdraw	= kvm_pv_uclamp_withdraw,
};
