/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that the guest's drivers run on, and nothing
 * else: the drivers themselves know one kernel only.
 */
#ifndef _PV_COMPAT_H
#define _PV_COMPAT_H

#include <linux/kobject.h>
#include <linux/topology.h>
#include <linux/version.h>

/* /sys/hypervisor: to be released by kobject_put() */
#ifdef CONFIG_SYS_HYPERVISOR
static inline struct kobject *pv_compat_sys_hypervisor(void)
{
	return kobject_get(hypervisor_kobj);
}
#else
static inline struct kobject *pv_compat_sys_hypervisor(void)
{
	return kobject_create_and_add("hypervisor", NULL);
}
#endif

/* An attribute that the cpufreq core creates by itself since 6.14 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define PV_COMPAT_AVAILABLE_FREQS	(&cpufreq_freq_attr_scaling_available_freqs)
#else
#define PV_COMPAT_AVAILABLE_FREQS	NULL
#endif

/* A cpufreq driver's .exit returns nothing since 6.11; @func never does. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define PV_COMPAT_CPUFREQ_EXIT(func)					\
	static int func##_compat(struct cpufreq_policy *policy)		\
	{								\
		func(policy);						\
		return 0;						\
	}
#else
#define PV_COMPAT_CPUFREQ_EXIT(func)					\
	static void func##_compat(struct cpufreq_policy *policy)	\
	{								\
		func(policy);						\
	}
#endif

/* Before 6.13 a virtual cpufreq driver borrows CPPC's, whose driver is not there. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define PV_COMPAT_SCALE_FREQ_SOURCE	SCALE_FREQ_SOURCE_CPPC
#else
#define PV_COMPAT_SCALE_FREQ_SOURCE	SCALE_FREQ_SOURCE_VIRT
#endif

/* Since 6.9 the states of an energy model may be replaced while it is in use. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define pv_compat_em_state(pd)	((pd)->table)
#else
#define pv_compat_em_state(pd)	em_perf_state_from_pd(pd)
#endif

/* Since 6.8 the frequency scale has a reference of its own, in kHz */
#ifdef arch_scale_freq_ref
static inline void pv_compat_set_freq_ref(unsigned int cpu, unsigned int khz)
{
	per_cpu(capacity_freq_ref, cpu) = khz;
}
#else
static inline void pv_compat_set_freq_ref(unsigned int cpu, unsigned int khz)
{
}
#endif

#endif /* _PV_COMPAT_H */
