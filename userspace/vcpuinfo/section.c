// SPDX-License-Identifier: GPL-2.0
/*
 * The sections.
 */
#include <string.h>
#include <strings.h>

#include "vcpuinfo.h"

const struct section sections[] = {
	{
		.name = "hypervisor",
		.help = "what the machine runs on, and what it offers",
		.columns = hypervisor_columns,
		.read = hypervisor_read,
	},
	{
		.name = "hypercalls",
		.help = "calls to the hypervisor, and which it announces",
		.table = true,
		.columns = hypercalls_columns,
		.read = hypercalls_read,
	},
	{
		.name = "vcpus",
		.help = "the CPUs, as guest and host see them",
		.table = true,
		.columns = vcpus_columns,
		.read = vcpus_read,
	},
	{
		.name = "vcpufreq",
		.help = "the cpufreq driver",
		.columns = vcpufreq_columns,
		.read = vcpufreq_read,
	},
	{
		.name = "freq",
		.help = "each cpufreq policy, and what became of its requests",
		.table = true,
		.columns = freq_columns,
		.read = freq_read,
	},
	{
		.name = "exits",
		.help = "the exits of this guest by reason, as its host counts them",
		.named = true,
		.table = true,
		.columns = exits_columns,
		.read = exits_read,
		.more = exits_more,
	},
	{
		.name = "latency",
		.help = "the price of a hypercall, measured",
		.costly = true,
		.table = true,
		.columns = latency_columns,
		.read = latency_read,
		.more = latency_more,
	},
	{}
};

const struct section *section_find(const char *name)
{
	const struct section *s;

	for (s = sections; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

const struct column *section_column(const struct section *s, const char *key)
{
	const struct column *c;

	for (c = s->columns; c->key; c++)
		if (!strcasecmp(c->key, key))
			return c;
	return NULL;
}
