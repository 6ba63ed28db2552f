// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats --watch: what became of requests in each interval.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "pvhost.h"

static const struct pvhost_column columns[] = {
	{ .title = "ID", .key = "id" },
	{ .title = "NAME", .key = "name", .left = true, .optional = true },
	{ .title = "PID", .key = "pid" },
	{ .title = "CPU", .key = "cpu" },
	{ .title = "REQUESTS_PER_S", .key = "requests_per_s" },
	{ .title = "REGISTER_WRITES_PER_S", .key = "register_writes_per_s", .optional = true },
	{ .title = "DEFERRED_PER_S", .key = "deferred_per_s" },
	{ .title = "READS_PER_S", .key = "reads_per_s" },
	{ .title = "REFUSED_PER_S", .key = "refused_per_s" },
	{ .title = "REQUEST_KHZ", .key = "request_khz" },
	{ .title = "PERF_KHZ", .key = "perf_khz" },
	{ .title = "CAP_KHZ", .key = "cap_khz" },
};

static const struct {
	const char *counter;
	const char *rate;
} rates[] = {
	{ "requests",		"requests_per_s" },
	{ "register_writes",	"register_writes_per_s" },
	{ "deferred",		"deferred_per_s" },
	{ "reads",		"reads_per_s" },
	{ "refused",		"refused_per_s" },
};

/* The object with the same member @key as @object; NULL: the array has none */
static struct json_object *find_alike(struct json_object *array, const char *key,
				      struct json_object *object)
{
	struct json_object *member = json_object_object_get(object, key), *other;
	size_t i;

	for (i = 0; array && i < json_object_array_length(array); i++) {
		other = json_object_array_get_idx(array, i);
		if (json_object_equal(json_object_object_get(other, key), member))
			return other;
	}

	return NULL;
}

/* What has not been seen before has no rate yet. */
static void add_rates(struct json_object *cpu, struct json_object *before, double seconds)
{
	__u64 was, is;
	char text[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct json_object *rate = NULL;

		is = json_object_get_uint64(json_object_object_get(cpu, rates[i].counter));
		was = json_object_get_uint64(json_object_object_get(before, rates[i].counter));
		if (before && is >= was) {
			snprintf(text, sizeof(text), "%.1f", (is - was) / seconds);
			rate = json_object_new_double_s((is - was) / seconds, text);
		}
		json_object_object_add(cpu, rates[i].rate, rate);
	}
}

static void add_all_rates(struct json_object *document, struct json_object *before,
			  double seconds)
{
	struct json_object *vms = json_object_object_get(document, "vms"), *vm, *vm_before;
	struct json_object *cpus, *cpu, *cpus_before;
	size_t i, j;

	for (i = 0; i < json_object_array_length(vms); i++) {
		vm = json_object_array_get_idx(vms, i);
		vm_before = find_alike(json_object_object_get(before, "vms"), "id", vm);
		cpus_before = json_object_object_get(vm_before, "cpus");
		cpus = json_object_object_get(vm, "cpus");
		for (j = 0; j < json_object_array_length(cpus); j++) {
			cpu = json_object_array_get_idx(cpus, j);
			add_rates(cpu, find_alike(cpus_before, "cpu", cpu), seconds);
		}
	}
}

/* One line to an interval, so that a program need not wait for the end. */
static void print(struct json_object *document, double seconds, bool json,
		  const struct pvhost_column *selected, size_t nr)
{
	char text[32];

	if (json) {
		snprintf(text, sizeof(text), "%.3f", seconds);
		json_object_object_add(document, "interval_s",
				       json_object_new_double_s(seconds, text));
		puts(json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN));
	} else {
		pvhost_print_cpus(selected, nr, document);
		putchar('\n');
	}

	pv_stdout_flush();
}

/**
 * pvhost_watch - rates, until the user interrupts or the VM that he selects ends
 * @fd: /dev/kvm_pv
 * @select: which VMs
 * @interval_ns: length of an interval
 * @json: as JSON
 * @list: columns as typed, NULL: the default ones
 */
void pvhost_watch(int fd, const struct pvhost_select *select, __u64 interval_ns, bool json,
		  const char *list)
{
	struct json_object *before, *document;
	struct pvhost_column *selected;
	__u64 was, is;
	size_t nr;

	selected = pvhost_print_columns(columns, ARRAY_SIZE(columns), list, &nr);

	pv_interval_begin();

	was = pv_interval_now();
	before = pvhost_document_stats(fd, select);
	if (!before)
		pvhost_selects_none(select);

	while (pv_interval_wait(was + interval_ns)) {
		is = pv_interval_now();
		document = pvhost_document_stats(fd, select);
		if (!document)
			break;

		add_all_rates(document, before, (double)(is - was) / NSEC_PER_SEC);
		print(document, (double)(is - was) / NSEC_PER_SEC, json,
		      selected, nr);
		json_object_put(before);
		before = document;
		was = is;
	}

	json_object_put(before);
	free(selected);
}
