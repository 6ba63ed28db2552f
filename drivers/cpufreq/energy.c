// SPDX-License-Identifier: GPL-2.0-only
/*
 * The energy model, without which energy-aware scheduling does not start.
 *
 * A host tells no voltages.  What is assumed is that the voltage rises in a line with
 * performance, from 0.6 V at none to 1 V at the maximum; with it,
 *
 *	power = coefficient x MHz x V^2	[uW, with the coefficient in uW/MHz/V^2]
 *
 * The coefficient is dynamic-power-coefficient of the CPU's device-tree node.  A CPU
 * that has none gets 500 x (capacity-dmips-mhz / 1024)^2, and 500 with no such
 * property either: a CPU that does twice the work per MHz takes four times the power
 * for it, so that work costs more on a bigger CPU.
 *
 * A model of a CPU stays with the kernel until it is rebooted: it cannot be taken back.
 */
#include <linux/cpu.h>
#include <linux/energy_model.h>
#include <linux/math64.h>
#include <linux/of.h>
#include <linux/rcupdate.h>

#include "../compat.h"
#include "vcpufreq.h"

#define VCPUFREQ_ENERGY_MV_NONE		600
#define VCPUFREQ_ENERGY_MV_MAX		1000
#define VCPUFREQ_ENERGY_COEFFICIENT	500
#define VCPUFREQ_ENERGY_DMIPS		1024

/* Below, integers are too coarse to tell one entry's cost from the next. */
#define VCPUFREQ_ENERGY_UW_MIN		20000
/* The core divides by capacity x entry / maximum, as an integer. */
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

	/* A power that is cut off would make the entries below look a waste. */
	return clamp(coefficient, 1ULL, div_u64(EM_MAX_POWER * 1000ULL, max));
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

static const struct vcpufreq_table *vcpufreq_energy_table(struct device *dev)
{
	struct vcpufreq_device *vdev = cpufreq_get_driver_data();

	return vdev->table[dev->id];
}

/* The first entry that is not below *@khz */
static int vcpufreq_energy_active_power(struct device *dev, unsigned long *power,
					unsigned long *khz)
{
	const struct vcpufreq_table *table = vcpufreq_energy_table(dev);
	unsigned int i;

	for (i = 0; i < table->nr; i++) {
		if (table->entry[i].frequency < *khz)
			continue;

		*khz = table->entry[i].frequency;
		*power = vcpufreq_energy_power(dev, *khz, table->max);
		return 0;
	}
	return -EINVAL;
}

/* Whether @pd, of an earlier binding, was made from the same table */
static bool vcpufreq_energy_same(struct em_perf_domain *pd,
				 const struct vcpufreq_table *table)
{
	bool same = pd->nr_perf_states == table->nr;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; same && i < table->nr; i++)
		same = pv_compat_em_state(pd)[i].frequency == table->entry[i].frequency;
	rcu_read_unlock();
	return same;
}

static bool vcpufreq_energy_can_model(struct device *dev,
				      const struct vcpufreq_table *table)
{
	u32 max = table->max;

	return table->nr > 1 &&
	       table->entry[0].frequency >= max / VCPUFREQ_ENERGY_RANGE &&
	       vcpufreq_energy_power(dev, max, max) >= VCPUFREQ_ENERGY_UW_MIN;
}

/**
 * vcpufreq_energy_register - give the CPUs of a new policy an energy model
 * @policy: the policy
 */
void vcpufreq_energy_register(struct cpufreq_policy *policy)
{
	struct em_data_callback cb = EM_DATA_CB(vcpufreq_energy_active_power);
	struct device *dev = get_cpu_device(policy->cpu);
	const struct vcpufreq_table *table;
	struct em_perf_domain *pd;
	int ret;

	if (!dev)
		return;

	table = vcpufreq_energy_table(dev);
	pd = em_pd_get(dev);
	if (pd) {
		if (!vcpufreq_energy_same(pd, table))
			dev_notice(dev,
				   "the energy model is still that of another perf table: reboot for a new one\n");
		return;
	}

	if (!vcpufreq_energy_can_model(dev, table))
		return;

	ret = em_dev_register_perf_domain(dev, table->nr, &cb, policy->related_cpus,
					  true);
	if (ret)
		dev_notice(dev, "no energy model: error %d\n", ret);
}
