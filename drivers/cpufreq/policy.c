// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cpufreq driver: one policy per perf domain.
 *
 * Every request leaves from a CPU of the policy that it is for.  The access traps
 * on the vCPU's own thread, so that the host can apply the request to the thread
 * that it runs in, with no look-up and no wake-up.  As upstream's driver does, it
 * goes to the window of policy->cpu: one write per policy, whatever its CPUs.
 *
 * There is no .get: the core takes what it returns for the request that is in force,
 * and drops the next one that equals it, or corrects its books by it.  What a vCPU
 * gets is a different thing from what was asked for.  It is in cpuinfo_cur_freq, which
 * the core leaves to the driver then.
 */
#include <linux/cpufreq.h>
#include <linux/smp.h>

#include "../compat.h"
#include "vcpufreq.h"

struct vcpufreq_request {
	struct cpufreq_policy *policy;
	unsigned int perf;
};

static unsigned int vcpufreq_policy_fast_switch(struct cpufreq_policy *policy,
						unsigned int perf)
{
	vcpufreq_request_send(policy->driver_data, policy, perf);
	return perf;
}

static void vcpufreq_policy_send_local(void *arg)
{
	struct vcpufreq_request *req = arg;

	vcpufreq_policy_fast_switch(req->policy, req->perf);
}

static void vcpufreq_policy_switch_local(void *arg)
{
	struct vcpufreq_request *req = arg;

	cpufreq_driver_fast_switch(req->policy, req->perf);
}

static int vcpufreq_policy_send(struct cpufreq_policy *policy, unsigned int perf)
{
	struct vcpufreq_request req = { .policy = policy, .perf = perf };

	return smp_call_function_any(policy->cpus, vcpufreq_policy_send_local,
				     &req, true);
}

/* Say again what was asked for, to a host that may not know it any more. */
static int vcpufreq_policy_send_anew(struct cpufreq_policy *policy)
{
	struct vcpufreq_device *vdev = policy->driver_data;

	vcpufreq_request_forget(vdev->table[policy->cpu]);
	return vcpufreq_policy_send(policy, policy->cur);
}

/*
 * Keeps the core's books (policy->cur, statistics, the trace event) as a fast
 * switch does, which tells no transition notifiers either.
 */
static int vcpufreq_policy_switch(struct cpufreq_policy *policy, unsigned int perf)
{
	struct vcpufreq_request req = { .policy = policy, .perf = perf };

	return smp_call_function_any(policy->cpus, vcpufreq_policy_switch_local,
				     &req, true);
}

/* The core has resolved @perf to the table and the limits; @relation is spent. */
static int vcpufreq_policy_target(struct cpufreq_policy *policy, unsigned int perf,
				  unsigned int relation)
{
	struct cpufreq_freqs freqs = { .old = policy->cur, .new = perf };
	int ret;

	if (!vcpufreq_clock_may_notify())
		return vcpufreq_policy_switch(policy, perf);

	cpufreq_freq_transition_begin(policy, &freqs);
	ret = vcpufreq_policy_send(policy, perf);
	cpufreq_freq_transition_end(policy, &freqs, ret != 0);

	return ret;
}

static int vcpufreq_policy_verify(struct cpufreq_policy_data *policy)
{
	if (policy->freq_table)
		return cpufreq_frequency_table_verify(policy, policy->freq_table);

	cpufreq_verify_within_cpu_limits(policy);
	return 0;
}

static int vcpufreq_policy_init(struct cpufreq_policy *policy)
{
	struct vcpufreq_device *vdev = cpufreq_get_driver_data();
	struct vcpufreq_table *table = vdev->table[policy->cpu];
	unsigned int cpu;
	int ret;

	for_each_present_cpu(cpu) {
		if (vdev->table[cpu] == table)
			cpumask_set_cpu(cpu, policy->cpus);
	}

	if (table->nr > 1)
		policy->freq_table = table->entry;

	policy->cpuinfo.min_freq = table->min;
	policy->cpuinfo.max_freq = table->max;
	policy->min = policy->cpuinfo.min_freq;
	policy->max = policy->cpuinfo.max_freq;
	policy->driver_data = vdev;
	/* The core refuses, and logs why each time, where a transition has listeners. */
	policy->fast_switch_possible = vcpufreq_clock_may_notify();
	/* The write has to trap on a vCPU of the policy. */
	policy->dvfs_possible_from_any_cpu = false;

	/*
	 * cur_perf says what the vCPU gets, policy->cur is what was asked for, and
	 * the core drops requests that equal it.  Ask, so that both sides start
	 * from the same, and from what a guest without the driver takes for granted.
	 */
	policy->cur = policy->max;
	ret = vcpufreq_policy_send_anew(policy);
	if (ret)
		return ret;

	vcpufreq_clock_start(vdev, policy->cpus, policy->cpuinfo.max_freq);
	return 0;
}

static void vcpufreq_policy_exit(struct cpufreq_policy *policy)
{
	struct vcpufreq_device *vdev = policy->driver_data;

	vcpufreq_clock_stop(policy->related_cpus);
	vcpufreq_ceiling_remove(vdev, policy);
	vcpufreq_request_exit(vdev->table[policy->cpu]);
}

PV_COMPAT_CPUFREQ_EXIT(vcpufreq_policy_exit)

static void vcpufreq_policy_ready(struct cpufreq_policy *policy)
{
	vcpufreq_ceiling_add(policy->driver_data, policy);
}

/*
 * All CPUs of the policy were off, or the guest was asleep.  The host may have
 * forgotten a vCPU that is off, and policy->cpu may be another one now.
 */
static int vcpufreq_policy_online(struct cpufreq_policy *policy)
{
	return vcpufreq_policy_send_anew(policy);
}

/* Present, so that the core keeps the policy and its limits until .online. */
static int vcpufreq_policy_offline(struct cpufreq_policy *policy)
{
	return 0;
}

static ssize_t show_cpuinfo_cur_freq(struct cpufreq_policy *policy, char *buf)
{
	u32 perf = vcpufreq_record_cur(policy->driver_data, policy->cpu);

	if (!perf)
		return sysfs_emit(buf, "<unknown>\n");
	return sysfs_emit(buf, "%u\n", perf);
}

cpufreq_freq_attr_ro_perm(cpuinfo_cur_freq, 0400);

static struct freq_attr *vcpufreq_policy_attrs[] = {
	&cpuinfo_cur_freq,
	PV_COMPAT_AVAILABLE_FREQS,
	NULL
};

static struct cpufreq_driver vcpufreq_policy_driver = {
	.name		= VCPUFREQ_NAME,
	/* The virtual frequency has no bearing on delay loops. */
	.flags		= CPUFREQ_CONST_LOOPS,
	.init		= vcpufreq_policy_init,
	.exit		= vcpufreq_policy_exit_compat,
	.ready		= vcpufreq_policy_ready,
	.online		= vcpufreq_policy_online,
	.offline	= vcpufreq_policy_offline,
	.resume		= vcpufreq_policy_online,
	.register_em	= vcpufreq_energy_register,
	.verify		= vcpufreq_policy_verify,
	.target		= vcpufreq_policy_target,
	.fast_switch	= vcpufreq_policy_fast_switch,
	.attr		= vcpufreq_policy_attrs,
};

/**
 * vcpufreq_policy_register - hand the CPUs to cpufreq
 * @vdev: the device, with its tables loaded
 *
 * Return: 0, or an error after a message.
 */
int vcpufreq_policy_register(struct vcpufreq_device *vdev)
{
	const char *other;
	int ret;

	vcpufreq_policy_driver.driver_data = vdev;

	ret = cpufreq_register_driver(&vcpufreq_policy_driver);
	if (ret == -EEXIST) {
		other = cpufreq_get_current_driver();
		return dev_err_probe(vdev->dev, ret,
				     "cpufreq is driven by %s already: unload or disable it, then bind again\n",
				     other ?: "another driver");
	}
	if (ret)
		return dev_err_probe(vdev->dev, ret,
				     "cpufreq takes no driver (is cpufreq.off=1 set?)\n");
	return 0;
}

/**
 * vcpufreq_policy_unregister - take the CPUs back
 * @unused: for devm_add_action()
 *
 * No request is sent any more when this returns; the last one stays in force.
 */
void vcpufreq_policy_unregister(void *unused)
{
	cpufreq_unregister_driver(&vcpufreq_policy_driver);
}
