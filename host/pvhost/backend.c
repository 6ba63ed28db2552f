// SPDX-License-Identifier: GPL-2.0
/*
 * Backends: how this host applies what guests ask for.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

static const struct pvhost_backend backends[] = {
	[KVM_PV_RECORD]	= {
		.name	= "none",
	},
	[KVM_PV_UCLAMP]	= {
		.name	= "uclamp",
		.needs	= "a kernel with CONFIG_UCLAMP_TASK",
		.margin	= true,
	},
	[KVM_PV_FREQ_QOS] = {
		.name	= "freq-qos",
		.needs	= "a cpufreq driver",
		.cap	= true,
	},
};

/**
 * pvhost_backend_find - number of a backend
 * @name: its name
 * @nr: the number
 *
 * Returns false for an unknown name.
 */
bool pvhost_backend_find(const char *name, __u32 *nr)
{
	for (*nr = 0; *nr < ARRAY_SIZE(backends); (*nr)++) {
		if (!strcmp(backends[*nr].name, name))
			return true;
	}

	return false;
}

/**
 * pvhost_backend_nr - number of a backend
 * @name: as typed
 *
 * Returns PVHOST_AUTO for "auto".
 */
__u32 pvhost_backend_nr(const char *name)
{
	__u32 nr;

	if (!strcmp(name, "auto"))
		return PVHOST_AUTO;
	if (pvhost_backend_find(name, &nr))
		return nr;

	errx(EXIT_FAILURE,
	     "--backend: unknown backend \"%s\": expected auto, uclamp, freq-qos or none", name);
}

const struct pvhost_backend *pvhost_backend(__u32 nr)
{
	return nr < ARRAY_SIZE(backends) ? &backends[nr] : NULL;
}
