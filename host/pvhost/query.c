// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost list and pvhost stats: what kvm_pv tells of attached VMs.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"

#define MAX_WATCH_S	86400

static const struct option list_options[] = {
	{ "json", no_argument, NULL, 'J' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct pvhost_column list_columns[] = {
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
	bool enabled, known = pvhost_device_enabled(&enabled);

	if (json_object_object_add(document, "enabled",
				   known ? json_object_new_boolean(enabled) : NULL))
		errx(EXIT_FAILURE, "out of memory");
	if (known && !enabled)
		warnx("kvm_pv is disabled, requests are not applied: run pvhost enable");
}

/* The versions are those of the document. */
static void print_list(struct json_object *document, const struct pvhost_column *selected,
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

	while ((c = getopt_long(argc, argv, "Jo:h", list_options, NULL)) >= 0) {
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
	selected = pvhost_print_columns(list_columns, ARRAY_SIZE(list_columns), output,
					&nr_selected);

	list = pvhost_device_list(pvhost_device_open(), &nr);
	for (i = 0; i < nr; i++)
		json_object_array_add(vms, pvhost_document_vm(&list[i]));
	free(list);

	document = pvhost_document(vms);
	add_enabled(document);
	if (json)
		pvhost_print_json(document);
	else
		print_list(document, selected, nr_selected);

	free(selected);
	json_object_put(document);
	return EXIT_SUCCESS;
}

/* Options of stats that have no short form */
enum {
	PROMETHEUS = PVHOST_NR_OPTIONS,
	OPENMETRICS,
	INPUT,
	TO_FILE,
	WATCH,
};

static const struct option stats_options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'J' },
	{ "output", required_argument, NULL, 'o' },
	{ "prometheus", no_argument, NULL, PROMETHEUS },
	{ "openmetrics", no_argument, NULL, OPENMETRICS },
	{ "input", required_argument, NULL, INPUT },
	{ "file", required_argument, NULL, TO_FILE },
	{ "watch", optional_argument, NULL, WATCH },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/* The default columns fit 100 characters: counters have up to 10 digits, frequencies 7. */
static const struct pvhost_column stats_columns[] = {
	{ .title = "ID", .key = "id" },
	{ .title = "NAME", .key = "name", .left = true, .optional = true },
	{ .title = "PID", .key = "pid", .optional = true },
	{ .title = "CPU", .key = "cpu" },
	{ .title = "DOMAIN", .key = "domain", .optional = true },
	{ .title = "VCPU_ID", .key = "vcpu_id", .optional = true },
	{ .title = "TID", .key = "tid", .optional = true },
	{ .title = "REQUESTS", .key = "requests" },
	{ .title = "REGISTER_WRITES", .key = "register_writes", .optional = true },
	{ .title = "DEFERRED", .key = "deferred" },
	{ .title = "READS", .key = "reads", .optional = true },
	{ .title = "REFUSED", .key = "refused", .optional = true },
	{ .title = "REQUEST_KHZ", .key = "request_khz" },
	{ .title = "PERF_KHZ", .key = "perf_khz" },
	{ .title = "CAP_KHZ", .key = "cap_khz" },
	{ .title = "RECORD", .key = "record", .left = true, .optional = true },
	{ .title = "BACKEND", .key = "backend", .left = true },
	{ .title = "APPLIED", .key = "applied" },
	{ .title = "FAILED", .key = "failed" },
	{ .title = "SUPPRESSED", .key = "suppressed", .optional = true },
	{ .title = "FAIL_REASON", .key = "fail_reason", .left = true },
};

/**
 * struct arguments - arguments of stats
 * @select: VMs
 * @input: saved document, NULL: none
 * @file: file to replace, NULL: print to standard output
 * @output: columns as typed, NULL: the default ones
 * @json: as JSON
 * @prometheus: in the text format of Prometheus
 * @openmetrics: in the text format of OpenMetrics
 * @watch_ns: length of an interval, 0: no rates
 */
struct arguments {
	struct pvhost_select select;
	const char *input;
	const char *file;
	const char *output;
	bool json;
	bool prometheus;
	bool openmetrics;
	__u64 watch_ns;
};

static bool is_array_of_objects(struct json_object *array)
{
	size_t i;

	if (!json_object_is_type(array, json_type_array))
		return false;

	for (i = 0; i < json_object_array_length(array); i++) {
		if (!json_object_is_type(json_object_array_get_idx(array, i), json_type_object))
			return false;
	}

	return true;
}

static bool is_document(struct json_object *document)
{
	struct json_object *vms, *vm;
	size_t i;

	if (!json_object_is_type(document, json_type_object))
		return false;

	vms = json_object_object_get(document, "vms");
	if (!is_array_of_objects(vms))
		return false;

	for (i = 0; i < json_object_array_length(vms); i++) {
		vm = json_object_array_get_idx(vms, i);
		if (!is_array_of_objects(json_object_object_get(vm, "cpus")))
			return false;
	}

	return true;
}

/* A document that pvhost stats --json has printed */
static struct json_object *read_saved(const char *path)
{
	struct json_object *document;
	FILE *in = fopen(path, "re");

	if (!in)
		err(EXIT_FAILURE, "%s", path);

	document = json_object_from_fd(fileno(in));
	fclose(in);
	if (!is_document(document))
		errx(EXIT_FAILURE, "%s: not a document of pvhost stats --json", path);

	return document;
}

/* The following output is written to the new file. */
static void begin_file(struct pv_replace *file, const char *path)
{
	int error = pv_replace_begin(file, path);

	if (error || dup2(file->fd, STDOUT_FILENO) < 0)
		errx(EXIT_FAILURE, "%s: %s", path, strerror(error ? -error : errno));
}

static void end_file(struct pv_replace *file, const char *path)
{
	int error;

	if (ferror(stdout) | fflush(stdout)) {
		pv_replace_abort(file);
		clearerr(stdout);
		errx(EXIT_FAILURE, "%s: write error; the file is unchanged", path);
	}

	error = pv_replace_commit(file);
	if (error)
		errx(EXIT_FAILURE, "%s: %s", path, strerror(-error));
}

static void print_stats(const struct arguments *arguments)
{
	struct pv_replace file;
	struct json_object *document;
	struct pvhost_column *selected;
	size_t nr;

	/* Rejects unknown columns first. */
	selected = pvhost_print_columns(stats_columns, ARRAY_SIZE(stats_columns),
					arguments->output, &nr);
	if (arguments->input)
		document = read_saved(arguments->input);
	else
		document = pvhost_document_stats(pvhost_device_open(), &arguments->select);
	if (!document)
		pvhost_selects_none(&arguments->select);

	if (arguments->file)
		begin_file(&file, arguments->file);
	if (arguments->prometheus || arguments->openmetrics)
		pvhost_metrics_print(document, arguments->openmetrics);
	else if (arguments->json)
		pvhost_print_json(document);
	else
		pvhost_print_cpus(selected, nr, document);
	if (arguments->file)
		end_file(&file, arguments->file);

	free(selected);
	json_object_put(document);
}

static void parse_stats(int argc, char **argv, struct arguments *arguments)
{
	int c;

	while ((c = getopt_long(argc, argv, "p:i:Jo:h", stats_options, NULL)) >= 0) {
		switch (c) {
		case 'J':
			arguments->json = true;
			break;
		case 'o':
			arguments->output = optarg;
			break;
		case PROMETHEUS:
			arguments->prometheus = true;
			break;
		case OPENMETRICS:
			arguments->openmetrics = true;
			break;
		case TO_FILE:
			arguments->file = optarg;
			break;
		case INPUT:
			arguments->input = optarg;
			break;
		case WATCH:
			arguments->watch_ns = pvhost_duration("--watch", optarg ? optarg : "1",
							      PV_INTERVAL_MIN_MS, MAX_WATCH_S);
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_select_option(&arguments->select, c, optarg))
				pvhost_try_help();
		}
	}

	pvhost_select_operand(&arguments->select, argc, argv);
	pvhost_no_more(argc, argv);
}

static void __noreturn exclusive(const char *text)
{
	warnx("stats: %s", text);
	pvhost_try_help();
}

static void check_stats(const struct arguments *arguments)
{
	const struct pvhost_select *select = &arguments->select;
	bool metrics = arguments->prometheus || arguments->openmetrics;

	if (select->by_pid && select->by_id)
		exclusive("--id goes with none of --pid, --name and --libvirt");
	if (arguments->prometheus && arguments->openmetrics)
		exclusive("--prometheus and --openmetrics exclude each other");
	if (metrics && (arguments->json || arguments->watch_ns || arguments->output))
		exclusive("metrics go with none of --json, --output and --watch");
	if (arguments->input && (select->by_pid || select->by_id || arguments->watch_ns))
		exclusive("--input goes with neither a VM nor --watch");
	if (arguments->file && arguments->watch_ns)
		exclusive("--file does not go with --watch");
	pvhost_print_check(arguments->json, arguments->output);
}

int pvhost_stats(int argc, char **argv)
{
	struct arguments arguments = { };

	parse_stats(argc, argv, &arguments);
	check_stats(&arguments);
	if (arguments.watch_ns)
		pvhost_watch(pvhost_device_open(), &arguments.select, arguments.watch_ns,
			     arguments.json, arguments.output);
	else
		print_stats(&arguments);
	return EXIT_SUCCESS;
}
