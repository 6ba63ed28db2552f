// SPDX-License-Identifier: GPL-2.0
/*
 * cpufreq policies of the host, and whether the vCPU threads of a VM are pinned to the CPUs of one
 * policy, as backend freq-qos requires.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define POLICIES	PVHOST_CPU "/cpufreq"

/* Names of vCPU threads; '#' is the number of the vCPU. */
static const char * const vcpu_names[] = {
	"CPU #/KVM",		/* QEMU */
	"vcpu#",		/* cloud-hypervisor */
	"fc_vcpu #",		/* Firecracker */
	"crosvm_vcpu#",
	"kvm-vcpu-#",		/* kvmtool */
};

static void add_policy(const struct pv_sysfs *sysfs, struct pvhost_policies *policies,
		       const char *name)
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
			add_policy(sysfs, policies, entry->d_name);
	closedir(dir);

	policies->found = policies->nr ? PVHOST_FOUND : PVHOST_MISSING;
}

void pvhost_policies_free(struct pvhost_policies *policies)
{
	free(policies->cpus);
}

static bool name_matches(const char *pattern, const char *name)
{
	for (; *pattern; pattern++) {
		if (*pattern != '#') {
			if (*name++ != *pattern)
				return false;
			continue;
		}
		if (!isdigit((unsigned char)*name))
			return false;
		while (isdigit((unsigned char)*name))
			name++;
	}

	return !*name;
}

static bool is_vcpu(const struct pv_sysfs *sysfs, pid_t pid, const char *tid)
{
	char *name = pv_sysfs_text(sysfs, PVHOST_PROC "/%d/task/%s/comm", pid, tid);
	bool is = false;
	size_t i;

	for (i = 0; name && !is && i < ARRAY_SIZE(vcpu_names); i++)
		is = name_matches(vcpu_names[i], name);

	free(name);
	return is;
}

static bool read_affinity(const struct pv_sysfs *sysfs, pid_t pid, const char *tid,
			  struct pv_cpulist *cpus)
{
	/* pv_sysfs_text() returns '.' for the tab that follows. */
	static const char key[] = "\nCpus_allowed_list:.";
	char *status = pv_sysfs_text(sysfs, PVHOST_PROC "/%d/task/%s/status", pid, tid);
	char *list = status ? strstr(status, key) : NULL;
	bool ok = false;

	if (list) {
		list += strlen(key);
		list[strcspn(list, "\n")] = '\0';
		ok = *list && !pv_cpulist_parse(list, cpus);
	}

	free(status);
	return ok;
}

static enum pvhost_found is_pinned(const struct pv_sysfs *sysfs, pid_t pid, const char *tid,
				   const struct pvhost_policies *policies)
{
	struct pv_cpulist cpus;
	size_t i;

	if (!read_affinity(sysfs, pid, tid, &cpus))
		return PVHOST_UNKNOWN;

	for (i = 0; i < policies->nr; i++)
		if (pv_cpulist_covers(&policies->cpus[i], &cpus))
			return PVHOST_FOUND;
	return PVHOST_MISSING;
}

/* Returns the number of threads that were checked.  The first result other than FOUND counts. */
static size_t check_threads(const struct pv_sysfs *sysfs, pid_t pid, bool vcpus_only,
			    const struct pvhost_policies *policies, struct pvhost_fact *fact)
{
	char *path = pvhost_text(PVHOST_PROC "/%d/task", pid);
	DIR *dir = pv_sysfs_dir(sysfs, path);
	struct dirent *entry;
	size_t nr = 0;

	free(path);
	fact->found = PVHOST_FOUND;
	while (dir && (entry = readdir(dir))) {
		const char *tid = entry->d_name;

		if (!isdigit((unsigned char)*tid) || (vcpus_only && !is_vcpu(sysfs, pid, tid)))
			continue;

		nr++;
		fact->found = is_pinned(sysfs, pid, tid, policies);
		if (fact->found == PVHOST_MISSING)
			snprintf(fact->value, sizeof(fact->value),
				 "thread %.12s may run on CPUs of more than one cpufreq policy",
				 tid);
		else if (fact->found == PVHOST_UNKNOWN)
			snprintf(fact->value, sizeof(fact->value),
				 "the affinity of thread %.12s is unknown", tid);
		if (fact->found != PVHOST_FOUND)
			break;
	}
	if (dir)
		closedir(dir);

	return nr;
}

/**
 * pvhost_policies_pinned - whether each vCPU thread can run on CPUs of one policy only
 * @sysfs: machine
 * @pid: process of the VM
 * @policies: of the machine
 * @fact: out: result, and the reason if it is not FOUND
 *
 * If no thread has the name of a vCPU thread, all threads of the process must be pinned.
 */
void pvhost_policies_pinned(const struct pv_sysfs *sysfs, pid_t pid,
			    const struct pvhost_policies *policies, struct pvhost_fact *fact)
{
	if (check_threads(sysfs, pid, true, policies, fact) ||
	    check_threads(sysfs, pid, false, policies, fact))
		return;

	fact->found = PVHOST_UNKNOWN;
	snprintf(fact->value, sizeof(fact->value), "the threads of process %d are unknown", pid);
}
