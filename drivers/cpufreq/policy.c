// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cpufreq driver: one policy per perf domain.
 *
 * A CPU of the policy sends each request, to its own frame.  The access traps in the thread of
 * that vCPU, so the host applies the request to the current thread, without a lookup and a
 * wakeup.  One write is enough for all CPUs of the policy.
 *
 * There is no .get: the core uses its result as the active request, and drops an equal
 * request, or updates policy->cur with it.  The current performance of a vCPU differs from
 * the request.  The driver provides it in cpuinfo_cur_freq, which the core does not create
 * without .get.
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
	struct vcpufreq_device *vdev = policy->driver_data;

	if (unlikely(vcpufreq_request_send(vdev, policy, perf)))
		vcpufreq_monitor_kick(vdev);
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

/*
 * Send the last request again: the host may have lost it.  Each CPU sends it, so that the host
 * knows the vCPU of each frame.
 */
static int vcpufreq_policy_resync(struct cpufreq_policy *policy)
{
	struct vcpufreq_device *vdev = policy->driver_data;

	if (!cpumask_intersects(policy->cpus, cpu_online_mask))
		return -ENXIO;

	vcpufreq_request_set(vdev->domain[policy->cpu], policy->cur);
	on_each_cpu_mask(policy->cpus, vcpufreq_request_resend, vdev, true);
	return 0;
}

/*
 * Updates policy->cur, the statistics and the trace event as a fast switch does, which calls
 * no transition notifiers either.
 */
static int vcpufreq_policy_switch(struct cpufreq_policy *policy, unsigned int perf)
{
	struct vcpufreq_request req = { .policy = policy, .perf = perf };

	return smp_call_function_any(policy->cpus, vcpufreq_policy_switch_local,
				     &req, true);
}

/* The core has applied the table, the limits and @relation to @perf. */
static int vcpufreq_policy_target(struct cpufreq_policy *policy, unsigned int perf,
				  unsigned int relation)
{
	struct cpufreq_freqs freqs = { .old = policy->cur, .new = perf };
	int ret;

	if (!vcpufreq_arch_may_notify())
		return vcpufreq_policy_switch(policy, perf);

	cpufreq_freq_transition_begin(policy, &freqs);
	ret = vcpufreq_policy_send(policy, perf);
	cpufreq_freq_transition_end(policy, &freqs, ret != 0);

	return ret;
}

static int vcpufreq_policy_verify(struct cpufreq_policy_data *policy)
{
	if (policy->freq_table)
		return pv_compat_table_verify(policy);

	cpufreq_verify_within_cpu_limits(policy);
	return 0;
}

static int vcpufreq_policy_init(struct cpufreq_policy *policy)
{
	struct vcpufreq_device *vdev = cpufreq_get_driver_data();
	struct vcpufreq_domain *domain = vdev->domain[policy->cpu];
	int ret;

	/*
	 * All possible CPUs: the core adds a CPU that becomes present later to this policy.
	 * It uses the online CPUs of this mask only.
	 */
	cpumask_copy(policy->cpus, &domain->cpus);

	if (domain->nr > 1)
		policy->freq_table = domain->entry;

	policy->cpuinfo.min_freq = domain->min;
	policy->cpuinfo.max_freq = domain->max;
	policy->min = policy->cpuinfo.min_freq;
	policy->max = policy->cpuinfo.max_freq;
	policy->driver_data = vdev;
	/* If a transition notifier is registered, the core logs each rejected fast switch. */
	policy->fast_switch_possible = vcpufreq_arch_may_notify();
	/* The write must trap on a vCPU of the policy. */
	policy->dvfs_possible_from_any_cpu = false;

	/*
	 * policy->cur is the last request, and the core drops equal requests.  Request
	 * the maximum, so that both sides start with the same state: a guest without
	 * the driver runs at the maximum.
	 */
	policy->cur = policy->max;
	ret = vcpufreq_policy_resync(policy);
	if (ret)
		return ret;

	vcpufreq_arch_start(vdev, policy->cpus, policy->cpuinfo.max_freq);
	pv_compat_init_em(policy, vcpufreq_energy_register);
	return 0;
}

static void vcpufreq_policy_exit(struct cpufreq_policy *policy)
{
	struct vcpufreq_device *vdev = policy->driver_data;

	vcpufreq_arch_stop(vdev, policy->related_cpus);
	vcpufreq_monitor_remove_cap(vdev, policy);
	vcpufreq_request_exit(vdev->domain[policy->cpu]);
}

PV_COMPAT_CPUFREQ_EXIT(vcpufreq_policy_exit)

static void vcpufreq_policy_ready(struct cpufreq_policy *policy)
{
	vcpufreq_monitor_add_cap(policy->driver_data, policy);
}

/*
 * All CPUs of the policy were offline, or the guest was suspended.  The host can have lost the
 * state of an offline vCPU, and policy->cpu can have changed.
 */
static int vcpufreq_policy_online(struct cpufreq_policy *policy)
{
	return vcpufreq_policy_resync(policy);
}

/* With .offline the core keeps the policy and its limits until .online. */
static int vcpufreq_policy_offline(struct cpufreq_policy *policy)
{
	return 0;
}

static void vcpufreq_policy_cur_local(void *arg)
{
	struct vcpufreq_request *req = arg;
	struct cpufreq_policy *policy = req->policy;

	req->perf = vcpufreq_record_cur(policy->driver_data, policy->cpu);
}

/* Without a record a host reports the performance of the vCPU that reads the register. */
static ssize_t show_cpuinfo_cur_freq(struct cpufreq_policy *policy, char *buf)
{
	struct vcpufreq_request req = { .policy = policy };
	int ret;

	ret = smp_call_function_any(policy->cpus, vcpufreq_policy_cur_local, &req, true);
	if (ret)
		return ret;

	if (!req.perf)
		return sysfs_emit(buf, "<unknown>\n");
	return sysfs_emit(buf, "%u\n", req.perf);
}

cpufreq_freq_attr_ro_perm(cpuinfo_cur_freq, 0400);

static struct freq_attr *vcpufreq_policy_attrs[] = {
	&cpuinfo_cur_freq,
	PV_COMPAT_AVAILABLE_FREQS,
	NULL
};

static struct cpufreq_driver vcpufreq_policy_driver = {
	.name		= VCPUFREQ_NAME,
	/* The virtual frequency does not affect delay loops. */
	.flags		= CPUFREQ_CONST_LOOPS,
	.init		= vcpufreq_policy_init,
	.exit		= vcpufreq_policy_exit_compat,
	.ready		= vcpufreq_policy_ready,
	.online		= vcpufreq_policy_online,
	.offline	= vcpufreq_policy_offline,
	.resume		= vcpufreq_policy_online,
	.verify		= vcpufreq_policy_verify,
	.target		= vcpufreq_policy_target,
	.fast_switch	= vcpufreq_policy_fast_switch,
	.attr		= vcpufreq_policy_attrs,
};

/**
 * vcpufreq_policy_register - register the cpufreq driver
 * @vdev: the device, with its tables loaded
 *
 * Return: 0, or an error after a message.
 */
int vcpufreq_policy_register(struct vcpufreq_device *vdev)
{
	const char *other;
	int ret;

	vcpufreq_policy_driver.driver_data = vdev;
	pv_compat_set_register_em(&vcpufreq_policy_driver, vcpufreq_energy_register);

	ret = cpufreq_register_driver(&vcpufreq_policy_driver);
	if (ret == -EEXIST) {
		other = cpufreq_get_current_driver();
		return dev_err_probe(vdev->dev, ret,
				     "cpufreq is driven by %s already: unload or disable it, then bind again\n",
				     other ?: "another driver");
	}
	if (ret)
		return dev_err_probe(vdev->dev, ret,
				     "cpufreq does not accept a driver (is cpufreq.off=1 set?)\n");
	return 0;
}

/**
 * vcpufreq_policy_unregister - unregister the cpufreq driver
 * @unused: for devm_add_action()
 *
 * No request is sent after this returns; the last request remains active.
 */
void vcpufreq_policy_unregister(void *unused)
{
	cpufreq_unregister_driver(&vcpufreq_policy_driver);
}
