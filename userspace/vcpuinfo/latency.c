// SPDX-License-Identifier: GPL-2.0
/*
 * Section latency: the time of hypercalls, measured by the kernel.
 *
 * A reference call shows which part of it the VM exit takes: the fastest call that succeeds, or
 * a call that is rejected if none succeeds.
 */
#include <errno.h>
#include <stdio.h>
#include <pv/hypercall.h>

#include "userspace/libpv/latency.h"
#include "vcpuinfo.h"

const struct column latency_columns[] = {
	{ .key = "call", .help = "call that is measured" },
	{ .key = "cpu", .flags = COLUMN_RIGHT, .help = "CPU that it is measured on" },
	{ .key = "samples", .flags = COLUMN_RIGHT, .help = "number of measured calls" },
	{ .key = "min_ns", .flags = COLUMN_RIGHT, .help = "minimum" },
	{ .key = "p50_ns", .flags = COLUMN_RIGHT, .help = "median" },
	{ .key = "p90_ns", .flags = COLUMN_RIGHT, .help = "90th percentile" },
	{ .key = "p99_ns", .flags = COLUMN_RIGHT, .help = "99th percentile" },
	{ .key = "p99_9_ns", .flags = COLUMN_RIGHT, .help = "99.9th percentile" },
	{ .key = "max_ns", .flags = COLUMN_RIGHT, .help = "maximum" },
	{ .key = "mean_ns", .flags = COLUMN_RIGHT, .help = "mean" },
	{ .key = "return_value", .flags = COLUMN_RIGHT, .help = "status, negative: rejected" },
	{ .key = "reference", .help = "call that takes the time of the VM exit alone" },
	{ .key = "reference_percent", .flags = COLUMN_RIGHT,
	  .help = "median of the reference in percent of this median" },
	{}
};

static const struct {
	const char *key;
	size_t offset;
} times[] = {
	{ "min_ns", offsetof(struct pv_latency, min) },
	{ "p50_ns", offsetof(struct pv_latency, p50) },
	{ "p90_ns", offsetof(struct pv_latency, p90) },
	{ "p99_ns", offsetof(struct pv_latency, p99) },
	{ "p99_9_ns", offsetof(struct pv_latency, p99_9) },
	{ "max_ns", offsetof(struct pv_latency, max) },
	{ "mean_ns", offsetof(struct pv_latency, mean) },
};

static const struct planned_call references[] = {
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

/* The reference of a CPU, or NULL; @runs: out: calls measured to find it */
static const struct run *find_reference(const struct vcpuinfo *v, int cpu,
					struct run runs[ARRAY_SIZE(references)])
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(references); i++)
		runs[i].call = NULL;
	for (i = 0; i < ARRAY_SIZE(references); i++) {
		measure(v, &references[i], cpu, &runs[i]);
		if (runs[i].err)
			return NULL;
		if (!runs[i].l.status || i == ARRAY_SIZE(references) - 1)
			return &runs[i];
	}
	return NULL;
}

/* No call is measured twice. */
static const struct run *find_run(const struct vcpuinfo *v, const struct planned_call *call,
				  int cpu, const struct run *runs, struct run *own)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(references); i++)
		if (runs[i].call && runs[i].call->nr == call->nr)
			return &runs[i];
	measure(v, call, cpu, own);
	return own;
}

static struct json_object *make_row(struct vcpuinfo *v, const struct planned_call *call,
				    int cpu, const struct run *run,
				    const struct run *reference)
{
	struct json_object *o = json_object_new_object();
	const struct pv_latency *l = &run->l;
	const bool known = !run->err;
	const bool share = known && reference && l->p50;
	size_t i;

	fact_string(o, "call", call->name);
	fact_u64(o, "cpu", known, cpu);
	fact_u64(o, "samples", known, l->samples);
	for (i = 0; i < ARRAY_SIZE(times); i++)
		fact_u64(o, times[i].key, known,
			 *(const __u64 *)((const char *)l + times[i].offset));
	json_object_object_add(o, "return_value", known ? json_object_new_int64(l->status) : NULL);
	fact_string(o, "reference", share ? reference->call->name : NULL);
	fact_u64(o, "reference_percent", share,
		 share ? (reference->l.p50 * 100 + l->p50 / 2) / l->p50 : 0);
	if (v->plan->histogram)
		json_object_object_add(o, "histogram",
				       known ? histogram_read(l->counts, l->khz) : NULL);
	return o;
}

struct json_object *latency_read(struct vcpuinfo *v)
{
	static struct run runs[ARRAY_SIZE(references)], own;
	struct json_object *list = json_object_new_array();
	const struct plan *plan = v->plan;
	const struct run *reference, *run;
	size_t i;
	int cpu;

	if (v->device < 0)
		note_device(v, "latency", "all");

	for (cpu = pv_cpulist_next(&plan->cpus, -1); cpu >= 0;
	     cpu = pv_cpulist_next(&plan->cpus, cpu)) {
		reference = find_reference(v, cpu, runs);
		for (i = 0; i < plan->nr_calls; i++) {
			run = find_run(v, &plan->calls[i], cpu, runs, &own);
			if (run->err && v->device >= 0)
				note(v, "latency", "%s on CPU %d: %s", plan->calls[i].name,
				     cpu, note_refusal(v, plan->calls[i].nr, run->err));
			json_object_array_add(list, make_row(v, &plan->calls[i], cpu, run,
							     reference));
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
		printf("\n%s on CPU %s, in ns:\n",
		       json_object_get_string(json_object_object_get(o, "call")),
		       json_object_get_string(json_object_object_get(o, "cpu")));
		histogram_print(list);
	}
}
