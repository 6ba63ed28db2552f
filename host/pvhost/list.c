// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost list
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>

#include "pvhost.h"

static const struct option options[] = {
	{ "json", no_argument, NULL, 'J' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct pvhost_column columns[] = {
	{ .title = "ID", .key = "id" },
	{ .title = "PID", .key = "pid" },
	{ .title = "NAME", .key = "name", .left = true },
	{ .title = "BASE", .key = "base", .hex = true },
	{ .title = "SHARED", .key = "shared", .hex = true },
	{ .title = "VCPUS", .key = "vcpus" },
	{ .title = "TABLE_KHZ", .key = "table" },
	{ .title = "CAP_KHZ", .key = "cap_khz" },
	{ .title = "BACKEND", .key = "backend", .left = true },
	{ .title = "MARGIN", .key = "margin_percent" },
	{ .title = "TID_EXPOSED", .key = "expose_tid", .left = true },
	{ .title = "FREQ_EXPOSED", .key = "expose_frequency", .left = true },
	{ .title = "EXITS_EXPOSED", .key = "expose_exits", .left = true },
	{ .title = "HYPERCALLS", .key = "hypercalls" },
	{ .title = "TELEMETRY", .key = "telemetry", .left = true },
	{ .title = "MAX_RATE", .key = "max_rate", .optional = true },
	{ .title = "VERSION", .key = "version", .left = true, .optional = true },
	{ .title = "MODULE_VERSION", .key = "module_version", .left = true, .optional = true },
};

/* Null: not known */
static void add_enabled(struct json_object *document)
{
	bool enabled, known = pvhost_enabled(&enabled);

	if (json_object_object_add(document, "enabled",
				   known ? json_object_new_boolean(enabled) : NULL))
		errx(EXIT_FAILURE, "out of memory");
	if (known && !enabled)
		warnx("kvm_pv is disabled, requests are not applied: run pvhost enable");
}

/* The versions are those of the document. */
static void print_table(struct json_object *document, const struct pvhost_column *selected,
			size_t nr)
{
	struct json_object *vms = json_object_object_get(document, "vms");
	struct libscols_table *table = pvhost_print_begin(selected, nr);
	size_t i;

	for (i = 0; i < json_object_array_length(vms); i++)
		pvhost_print_row(table, selected, nr, json_object_array_get_idx(vms, i),
				 document);
	pvhost_print_end(table);
}

int pvhost_list(int argc, char **argv)
{
	struct json_object *vms = json_object_new_array(), *document;
	struct kvm_pv_vm *list;
	struct pvhost_column *selected;
	const char *output = NULL;
	bool json = false;
	size_t i, nr, nr_selected;
	int c;

	while ((c = getopt_long(argc, argv, "Jo:h", options, NULL)) >= 0) {
		switch (c) {
		case 'J':
			json = true;
			break;
		case 'o':
			output = optarg;
			break;
		case 'h':
			pvhost_usage();
		default:
			pvhost_try_help();
		}
	}
	pvhost_no_more(argc, argv);
	pvhost_print_check(json, output);
	selected = pvhost_print_columns(columns, ARRAY_SIZE(columns), output, &nr_selected);

	list = pvhost_device_list(pvhost_device_open(), &nr);
	for (i = 0; i < nr; i++)
		json_object_array_add(vms, pvhost_document_vm(&list[i]));
	free(list);

	document = pvhost_document(vms);
	add_enabled(document);
	if (json)
		pvhost_print_json(document);
	else
		print_table(document, selected, nr_selected);

	free(selected);
	json_object_put(document);
	return EXIT_SUCCESS;
}
