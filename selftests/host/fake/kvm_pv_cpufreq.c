// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: the cpufreq driver of a host, with a policy for each CPU.  It has the
 * frequencies of the tests' guests, and no hardware: a CPU runs at what was set last.
 */
#include <linux/cpufreq.h>
#include <linux/module.h>

static struct cpufreq_frequency_table kvm_pv_cpufreq_table[] = {
	{ .frequency = 600000 },
	{ .frequency = 1200000 },
	{ .frequency = 1800000 },
	{ .frequency = CPUFREQ_TABLE_END },
};

static int kvm_pv_cpufreq_init_policy(struct cpufreq_policy *policy)
{
	policy->freq_table = kvm_pv_cpufreq_table;
	policy->cur = kvm_pv_cpufreq_table[0].frequency;
	policy->cpuinfo.transition_latency = NSEC_PER_USEC;
	return 0;
}

/* The core keeps what it has told us to set. */
static int kvm_pv_cpufreq_target(struct cpufreq_policy *policy, unsigned int index)
{
	return 0;
}

static struct cpufreq_driver kvm_pv_cpufreq_driver = {
	.name		= "kvm_pv_test",
	.init		= kvm_pv_cpufreq_init_policy,
	.verify		= cpufreq_generic_frequency_table_verify,
	.target_index	= kvm_pv_cpufreq_target,
};

static int __init kvm_pv_cpufreq_init(void)
{
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
