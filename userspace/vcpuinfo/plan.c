// SPDX-License-Identifier: GPL-2.0
/*
 * What sections latency and exits are to show, by their options.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "userspace/libpv/latency.h"
#include "options.h"

static const char * const default_calls[] = { "nop", "unassigned" };

static void plan_calls(const struct options *o, struct plan *plan)
{
	const char * const *names = o->nr_calls ? o->calls : default_calls;
	size_t i;

	plan->nr_calls = o->nr_calls ? o->nr_calls : ARRAY_SIZE(default_calls);
	plan->calls = calloc(plan->nr_calls, sizeof(*plan->calls));
	if (!plan->calls)
		err(STATUS_ERROR, "--call");
	for (i = 0; i < plan->nr_calls; i++)
		name_call(names[i], &plan->calls[i]);
}

/* Where the kernel does not say which CPUs are online, the driver will. */
static void check_online(const char *text, const struct pv_cpulist *online,
			 const struct pv_cpulist *cpus)
{
	int cpu;

	for (cpu = pv_cpulist_next(cpus, -1); cpu >= 0; cpu = pv_cpulist_next(cpus, cpu))
		if (!pv_cpulist_has(online, cpu))
			errx(STATUS_ERROR, "--cpu: CPU %d is not online; online are %s", cpu, text);
}

static void plan_cpus(const struct vcpuinfo *v, const struct options *o, struct plan *plan)
{
	char *text = pv_sysfs_text(&v->sysfs, CPU_DIR "/online");
	struct pv_cpulist online = {};
	bool known;

	known = text && !pv_cpulist_parse(text, &online) && pv_cpulist_next(&online, -1) >= 0;
	if (!o->cpus) {
		int cpu = known ? pv_cpulist_next(&online, -1) : 0;

		pv_cpulist_add(&plan->cpus, cpu);
	} else if (pv_cpulist_parse(o->cpus, &plan->cpus) ||
		   pv_cpulist_next(&plan->cpus, -1) < 0) {
		errx(STATUS_ERROR, "--cpu: no list of CPUs: '%s'; give one such as 0-3,5", o->cpus);
	} else if (known) {
		check_online(text, &online, &plan->cpus);
	}
	free(text);
}

void plan_make(const struct vcpuinfo *v, const struct options *o, struct plan *plan)
{
	plan_calls(o, plan);
	plan_cpus(v, o, plan);
	plan->samples = PV_LATENCY_SAMPLES;
	if (o->samples)
		plan->samples = name_number("--samples", o->samples, 1,
					    PV_HYPERCALL_MAX_SAMPLES);
	plan->warmup = PV_LATENCY_WARMUP;
	if (o->warmup)
		plan->warmup = name_number("--warmup", o->warmup, 0,
					   PV_HYPERCALL_MAX_SAMPLES);
	plan->histogram = o->histogram;
	plan->by_vcpu = o->by;
}

void plan_free(struct plan *plan)
{
	free(plan->calls);
}
