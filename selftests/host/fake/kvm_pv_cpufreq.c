// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: the cpufreq driver of a host, with a policy for each CPU.  It has no
 * hardware: the frequency of a CPU is the last one that was set.
 *
 * Emulated x86 processors do not report an invariant TSC, so the kernel and KVM treat a
 * transition notification as a change of the TSC, and the clocks of host and guests become
 * wrong.  This driver calls the tracepoint of transitions only.
 */
#include <linux/cpufreq.h>
#include <linux/module.h>
#include <trace/events/power.h>

#include "../../../drivers/compat.h"

#define KVM_PV_CPUFREQ_MAX	16

static unsigned int khz[KVM_PV_CPUFREQ_MAX] = { 600000, 1200000, 1800000 };
static int nr_khz = 3;
module_param_array(khz, uint, &nr_khz, 0444);
MODULE_PARM_DESC(khz, "frequencies in kHz");

static struct cpufreq_frequency_table kvm_pv_cpufreq_table[KVM_PV_CPUFREQ_MAX + 1];

static bool fast;
module_param(fast, bool, 0444);
MODULE_PARM_DESC(fast, "schedutil switches in atomic context (default: N)");

static uint delay_us;
module_param(delay_us, uint, 0444);
MODULE_PARM_DESC(delay_us, "transition delay, 0: that of the kernel (default: 0)");

static int kvm_pv_cpufreq_init_policy(struct cpufreq_policy *policy)
{
	policy->freq_table = kvm_pv_cpufreq_table;
	policy->cur = kvm_pv_cpufreq_table[0].frequency;
	policy->cpuinfo.transition_latency = NSEC_PER_USEC;
	policy->transition_delay_us = delay_us;
	policy->fast_switch_possible = fast;
	policy->dvfs_possible_from_any_cpu = fast;
	return 0;
}

static int kvm_pv_cpufreq_target(struct cpufreq_policy *policy, unsigned int index)
{
	unsigned int cpu;

	policy->cur = policy->freq_table[index].frequency;
	for_each_cpu(cpu, policy->cpus)
		trace_cpu_frequency(policy->cur, cpu);
	return 0;
}

static unsigned int kvm_pv_cpufreq_fast_switch(struct cpufreq_policy *policy,
					       unsigned int target)
{
	return kvm_pv_cpufreq_table[cpufreq_table_find_index_l(policy, target, true)].frequency;
}

static struct freq_attr *kvm_pv_cpufreq_attrs[] = {
	PV_COMPAT_AVAILABLE_FREQS,
	NULL
};

static struct cpufreq_driver kvm_pv_cpufreq_driver = {
	.name		= "kvm_pv_test",
	/* No notification is sent. */
	.flags		= CPUFREQ_ASYNC_NOTIFICATION,
	.attr		= kvm_pv_cpufreq_attrs,
	.init		= kvm_pv_cpufreq_init_policy,
	.verify		= cpufreq_generic_frequency_table_verify,
	.target_index	= kvm_pv_cpufreq_target,
	.fast_switch	= kvm_pv_cpufreq_fast_switch,
};

static int __init kvm_pv_cpufreq_init(void)
{
	int i;

	for (i = 0; i < nr_khz; i++)
		kvm_pv_cpufreq_table[i].frequency = khz[i];
	kvm_pv_cpufreq_table[i].frequency = CPUFREQ_TABLE_END;

	return cpufreq_register_driver(&kvm_pv_cpufreq_driver);
}
module_init(kvm_pv_cpufreq_init);

static void __exit kvm_pv_cpufreq_exit(void)
{
	cpufreq_unregister_driver(&kvm_pv_cpufreq_driver);
}
module_exit(kvm_pv_cpufreq_exit);

MODULE_DESCRIPTION("A host's cpufreq driver with no hardware, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
