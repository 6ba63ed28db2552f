// SPDX-License-Identifier: GPL-2.0-only
/*
 * Energy model, which energy-aware scheduling requires.
 *
 * The host reports no voltages.  The model assumes that the voltage increases linearly with
 * performance, from 0.6 V at 0 to 1 V at the maximum:
 *
 *	power = coefficient x MHz x V^2	[uW, with the coefficient in uW/MHz/V^2]
 *
 * The coefficient is dynamic-power-coefficient of the CPU's device-tree node.  The default is
 * 500 x (capacity-dmips-mhz / 1024)^2, or 500 without that property: a CPU that does twice
 * the work per MHz needs four times the power, so that work costs more on a bigger CPU.
 *
 * The kernel cannot unregister the energy model of a CPU.
 */
#include <linux/cpu.h>
#include <linux/energy_model.h>
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/of.h>
#include <linux/rcupdate.h>

#include "../compat.h"
#include "vcpufreq.h"

#define VCPUFREQ_ENERGY_MV_NONE		600
#define VCPUFREQ_ENERGY_MV_MAX		1000
#define VCPUFREQ_ENERGY_COEFFICIENT	500
#define VCPUFREQ_ENERGY_DMIPS		1024

/* Below this power, integers cannot distinguish the costs of two entries. */
#define VCPUFREQ_ENERGY_UW_MIN		20000
/* The core divides by the integer capacity x entry / maximum. */
#define VCPUFREQ_ENERGY_RANGE		16

static u64 vcpufreq_energy_coefficient(struct device *dev, u32 max)
{
	u32 value, dmips = VCPUFREQ_ENERGY_DMIPS;
	u64 coefficient;

	if (!of_property_read_u32(dev->of_node, "dynamic-power-coefficient", &value)) {
		coefficient = value;
	} else {
		of_property_read_u32(dev->of_node, "capacity-dmips-mhz", &dmips);
		dmips = clamp(dmips, 1U, (u32)U16_MAX);
		coefficient = VCPUFREQ_ENERGY_COEFFICIENT * (u64)dmips * dmips /
			      (VCPUFREQ_ENERGY_DMIPS * VCPUFREQ_ENERGY_DMIPS);
	}

	/* A truncated power would make lower entries look inefficient. */
	return clamp(coefficient, 1ULL, div_u64(PV_COMPAT_EM_MAX_UW * 1000ULL, max));
}

static unsigned long vcpufreq_energy_power(struct device *dev, u32 khz, u32 max)
{
	u64 mv = VCPUFREQ_ENERGY_MV_NONE +
		 div_u64((u64)(VCPUFREQ_ENERGY_MV_MAX - VCPUFREQ_ENERGY_MV_NONE) * khz,
			 max);
	u64 power = vcpufreq_energy_coefficient(dev, max) * khz;

	power = div_u64(power, 1000) * mv * mv;
	return div_u64(power, 1000 * 1000);
}

static const struct vcpufreq_domain *vcpufreq_energy_domain(struct device *dev)
{
	struct vcpufreq_device *vdev = cpufreq_get_driver_data();

	return vdev->domain[dev->id];
}

/* The first entry at or above *@khz */
static int vcpufreq_energy_active_power(struct device *dev, unsigned long *power,
					unsigned long *khz)
{
	const struct vcpufreq_domain *domain = vcpufreq_energy_domain(dev);
	unsigned int i;

	for (i = 0; i < domain->nr; i++) {
		if (domain->entry[i].frequency < *khz)
			continue;

		*khz = domain->entry[i].frequency;
		*power = vcpufreq_energy_power(dev, *khz, domain->max);
		return 0;
	}
	return -EINVAL;
}

PV_COMPAT_EM_POWER(vcpufreq_energy_active_power)

/* Whether the existing @pd has the same table */
static bool vcpufreq_energy_same(struct em_perf_domain *pd,
				 const struct vcpufreq_domain *domain)
{
	bool same = pd->nr_perf_states == domain->nr;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; same && i < domain->nr; i++)
		same = pv_compat_em_state(pd)[i].frequency == domain->entry[i].frequency;
	rcu_read_unlock();
	return same;
}

static bool vcpufreq_energy_can_model(struct device *dev,
				      const struct vcpufreq_domain *domain)
{
	u32 max = domain->max;

	return domain->nr > 1 &&
	       domain->entry[0].frequency >= max / VCPUFREQ_ENERGY_RANGE &&
	       vcpufreq_energy_power(dev, max, max) >= VCPUFREQ_ENERGY_UW_MIN;
}

/**
 * vcpufreq_energy_register - register an energy model for the CPUs of a new policy
 * @policy: the policy
 */
void vcpufreq_energy_register(struct cpufreq_policy *policy)
{
	struct em_data_callback cb = EM_DATA_CB(vcpufreq_energy_active_power_compat);
	struct device *dev = get_cpu_device(policy->cpu);
	const struct vcpufreq_domain *domain;
	struct em_perf_domain *pd;
	cpumask_var_t cpus;
	int ret;

	if (!dev)
		return;

	domain = vcpufreq_energy_domain(dev);
	pd = em_pd_get(dev);
	if (pd) {
		if (!vcpufreq_energy_same(pd, domain))
			dev_notice(dev,
				   "the energy model is still that of another perf table: reboot for a new one\n");
		return;
	}

	if (!vcpufreq_energy_can_model(dev, domain))
		return;

	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return;

	/* The core dereferences the device of each CPU. */
	cpumask_and(cpus, &domain->cpus, cpu_present_mask);
	ret = pv_compat_em_register(dev, domain->nr, &cb, cpus);
	if (ret)
		dev_notice(dev, "no energy model: error %d\n", ret);
	free_cpumask_var(cpus);
}
