// SPDX-License-Identifier: GPL-2.0
/*
 * Section latency: what it costs to go to the hypervisor and back.
 */
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "userspace/libpv/cpulist.h"
#include "userspace/libpv/latency.h"
#include "vcpuinfo.h"

#define SAMPLES		10000

const struct column latency_columns[] = {
	{ .key = "call", .help = "call that is measured" },
	{ .key = "cpu", .flags = COLUMN_RIGHT, .help = "CPU that it is measured on" },
	{ .key = "unit", .help = "unit of min, p50, p99 and max" },
	{ .key = "samples", .flags = COLUMN_RIGHT, .help = "calls measured" },
	{ .key = "min", .flags = COLUMN_RIGHT, .help = "cheapest call" },
	{ .key = "p50", .flags = COLUMN_RIGHT, .help = "half of the calls cost no more" },
	{ .key = "p99", .flags = COLUMN_RIGHT, .help = "99 % of the calls cost no more" },
	{ .key = "max", .flags = COLUMN_RIGHT, .help = "dearest call" },
	{ .key = "status", .flags = COLUMN_RIGHT, .help = "answer, negative: refused" },
	{}
};

static const struct {
	const char *name;
	__u64 nr;
} runs[] = {
	{ "nop", PV_HC_NOP },
	{ "unassigned", PV_HC_UNASSIGNED },
};

/* CPU 0, where it is online. */
static int choose_cpu(struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, CPU_DIR "/online");
	struct pv_cpulist online;
	int cpu = 0;

	if (text && !pv_cpulist_parse(text, &online) && pv_cpulist_next(&online, -1) >= 0)
		cpu = pv_cpulist_next(&online, -1);
	free(text);
	return cpu;
}

struct json_object *latency_read(struct vcpuinfo *v)
{
	struct json_object *list = json_object_new_array(), *o;
	int cpu = choose_cpu(v), err;
	size_t i;

	if (v->device < 0)
		note_device(v, "latency", "all");

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		struct pv_latency l = {};
		bool known = false;

		if (v->device >= 0) {
			err = pv_latency_run(v->device, runs[i].nr, cpu, SAMPLES, &l);
			known = !err;
			if (err)
				note(v, "latency", "%s: %s", runs[i].name, strerror(-err));
		}
		o = json_object_new_object();
		fact_string(o, "call", runs[i].name);
		fact_u64(o, "cpu", known, cpu);
		fact_string(o, "unit", "ns");
		fact_u64(o, "samples", known, l.samples);
		fact_u64(o, "min", known, l.min);
		fact_u64(o, "p50", known, l.p50);
		fact_u64(o, "p99", known, l.p99);
		fact_u64(o, "max", known, l.max);
		json_object_object_add(o, "status",
				       known ? json_object_new_int64(l.status) : NULL);
		json_object_array_add(list, o);
	}
	return list;
}
