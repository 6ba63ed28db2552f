// SPDX-License-Identifier: GPL-2.0
/*
 * The sections.
 */
#include <string.h>
#include <strings.h>

#include "vcpuinfo.h"

const struct section sections[] = {
	{
		.name = "summary",
		.help = "the facts that matter most, on one screen",
		.named = true,
		.fields = summary_fields,
		.read = summary_read,
	},
	{
		.name = "hypervisor",
		.help = "hypervisor, its interfaces and features",
		.fields = hypervisor_fields,
		.read = hypervisor_read,
	},
	{
		.name = "hypercalls",
		.help = "hypercalls, and whether the hypervisor announces them",
		.columns = hypercalls_columns,
		.read = hypercalls_read,
	},
	{
		.name = "vcpus",
		.help = "CPUs, as the guest and the host see them",
		.columns = vcpus_columns,
		.read = vcpus_read,
	},
	{
		.name = "cpufreq",
		.help = "cpufreq driver, policies and their requests",
		.fields = cpufreq_fields,
		.rows = "policies",
		.columns = cpufreq_columns,
		.read = cpufreq_read,
	},
	{
		.name = "exits",
		.help = "VM exits by reason, as the host counts them",
		.named = true,
		.columns = exits_columns,
		.read = exits_read,
		.more = exits_more,
	},
	{
		.name = "latency",
		.help = "latency of hypercalls, measured",
		.costly = true,
		.columns = latency_columns,
		.read = latency_read,
		.more = latency_more,
	},
	{}
};

/* The section with this name, or the only one with a name that begins with it, in any case */
const struct section *section_find(const char *name)
{
	const struct section *s, *found = NULL;
	unsigned int nr = 0;

	for (s = sections; s->name; s++) {
		if (!strcasecmp(s->name, name))
			return s;
		if (!strncasecmp(s->name, name, strlen(name))) {
			found = s;
			nr++;
		}
	}
	return nr == 1 ? found : NULL;
}

const struct column *section_column(const struct section *s, const char *key)
{
	const struct column *c;

	for (c = section_columns(s); c->key; c++)
		if (!strcasecmp(c->key, key))
			return c;
	return NULL;
}
