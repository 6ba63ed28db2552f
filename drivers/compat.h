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

/* Attributes that the cpufreq core creates by itself since 6.14 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define pv_compat_cpufreq_attr	cpufreq_generic_attr
#else
#define pv_compat_cpufreq_attr	NULL
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
