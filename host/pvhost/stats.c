// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"
#include "select.h"
#include "userspace/libpv/interval.h"
#include "userspace/libpv/replace.h"

#define MAX_WATCH_S	86400

/* Options of this command that have no short form */
enum {
	PROMETHEUS = PVHOST_NR_OPTIONS,
	OPENMETRICS,
	INPUT,
	TO_FILE,
	WATCH,
};

static const struct option options[] = {
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
static const struct pvhost_column columns[] = {
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
 * struct arguments - arguments of the command
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

static void print(const struct arguments *arguments)
{
	struct pv_replace file;
	struct json_object *document;
	struct pvhost_column *selected;
	size_t nr;

	/* Rejects unknown columns first. */
	selected = pvhost_print_columns(columns, ARRAY_SIZE(columns), arguments->output, &nr);
	if (arguments->input)
		document = pvhost_saved_read(arguments->input);
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

static void parse(int argc, char **argv, struct arguments *arguments)
{
	int c;

	while ((c = getopt_long(argc, argv, "p:i:Jo:h", options, NULL)) >= 0) {
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

static void check(const struct arguments *arguments)
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

	parse(argc, argv, &arguments);
	check(&arguments);
	if (arguments.watch_ns)
		pvhost_watch(pvhost_device_open(), &arguments.select, arguments.watch_ns,
			     arguments.json, arguments.output);
	else
		print(&arguments);
	return EXIT_SUCCESS;
}
