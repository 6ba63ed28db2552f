/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels that the guest drivers support.  No other file of the
 * guest drivers tests the kernel version.
 */
#ifndef _PV_COMPAT_H
#define _PV_COMPAT_H

#include <linux/cpufreq.h>
#include <linux/energy_model.h>
#include <linux/kobject.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/topology.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "../include/kernel/fence.h"

/* See fence.h.  Kbuild defines the range, see meta.mk. */
#define pv_compat_fence(force)						\
	pv_fence(KBUILD_MODNAME, LINUX_VERSION_CODE, PV_OLDEST, PV_NEWEST, force)

#ifdef CONFIG_X86
#include <linux/kvm_para.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>

/* asm/processor.h includes the functions for CPUID up to 7.1. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
#include <asm/cpuid/api.h>
#endif

/* TDX guests exist since 5.16. */
#ifdef X86_FEATURE_TDX_GUEST
static __always_inline bool pv_compat_tdx_guest(void)
{
	return cpu_feature_enabled(X86_FEATURE_TDX_GUEST);
}
#else
static __always_inline bool pv_compat_tdx_guest(void)
{
	return false;
}
#endif

/* Numbers of KVM's interface since 5.14 */
#ifndef KVM_HC_MAP_GPA_RANGE
#define KVM_HC_MAP_GPA_RANGE		12
#define KVM_FEATURE_HC_MAP_GPA_RANGE	16
#endif
#endif /* CONFIG_X86 */

#ifdef CONFIG_ARM64
#include <linux/arm-smccc.h>
#include <asm/hypervisor.h>
#include <asm/sysreg.h>

/* Since 5.12 the kernel detects KVM's calls when it boots. */
#ifdef ARM_SMCCC_KVM_FUNC_FEATURES
static inline bool pv_compat_kvm_available(void)
{
	return kvm_arm_hyp_service_available(ARM_SMCCC_KVM_FUNC_FEATURES);
}
#else
static inline bool pv_compat_kvm_available(void)
{
	return true;
}
#endif

#ifndef ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID
#define ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID				\
	ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_32,	\
			   ARM_SMCCC_OWNER_VENDOR_HYP, 0xff01)
#endif

/* 6.1 renamed it. */
#ifndef ID_AA64MMFR0_EL1_PARANGE_SHIFT
#define ID_AA64MMFR0_EL1_PARANGE_SHIFT	ID_AA64MMFR0_PARANGE_SHIFT
#endif
#endif /* CONFIG_ARM64 */

/* The kobject of /sys/hypervisor.  The caller releases it with kobject_put(). */
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

/* Since 6.15 the cpufreq core creates this attribute. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define PV_COMPAT_AVAILABLE_FREQS	(&cpufreq_freq_attr_scaling_available_freqs)
#else
#define PV_COMPAT_AVAILABLE_FREQS	NULL
#endif

/* Since 6.18 the table is an implicit argument. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
static inline int pv_compat_table_verify(struct cpufreq_policy_data *policy)
{
	return cpufreq_frequency_table_verify(policy, policy->freq_table);
}
#else
static inline int pv_compat_table_verify(struct cpufreq_policy_data *policy)
{
	return cpufreq_frequency_table_verify(policy);
}
#endif

/* 6.1.91 renamed del_timer() and del_timer_sync(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 91)
#define timer_delete(timer)		del_timer(timer)
#define timer_delete_sync(timer)	del_timer_sync(timer)
#endif

/* Since 6.11 the .exit of a cpufreq driver returns void; @func always does. */
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

/*
 * Since 5.13 load tracking gets the frequency of a CPU from a source.  Before 5.13 the core of
 * cpufreq announces each request, and a driver cannot provide another frequency.
 *
 * 6.13 adds a source for virtual CPUs.  Before 6.13 use the source of CPPC, since the CPPC
 * driver is not active in a guest.
 */
#ifdef CONFIG_ARM64
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 13, 0)
#define PV_COMPAT_SCALE_FREQ_SOURCE	0

struct scale_freq_data {
	int source;
	void (*set_freq_scale)(void);
};

static inline void topology_set_scale_freq_source(struct scale_freq_data *data,
						  const struct cpumask *cpus)
{
}

static inline void topology_clear_scale_freq_source(int source, const struct cpumask *cpus)
{
}

static inline void pv_compat_set_freq_scale(unsigned int cpu, unsigned long scale)
{
}

static inline void pv_compat_set_this_freq_scale(unsigned long scale)
{
}
#else
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define PV_COMPAT_SCALE_FREQ_SOURCE	SCALE_FREQ_SOURCE_CPPC
#else
#define PV_COMPAT_SCALE_FREQ_SOURCE	SCALE_FREQ_SOURCE_VIRT
#endif

static inline void pv_compat_set_freq_scale(unsigned int cpu, unsigned long scale)
{
	per_cpu(arch_freq_scale, cpu) = scale;
}

static inline void pv_compat_set_this_freq_scale(unsigned long scale)
{
	this_cpu_write(arch_freq_scale, scale);
}
#endif
#endif /* CONFIG_ARM64 */

/*
 * Since 5.15 the core calls .register_em after .init.  Before 5.15 .init registers the energy
 * model.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
static inline void pv_compat_set_register_em(struct cpufreq_driver *driver,
					     void (*func)(struct cpufreq_policy *policy))
{
}

static inline void pv_compat_init_em(struct cpufreq_policy *policy,
				     void (*func)(struct cpufreq_policy *policy))
{
	func(policy);
}
#else
static inline void pv_compat_set_register_em(struct cpufreq_driver *driver,
					     void (*func)(struct cpufreq_policy *policy))
{
	driver->register_em = func;
}

static inline void pv_compat_init_em(struct cpufreq_policy *policy,
				     void (*func)(struct cpufreq_policy *policy))
{
}
#endif

/*
 * PV_COMPAT_EM_POWER() makes @func##_compat of @func, which has the arguments and the unit of
 * power, uW, of 6.0 and later.  Before 6.0 the unit is mW, and the device is the last argument.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 0, 0)
#define PV_COMPAT_EM_MAX_UW	(EM_MAX_POWER * 1000UL)

#define PV_COMPAT_EM_POWER(func)						\
	static int func##_compat(unsigned long *power, unsigned long *khz,	\
				 struct device *dev)				\
	{									\
		int ret = func(dev, power, khz);				\
										\
		*power /= 1000;							\
		return ret;							\
	}
#else
#define PV_COMPAT_EM_MAX_UW	EM_MAX_POWER

#define PV_COMPAT_EM_POWER(func)						\
	static int func##_compat(struct device *dev, unsigned long *power,	\
				 unsigned long *khz)				\
	{									\
		return func(dev, power, khz);					\
	}
#endif

/* Since 5.11 the caller declares the unit of power: an absolute one. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
static inline int pv_compat_em_register(struct device *dev, unsigned int nr,
					struct em_data_callback *cb, cpumask_t *cpus)
{
	return em_dev_register_perf_domain(dev, nr, cb, cpus);
}
#else
static inline int pv_compat_em_register(struct device *dev, unsigned int nr,
					struct em_data_callback *cb, cpumask_t *cpus)
{
	return em_dev_register_perf_domain(dev, nr, cb, cpus, true);
}
#endif

/* Since 6.9 the states of an energy model can change at run time. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define pv_compat_em_state(pd)	((pd)->table)
#else
#define pv_compat_em_state(pd)	em_perf_state_from_pd(pd)
#endif

/* Since 6.8 the frequency scale has its own reference, in kHz. */
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

/* 6.13 adds copy_struct_to_user(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static __always_inline int pv_compat_copy_struct_to_user(void __user *dst, size_t usize,
							 const void *src, size_t ksize,
							 bool *ignored_trailing)
{
	size_t size = min(ksize, usize);

	if (usize > ksize && clear_user(dst + size, usize - size))
		return -EFAULT;
	if (ignored_trailing)
		*ignored_trailing = usize < ksize && memchr_inv(src + size, 0, ksize - size);
	return copy_to_user(dst, src, size) ? -EFAULT : 0;
}
#else
#define pv_compat_copy_struct_to_user	copy_struct_to_user
#endif

#endif /* _PV_COMPAT_H */
