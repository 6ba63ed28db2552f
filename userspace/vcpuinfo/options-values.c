// SPDX-License-Identifier: GPL-2.0
/*
 * Values on the command line: calls, numbers and durations, and what sections latency and exits
 * are to show.  Each function prints an error and ends the program if a value is invalid.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "vcpuinfo.h"

static void __noreturn unknown_call(const char *word)
{
	const struct pv_call *call = NULL;
	bool first = true;

	fprintf(stderr, "%s: unknown call: %s; ", program_invocation_short_name,
		*word ? word : "(empty)");
	while ((call = pv_calls_near(word, call))) {
		fprintf(stderr, "%s%s", first ? "perhaps " : ", ", call->alias[0]);
		first = false;
	}
	fprintf(stderr, "%s'vcpuinfo call --help' lists names\n", first ? "" : "; ");
	exit(STATUS_ERROR);
}

/* The number @word, from @min to @max; @what is the option or operand. */
__u64 options_number(const char *what, const char *word, __u64 min, __u64 max)
{
	__u64 value;

	if (!pv_number_read(what, word, min, max, &value))
		exit(STATUS_ERROR);
	return value;
}

/* Nanoseconds: an interval of up to @max_s seconds; @what is the option. */
__u64 options_duration(const char *what, const char *word, unsigned int max_s)
{
	__u64 ns;

	if (!pv_number_duration(what, word, PV_INTERVAL_MIN_MS, max_s, &ns))
		exit(STATUS_ERROR);
	return ns;
}

/* A call by its number, its name, or the short form of its name. */
void options_find_call(const char *word, struct planned_call *planned)
{
	const struct pv_call *call;

	/* The driver accepts numbers of 32 bits: no hypervisor assigns longer ones. */
	if (isdigit((unsigned char)*word)) {
		planned->nr = options_number("number of the call", word, 0, UINT32_MAX);
		call = pv_calls_find(planned->nr);
	} else {
		call = pv_calls_named(word);
		if (!call)
			unknown_call(word);
		planned->nr = call->nr;
	}
	if (call)
		snprintf(planned->name, sizeof(planned->name), "%s", call->alias[0]);
	else
		snprintf(planned->name, sizeof(planned->name), "%#llx", planned->nr);
}

/* All names, for --help. */
void options_list_calls(void)
{
	const struct pv_call *call = NULL;

	while ((call = pv_calls_next(call)))
		printf(" %-20s %-32s %#llx\n", call->alias[0], call->name, call->nr);
}

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
		options_find_call(names[i], &plan->calls[i]);
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

void options_plan(const struct vcpuinfo *v, const struct options *o, struct plan *plan)
{
	plan_calls(o, plan);
	plan_cpus(v, o, plan);
	plan->samples = PV_LATENCY_SAMPLES;
	if (o->samples)
		plan->samples = options_number("--samples", o->samples, 1,
					       PV_HYPERCALL_MAX_SAMPLES);
	plan->warmup = PV_LATENCY_WARMUP;
	if (o->warmup)
		plan->warmup = options_number("--warmup", o->warmup, 0,
					      PV_HYPERCALL_MAX_SAMPLES);
	plan->histogram = o->histogram;
	plan->by_vcpu = o->by;
}

void options_free_plan(struct plan *plan)
{
	free(plan->calls);
}
