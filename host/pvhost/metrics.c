// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats --openmetrics: the text format 1.0 of OpenMetrics.
 */
#include <stdio.h>

#include "pvhost.h"

#define HZ_PER_KHZ	1000

enum type { GAUGE, COUNTER };

static const char * const types[] = {
	[GAUGE]		= "gauge",
	[COUNTER]	= "counter",
};

/**
 * struct metric - a family of metrics
 * @name: its name, without the suffix of counters
 * @help: what it is
 * @key: member of the document
 * @type: gauge or counter
 * @unit: in which the name ends, NULL: it counts something
 * @of_vm: there is one to a VM, not to a vCPU
 */
static const struct metric {
	const char *name;
	const char *help;
	const char *key;
	enum type type;
	const char *unit;
	bool of_vm;
} metrics[] = {
	{
		.name	= "pvhost_hypercalls",
		.help	= "Hypercalls that were answered.",
		.key	= "hypercalls",
		.type	= COUNTER,
		.of_vm	= true,
	},
	{
		.name	= "pvhost_cap_hertz",
		.help	= "Cap that pvhost cap has set.",
		.key	= "cap_khz",
		.type	= GAUGE,
		.unit	= "hertz",
		.of_vm	= true,
	},
	{
		.name	= "pvhost_requests",
		.help	= "Requests that the guest wrote to the device.",
		.key	= "requests",
		.type	= COUNTER,
	},
	{
		.name	= "pvhost_lazy_requests",
		.help	= "Requests that were taken from shared pages.",
		.key	= "lazy",
		.type	= COUNTER,
	},
	{
		.name	= "pvhost_reads",
		.help	= "Reads of the device.",
		.key	= "reads",
		.type	= COUNTER,
	},
	{
		.name	= "pvhost_refused",
		.help	= "Accesses that were refused.",
		.key	= "refused",
		.type	= COUNTER,
	},
	{
		.name	= "pvhost_request_hertz",
		.help	= "Frequency that the guest asked for last.",
		.key	= "request",
		.type	= GAUGE,
		.unit	= "hertz",
	},
	{
		.name	= "pvhost_frequency_hertz",
		.help	= "Frequency that the request comes to.",
		.key	= "perf_khz",
		.type	= GAUGE,
		.unit	= "hertz",
	},
	{
		.name	= "pvhost_record",
		.help	= "1 if a vCPU uses its record in the shared pages.",
		.key	= "record",
		.type	= GAUGE,
	},
};

/* What is not known has no sample. */
static void print_sample(const struct metric *metric, struct json_object *vm,
			 struct json_object *cpu)
{
	struct json_object *pid = json_object_object_get(vm, "pid");
	struct json_object *value = json_object_object_get(cpu ? : vm, metric->key);
	__u64 number = json_object_get_uint64(value);

	if (!value)
		return;

	printf("%s%s{vm=\"%s\",pid=\"%s\"", metric->name,
	       metric->type == COUNTER ? "_total" : "",
	       json_object_get_string(json_object_object_get(vm, "id")),
	       pid ? json_object_get_string(pid) : "");
	if (cpu)
		printf(",vcpu=\"%s\"", json_object_get_string(json_object_object_get(cpu, "cpu")));
	printf("} %llu\n", metric->unit ? number * HZ_PER_KHZ : number);
}

static void print_metric(const struct metric *metric, struct json_object *vms)
{
	struct json_object *vm, *cpus;
	size_t i, j;

	printf("# TYPE %s %s\n", metric->name, types[metric->type]);
	if (metric->unit)
		printf("# UNIT %s %s\n", metric->name, metric->unit);
	printf("# HELP %s %s\n", metric->name, metric->help);

	for (i = 0; i < json_object_array_length(vms); i++) {
		vm = json_object_array_get_idx(vms, i);
		if (metric->of_vm) {
			print_sample(metric, vm, NULL);
			continue;
		}

		cpus = json_object_object_get(vm, "cpus");
		for (j = 0; j < json_object_array_length(cpus); j++)
			print_sample(metric, vm, json_object_array_get_idx(cpus, j));
	}
}

/**
 * pvhost_metrics_print - statistics as OpenMetrics
 * @document: that of pvhost stats
 */
void pvhost_metrics_print(struct json_object *document)
{
	struct json_object *vms = json_object_object_get(document, "vms");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(metrics); i++)
		print_metric(&metrics[i], vms);
	puts("# EOF");
}
