// SPDX-License-Identifier: GPL-2.0
/*
 * Section latency: what it costs to go to the hypervisor and back.
 *
 * What of it is the exit itself, a yardstick tells: the cheapest call that is answered,
 * or where the host side is not there, what it takes to be refused.
 */
#include <errno.h>
#include <stdio.h>
#include <pv/hypercall.h>

#include "userspace/libpv/latency.h"
#include "vcpuinfo.h"

const struct column latency_columns[] = {
	{ .key = "call", .help = "call that is measured" },
	{ .key = "cpu", .flags = COLUMN_RIGHT, .help = "CPU that it is measured on" },
	{ .key = "unit", .help = "unit of min to mean" },
	{ .key = "samples", .flags = COLUMN_RIGHT, .help = "calls measured" },
	{ .key = "min", .flags = COLUMN_RIGHT, .help = "cheapest call" },
	{ .key = "p50", .flags = COLUMN_RIGHT, .help = "half of the calls cost no more" },
	{ .key = "p90", .flags = COLUMN_RIGHT, .help = "90 % of the calls cost no more" },
	{ .key = "p99", .flags = COLUMN_RIGHT, .help = "99 % of the calls cost no more" },
	{ .key = "p99_9", .flags = COLUMN_RIGHT, .help = "99.9 % of the calls cost no more" },
	{ .key = "max", .flags = COLUMN_RIGHT, .help = "dearest call" },
	{ .key = "mean", .flags = COLUMN_RIGHT, .help = "of all calls" },
	{ .key = "status", .flags = COLUMN_RIGHT, .help = "answer, negative: refused" },
	{ .key = "yardstick", .help = "call that has the price of the exit itself" },
	{ .key = "exit_percent", .flags = COLUMN_RIGHT, .help = "its p50 in percent of this p50" },
	{}
};

static const struct {
	const char *key;
	size_t offset;
} prices[] = {
	{ "min", offsetof(struct pv_latency, min) },
	{ "p50", offsetof(struct pv_latency, p50) },
	{ "p90", offsetof(struct pv_latency, p90) },
	{ "p99", offsetof(struct pv_latency, p99) },
	{ "p99_9", offsetof(struct pv_latency, p99_9) },
	{ "max", offsetof(struct pv_latency, max) },
	{ "mean", offsetof(struct pv_latency, mean) },
};

static const struct planned_call yardsticks[] = {
	{ "nop", PV_HC_NOP },
	{ "unassigned", PV_HC_UNASSIGNED },
};

/**
 * struct run - a call that has been measured
 * @call: the call
 * @err: why it could not be measured
 * @l: what came of it
 */
struct run {
	const struct planned_call *call;
	int err;
	struct pv_latency l;
};

static void measure(const struct vcpuinfo *v, const struct planned_call *call, int cpu,
		    struct run *run)
{
	struct pv_hypercall_latency l = {
		.nr = call->nr,
		.cpu = cpu,
		.warmup = v->plan->warmup,
		.samples = v->plan->samples,
	};

	run->call = call;
	run->err = v->device < 0 ? -ENODEV : pv_latency_run(v->device, &l, &run->l);
}

/* The yardstick of a CPU, or NULL; @runs: out: calls measured to find it */
static const struct run *find_yardstick(const struct vcpuinfo *v, int cpu,
					struct run runs[ARRAY_SIZE(yardsticks)])
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(yardsticks); i++)
		runs[i].call = NULL;
	for (i = 0; i < ARRAY_SIZE(yardsticks); i++) {
		measure(v, &yardsticks[i], cpu, &runs[i]);
		if (runs[i].err)
			return NULL;
		if (!runs[i].l.status || i == ARRAY_SIZE(yardsticks) - 1)
			return &runs[i];
	}
	return NULL;
}

/* No call is measured twice. */
static const struct run *find_run(const struct vcpuinfo *v, const struct planned_call *call,
				  int cpu, const struct run *runs, struct run *own)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(yardsticks); i++)
		if (runs[i].call && runs[i].call->nr == call->nr)
			return &runs[i];
	measure(v, call, cpu, own);
	return own;
}

static struct json_object *make_row(struct vcpuinfo *v, const struct planned_call *call,
				    int cpu, const struct run *run,
				    const struct run *yardstick)
{
	struct json_object *o = json_object_new_object();
	const struct pv_latency *l = &run->l;
	const bool known = !run->err;
	const bool share = known && yardstick && l->p50;
	size_t i;

	fact_string(o, "call", call->name);
	fact_u64(o, "cpu", known, cpu);
	fact_string(o, "unit", "ns");
	fact_u64(o, "samples", known, l->samples);
	for (i = 0; i < ARRAY_SIZE(prices); i++)
		fact_u64(o, prices[i].key, known,
			 *(const __u64 *)((const char *)l + prices[i].offset));
	json_object_object_add(o, "status", known ? json_object_new_int64(l->status) : NULL);
	fact_string(o, "yardstick", share ? yardstick->call->name : NULL);
	fact_u64(o, "exit_percent", share,
		 share ? (yardstick->l.p50 * 100 + l->p50 / 2) / l->p50 : 0);
	if (v->plan->histogram)
		json_object_object_add(o, "histogram",
				       known ? histogram_read(l->counts, l->khz) : NULL);
	return o;
}

struct json_object *latency_read(struct vcpuinfo *v)
{
	static struct run runs[ARRAY_SIZE(yardsticks)], own;
	struct json_object *list = json_object_new_array();
	const struct plan *plan = v->plan;
	const struct run *yardstick, *run;
	size_t i;
	int cpu;

	if (v->device < 0)
		note_device(v, "latency", "all");

	for (cpu = pv_cpulist_next(&plan->cpus, -1); cpu >= 0;
	     cpu = pv_cpulist_next(&plan->cpus, cpu)) {
		yardstick = find_yardstick(v, cpu, runs);
		for (i = 0; i < plan->nr_calls; i++) {
			run = find_run(v, &plan->calls[i], cpu, runs, &own);
			if (run->err && v->device >= 0)
				note(v, "latency", "%s on CPU %d: %s", plan->calls[i].name,
				     cpu, note_refusal(v, plan->calls[i].nr, run->err));
			json_object_array_add(list, make_row(v, &plan->calls[i], cpu, run,
							     yardstick));
		}
	}
	return list;
}

/* Prints the histogram of each row that has one. */
void latency_more(struct json_object *facts)
{
	struct json_object *o, *list;
	size_t i;

	for (i = 0; i < json_object_array_length(facts); i++) {
		o = json_object_array_get_idx(facts, i);
		list = json_object_object_get(o, "histogram");
		if (!list)
			continue;
		printf("\n%s on CPU %s, in %s:\n",
		       json_object_get_string(json_object_object_get(o, "call")),
		       json_object_get_string(json_object_object_get(o, "cpu")),
		       json_object_get_string(json_object_object_get(o, "unit")));
		histogram_print(list);
	}
}
