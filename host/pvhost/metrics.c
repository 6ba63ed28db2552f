// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats --prometheus and --openmetrics.
 *
 * The two formats name families in different ways.  OpenMetrics 1.0: the family of a counter is
 * without the suffix _total that its samples have, the same with _info, and the text has an end
 * mark.  The Prometheus text format 0.0.4: the family has the name of its samples, the type
 * info does not exist, and an end mark is a comment.  A parser of one format loses type and help of
 * counters in the other one.
 */
#include <stdio.h>

#include "pvhost.h"

#define HZ_PER_KHZ	1000

enum type { GAUGE, COUNTER, INFO };

static const char * const suffixes[] = {
	[GAUGE]		= "",
	[COUNTER]	= "_total",
	[INFO]		= "_info",
};

/* The objects of which each has a sample */
enum level { HOST, VM, DOMAIN, CPU };

/**
 * struct metric - a family of metrics
 * @name: its name, without suffix
 * @help: description
 * @key: member of the document with the value, NULL: the value is 1
 * @type: gauge, counter or info
 * @unit: unit in which the name ends, NULL: it counts something
 * @level: the objects that have a sample
 */
static const struct metric {
	const char *name;
	const char *help;
	const char *key;
	enum type type;
	const char *unit;
	enum level level;
} metrics[] = {
	{
		.name	= "pvhost_build",
		.help	= "Versions of pvhost and of the module kvm_pv.",
		.type	= INFO,
		.level	= HOST,
	},
	{
		.name	= "pvhost_vm",
		.help	= "An attached VM and its backend.",
		.type	= INFO,
		.level	= VM,
	},
	{
		.name	= "pvhost_hypercalls",
		.help	= "Hypercalls that the host answered.",
		.key	= "hypercalls",
		.type	= COUNTER,
		.level	= VM,
	},
	{
		.name	= "pvhost_cap_hertz",
		.help	= "Cap of pvhost cap.",
		.key	= "cap_khz",
		.type	= GAUGE,
		.unit	= "hertz",
		.level	= VM,
	},
	{
		.name	= "pvhost_applied",
		.help	= "Requests that the host applied to a thread.",
		.key	= "applied",
		.type	= COUNTER,
		.level	= DOMAIN,
	},
	{
		.name	= "pvhost_failed",
		.help	= "Requests that the host could not apply to a thread.",
		.key	= "failed",
		.type	= COUNTER,
		.level	= DOMAIN,
	},
	{
		.name	= "pvhost_suppressed",
		.help	= "Requests that another one replaced before the host applied them.",
		.key	= "suppressed",
		.type	= COUNTER,
		.level	= DOMAIN,
	},
	{
		.name	= "pvhost_requests",
		.help	= "Requests of the guest that arrived.",
		.key	= "requests",
		.type	= COUNTER,
		.level	= CPU,
	},
	{
		.name	= "pvhost_register_writes",
		.help	= "Requests that the guest wrote to the device.",
		.key	= "register_writes",
		.type	= COUNTER,
		.level	= CPU,
	},
	{
		.name	= "pvhost_deferred_requests",
		.help	= "Requests that the host read from shared pages.",
		.key	= "deferred",
		.type	= COUNTER,
		.level	= CPU,
	},
	{
		.name	= "pvhost_reads",
		.help	= "Reads of the device.",
		.key	= "reads",
		.type	= COUNTER,
		.level	= CPU,
	},
	{
		.name	= "pvhost_refused",
		.help	= "Accesses that the host rejected.",
		.key	= "refused",
		.type	= COUNTER,
		.level	= CPU,
	},
	{
		.name	= "pvhost_request_hertz",
		.help	= "Last request of the guest.",
		.key	= "request_khz",
		.type	= GAUGE,
		.unit	= "hertz",
		.level	= CPU,
	},
	{
		.name	= "pvhost_frequency_hertz",
		.help	= "Frequency that the request results in.",
		.key	= "perf_khz",
		.type	= GAUGE,
		.unit	= "hertz",
		.level	= CPU,
	},
	{
		.name	= "pvhost_record",
		.help	= "1 if a vCPU uses its record in the shared pages.",
		.key	= "record",
		.type	= GAUGE,
		.level	= CPU,
	},
};

/* An unknown value is an empty label, which is the same as no label. */
static void print_label(const char *separator, const char *name, struct json_object *value)
{
	const char *text = value ? json_object_get_string(value) : "";

	printf("%s%s=\"", separator, name);
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			putchar('\\');
		if (*text == '\n')
			fputs("\\n", stdout);
		else
			putchar(*text);
	}
	putchar('"');
}

static void print_labels(const struct metric *metric, struct json_object *document,
			 struct json_object *vm, struct json_object *cpu)
{
	if (metric->level == HOST) {
		print_label("", "version", json_object_object_get(document, "version"));
		print_label(",", "module_version",
			    json_object_object_get(document, "module_version"));
		return;
	}

	print_label("", "vm", json_object_object_get(vm, "id"));
	print_label(",", "pid", json_object_object_get(vm, "pid"));
	print_label(",", "name", json_object_object_get(vm, "name"));
	if (metric->type == INFO)
		print_label(",", "backend", json_object_object_get(vm, "backend"));
	if (metric->level == DOMAIN)
		print_label(",", "domain", json_object_object_get(cpu, "domain"));
	if (metric->level == CPU)
		print_label(",", "vcpu", json_object_object_get(cpu, "cpu"));
}

/* An unknown value has no sample. */
static void print_sample(const struct metric *metric, struct json_object *document,
			 struct json_object *vm, struct json_object *cpu)
{
	struct json_object *value = NULL;
	__u64 number = 1;

	if (metric->key) {
		value = json_object_object_get(cpu ? : vm, metric->key);
		if (!value)
			return;
		number = json_object_get_uint64(value);
	}

	printf("%s%s{", metric->name, suffixes[metric->type]);
	print_labels(metric, document, vm, cpu);
	printf("} %llu\n", metric->unit ? number * HZ_PER_KHZ : number);
}

/* The CPUs of a domain have the same values: only the first one has a sample. */
static bool is_first_of_domain(struct json_object *cpus, size_t nr)
{
	struct json_object *cpu = json_object_array_get_idx(cpus, nr), *other;
	size_t i;

	for (i = 0; i < nr; i++) {
		other = json_object_array_get_idx(cpus, i);
		if (json_object_equal(json_object_object_get(other, "domain"),
				      json_object_object_get(cpu, "domain")))
			return false;
	}

	return true;
}

static void print_vm(const struct metric *metric, struct json_object *document,
		     struct json_object *vm)
{
	struct json_object *cpus = json_object_object_get(vm, "cpus");
	size_t i;

	if (metric->level == VM) {
		print_sample(metric, document, vm, NULL);
		return;
	}

	for (i = 0; i < json_object_array_length(cpus); i++) {
		if (metric->level == CPU || is_first_of_domain(cpus, i))
			print_sample(metric, document, vm, json_object_array_get_idx(cpus, i));
	}
}

static void print_header(const struct metric *metric, bool openmetrics)
{
	static const char * const types[] = {
		[GAUGE]		= "gauge",
		[COUNTER]	= "counter",
		[INFO]		= "info",
	};
	const char *suffix = openmetrics ? "" : suffixes[metric->type];
	enum type type = metric->type == INFO && !openmetrics ? GAUGE : metric->type;

	printf("# HELP %s%s %s\n", metric->name, suffix, metric->help);
	printf("# TYPE %s%s %s\n", metric->name, suffix, types[type]);
	if (openmetrics && metric->unit)
		printf("# UNIT %s %s\n", metric->name, metric->unit);
}

/**
 * pvhost_metrics_print - print statistics as metrics
 * @document: that of pvhost stats
 * @openmetrics: the format is OpenMetrics 1.0, not Prometheus 0.0.4
 */
void pvhost_metrics_print(struct json_object *document, bool openmetrics)
{
	struct json_object *vms = json_object_object_get(document, "vms");
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(metrics); i++) {
		print_header(&metrics[i], openmetrics);
		if (metrics[i].level == HOST)
			print_sample(&metrics[i], document, NULL, NULL);
		for (j = 0; metrics[i].level != HOST && j < json_object_array_length(vms); j++)
			print_vm(&metrics[i], document, json_object_array_get_idx(vms, j));
	}
	if (openmetrics)
		puts("# EOF");
}
