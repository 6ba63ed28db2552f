// SPDX-License-Identifier: GPL-2.0
/*
 * Backends: how this host applies what guests ask for.
 *
 * --backend auto is uclamp if the kernel has it, else freq-qos if there is a cap and the vCPU
 * threads are pinned, else none.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

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

static void set_reason(char *reason, size_t size, const char *text)
{
	snprintf(reason, size, "%s", text);
}

static bool check_uclamp(struct pvhost_auto *choice, const struct pv_sysfs *sysfs)
{
	struct pvhost_fact fact = { };

	pvhost_fact_uclamp(sysfs, &fact);
	if (fact.found == PVHOST_FOUND)
		return true;

	set_reason(choice->uclamp, sizeof(choice->uclamp),
		   fact.found == PVHOST_MISSING ?
		   "the kernel lacks CONFIG_UCLAMP_TASK" :
		   "cannot read /proc/sys/kernel/sched_util_clamp_min");
	return false;
}

static bool check_freq_qos(struct pvhost_auto *choice, const struct pv_sysfs *sysfs, pid_t pid,
			   bool capped)
{
	struct pvhost_policies policies;
	struct pvhost_fact fact = { };
	const char *reason = fact.value;

	pvhost_policies_read(sysfs, &policies);
	if (policies.found == PVHOST_FOUND && pid)
		pvhost_policies_pinned(sysfs, pid, &policies, &fact);

	if (policies.found == PVHOST_MISSING)
		reason = "the host has no cpufreq driver";
	else if (policies.found == PVHOST_UNKNOWN)
		reason = "cannot read " PVHOST_CPU "/cpufreq";
	else if (!pid)
		reason = "it requires --cap, and vCPU threads that are pinned";
	else if (fact.found == PVHOST_FOUND && !capped)
		reason = "it requires --cap";
	set_reason(choice->freq_qos, sizeof(choice->freq_qos), reason);
	pvhost_policies_free(&policies);
	return fact.found == PVHOST_FOUND && capped;
}

void pvhost_backend_choose(struct pvhost_auto *choice, const struct pv_sysfs *sysfs, pid_t pid,
			   bool capped)
{
	memset(choice, 0, sizeof(*choice));

	if (check_uclamp(choice, sysfs))
		choice->backend = KVM_PV_UCLAMP;
	else if (check_freq_qos(choice, sysfs, pid, capped))
		choice->backend = KVM_PV_FREQ_QOS;
	else
		choice->backend = KVM_PV_RECORD;
}

/**
 * pvhost_backend_print - print the choice, and why a better backend is not available
 * @choice: the choice
 * @out: file
 */
void pvhost_backend_print(const struct pvhost_auto *choice, FILE *out)
{
	fprintf(out, "backend auto: %s\n", backends[choice->backend].name);
	if (*choice->uclamp)
		fprintf(out, "backend uclamp is not available: %s\n", choice->uclamp);
	if (*choice->freq_qos)
		fprintf(out, "backend freq-qos is not available: %s\n", choice->freq_qos);
}
