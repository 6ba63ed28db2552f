// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: a cpufreq driver that is registered before vcpufreq.
 */
#include <linux/cpufreq.h>
#include <linux/module.h>

static int vcpufreq_rival_init_policy(struct cpufreq_policy *policy)
{
	policy->cpuinfo.min_freq = 1;
	policy->cpuinfo.max_freq = 2;
	policy->policy = CPUFREQ_POLICY_PERFORMANCE;
	return 0;
}

static int vcpufreq_rival_verify(struct cpufreq_policy_data *policy)
{
	cpufreq_verify_within_cpu_limits(policy);
	return 0;
}

static int vcpufreq_rival_setpolicy(struct cpufreq_policy *policy)
{
	return 0;
}

static struct cpufreq_driver vcpufreq_rival_driver = {
	.name		= "rival",
	.init		= vcpufreq_rival_init_policy,
	.verify		= vcpufreq_rival_verify,
	.setpolicy	= vcpufreq_rival_setpolicy,
};

static int __init vcpufreq_rival_init(void)
{
	return cpufreq_register_driver(&vcpufreq_rival_driver);
}
module_init(vcpufreq_rival_init);

static void __exit vcpufreq_rival_exit(void)
{
	cpufreq_unregister_driver(&vcpufreq_rival_driver);
}
module_exit(vcpufreq_rival_exit);

MODULE_DESCRIPTION("A cpufreq driver that conflicts with vcpufreq, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
