// SPDX-License-Identifier: GPL-2.0
/*
 * cpufreq policies of the host.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define POLICIES	PVHOST_CPU "/cpufreq"

static void add(const struct pv_sysfs *sysfs, struct pvhost_policies *policies, const char *name)
{
	char *cpus = pv_sysfs_text(sysfs, POLICIES "/%s/related_cpus", name);
	char *driver = pv_sysfs_text(sysfs, POLICIES "/%s/scaling_driver", name);
	char *governor = pv_sysfs_text(sysfs, POLICIES "/%s/scaling_governor", name);
	struct pv_cpulist *list;

	list = reallocarray(policies->cpus, policies->nr + 1, sizeof(*list));
	if (!list)
		err(EXIT_FAILURE, "policies");
	policies->cpus = list;
	list += policies->nr++;

	/* related_cpus has spaces; no CPU: no thread is pinned to it. */
	memset(list, 0, sizeof(*list));
	for (char *next = cpus, *cpu; (cpu = strsep(&next, " "));)
		if (*cpu)
			pv_cpulist_add(list, strtoul(cpu, NULL, 10));

	if (driver)
		snprintf(policies->driver, sizeof(policies->driver), "%s", driver);
	if (governor && !strcmp(governor, "schedutil"))
		policies->nr_schedutil++;
	else if (governor && !*policies->governor)
		snprintf(policies->governor, sizeof(policies->governor), "%s", governor);

	free(cpus);
	free(driver);
	free(governor);
}

/**
 * pvhost_policies_read - read the policies
 * @sysfs: machine
 * @policies: out: the policies, for pvhost_policies_free()
 */
void pvhost_policies_read(const struct pv_sysfs *sysfs, struct pvhost_policies *policies)
{
	struct dirent *entry;
	DIR *dir;

	memset(policies, 0, sizeof(*policies));

	/* A kernel without cpufreq has the folder of the CPUs, but not this one. */
	dir = pv_sysfs_dir(sysfs, POLICIES);
	if (!dir) {
		dir = errno == ENOENT ? pv_sysfs_dir(sysfs, PVHOST_CPU) : NULL;
		if (dir) {
			policies->found = PVHOST_MISSING;
			closedir(dir);
		}
		return;
	}

	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "policy", strlen("policy")))
			add(sysfs, policies, entry->d_name);
	closedir(dir);

	policies->found = policies->nr ? PVHOST_FOUND : PVHOST_MISSING;
}

void pvhost_policies_free(struct pvhost_policies *policies)
{
	free(policies->cpus);
}
