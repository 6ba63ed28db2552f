// SPDX-License-Identifier: GPL-2.0
/*
 * Section latency: the time of hypercalls, measured by the kernel, and its distribution, which
 * section exits shows as well.
 *
 * A reference call shows which part of it the VM exit takes: the fastest call that succeeds, or
 * a call that is rejected if none succeeds.
 */
#include <err.h>
#include <errno.h>
#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <pv/hypercall.h>

#include "vcpuinfo.h"

static const struct {
	const char *name;
	int flags;
} histogram_columns[] = {
	{ "FROM", SCOLS_FL_RIGHT },
	{ "TO", SCOLS_FL_RIGHT },
	{ "COUNT", SCOLS_FL_RIGHT },
	{ "%", SCOLS_FL_RIGHT },
	{ "DISTRIBUTION", 0 },
};

struct json_object *histogram_read(const __u32 *counts, __u32 khz)
{
	struct json_object *list = json_object_new_array(), *o;
	struct pv_chart_line lines[PV_CHART_LINES];
	unsigned int i, n = pv_chart_lines(counts, lines);

	for (i = 0; i < n; i++) {
		o = json_object_new_object();
		fact_u64(o, "low_ns", true, pv_latency_ns(lines[i].low, khz));
		fact_u64(o, "high_ns", true, pv_latency_ns(lines[i].high, khz));
		fact_u64(o, "count", true, lines[i].count);
		json_object_array_add(list, o);
	}
	return list;
}

static __u64 get_u64(struct json_object *o, const char *key)
{
	return json_object_get_uint64(json_object_object_get(o, key));
}

static void print_histogram_line(struct libscols_table *table, struct json_object *o, __u64 total,
				 __u64 most)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	char bar[PV_CHART_BAR_SIZE], share[32];

	print_cell(line, 0, json_object_get_string(json_object_object_get(o, "low_ns")));
	print_cell(line, 1, json_object_get_string(json_object_object_get(o, "high_ns")));
	print_cell(line, 2, json_object_get_string(json_object_object_get(o, "count")));
	snprintf(share, sizeof(share), "%.2f", 100.0 * get_u64(o, "count") / total);
	print_cell(line, 3, share);
	pv_chart_bar(get_u64(o, "count"), most, PV_CHART_WIDTH, utf8, bar);
	print_cell(line, 4, bar);
}

void histogram_print(struct json_object *list)
{
	struct libscols_table *table = print_new();
	size_t i, nr = json_object_array_length(list);
	__u64 total = 0, most = 0, count;

	for (i = 0; i < ARRAY_SIZE(histogram_columns); i++)
		print_column(table, histogram_columns[i].name, histogram_columns[i].flags);
	for (i = 0; i < nr; i++) {
		count = get_u64(json_object_array_get_idx(list, i), "count");
		total += count;
		most = count > most ? count : most;
	}
	for (i = 0; i < nr; i++)
		print_histogram_line(table, json_object_array_get_idx(list, i), total, most);
	print_end(table);
}

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
} members[] = {
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
	for (i = 0; i < ARRAY_SIZE(members); i++)
		fact_u64(o, members[i].key, known,
			 *(const __u64 *)((const char *)l + members[i].offset));
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

/* Option --tag: the times of calls that a tracer on the host can identify */

static struct json_object *read_times(const struct pv_hypercall_times *times, __u32 nr)
{
	struct json_object *list = json_object_new_array(), *call;
	__u32 i;

	for (i = 0; i < nr; i++) {
		call = json_object_new_array();
		json_object_array_add(call, json_object_new_uint64(times[i].begin));
		json_object_array_add(call, json_object_new_uint64(times[i].end));
		json_object_array_add(list, call);
	}
	return list;
}

static __u32 new_tag(void)
{
	__u32 random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		err(STATUS_ERROR, "--tag");
	return random;
}

/* The first CPU and the first call of the plan; --tag accepts only one call. */
int latency_tag(const struct vcpuinfo *v, const struct options *o)
{
	const struct planned_call *call = &v->plan->calls[0];
	struct pv_hypercall_times *times;
	struct pv_hypercall_tagged t = {
		.nr = call->nr,
		.cpu = pv_cpulist_next(&v->plan->cpus, -1),
		.warmup = v->plan->warmup,
		.samples = v->plan->samples,
		.tag = new_tag(),
	};
	struct json_object *doc = json_object_new_object();
	int error;

	if (t.samples > PV_HYPERCALL_MAX_TAGGED)
		errx(STATUS_ERROR, "--tag: at most %u --samples", PV_HYPERCALL_MAX_TAGGED);
	if (pv_cpulist_next(&v->plan->cpus, t.cpu) >= 0)
		errx(STATUS_ERROR, "--tag: one CPU at a time: give --cpu with one");
	if (!v->sysfs.live)
		errx(STATUS_ERROR, "--tag: a recorded machine has no hypervisor: omit --sysroot");
	if (v->device < 0)
		errx(STATUS_ERROR, "--tag: " PV_DEVICE_PATH ": %s: load pv_hypercall, and be root",
		     strerror(-v->device));

	times = calloc(t.samples, sizeof(*times));
	if (!times)
		err(STATUS_ERROR, "--tag");
	t.times = (uintptr_t)times;
	error = pv_device_tagged(v->device, &t);
	if (error == -EPERM)
		errx(STATUS_ERROR, "--tag: %s cannot carry a tag: nop and unassigned can",
		     call->name);
	if (error == -ENOTTY)
		errx(STATUS_ERROR,
		     "--tag: pv_hypercall lacks this ioctl: load the module of this version");
	if (error)
		errx(STATUS_ERROR, "--tag: %s: %s", call->name, strerror(-error));

	fact_u64(doc, "tag", true, (__u64)PV_HYPERCALL_TAG << 32 | t.tag);
	fact_string(doc, "call", call->name);
	fact_u64(doc, "nr", true, t.nr);
	fact_u64(doc, "cpu", true, t.cpu);
	fact_u64(doc, "counter_khz", true, t.counter_khz);
	json_object_object_add(doc, "status", json_object_new_int64(t.status));
	json_object_object_add(doc, "calls", read_times(times, t.done));
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN));

	json_object_put(doc);
	free(times);
	return EXIT_SUCCESS;
}
