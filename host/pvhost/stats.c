// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>

#include "pvhost.h"

#define MAX_WATCH_S	86400

/* Options of this command that have no short form */
enum {
	METRICS = PVHOST_NR_OPTIONS,
	WATCH,
};

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'J' },
	{ "openmetrics", no_argument, NULL, METRICS },
	{ "watch", optional_argument, NULL, WATCH },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct pvhost_column columns[] = {
	{ .title = "ID", .key = "id" },
	{ .title = "PID", .key = "pid" },
	{ .title = "CPU", .key = "cpu" },
	{ .title = "DOMAIN", .key = "domain" },
	{ .title = "VCPU-ID", .key = "vcpu_id" },
	{ .title = "TID", .key = "tid" },
	{ .title = "REQUESTS", .key = "requests" },
	{ .title = "LAZY", .key = "lazy" },
	{ .title = "READS", .key = "reads" },
	{ .title = "REFUSED", .key = "refused" },
	{ .title = "REQUEST", .key = "request" },
	{ .title = "KHZ", .key = "perf_khz" },
	{ .title = "CAP", .key = "cap_khz" },
	{ .title = "RECORD", .key = "record", .left = true },
	{ .title = "BACKEND", .key = "backend", .left = true },
	{ .title = "APPLIED", .key = "applied" },
	{ .title = "FAILED", .key = "failed" },
	{ .title = "WHY", .key = "fail_reason", .left = true },
};

/* NULL: the VM has ended meanwhile */
static struct json_object *document_vm(int fd, const struct kvm_pv_vm *vm)
{
	struct json_object *object, *cpus;
	__u64 requests = 0, lazy = 0, reads = 0, refused = 0;
	struct kvm_pv_cpu *stats;
	size_t i, nr;

	stats = pvhost_device_stats(fd, vm->id, &nr);
	if (!stats)
		return NULL;

	cpus = json_object_new_array();
	for (i = 0; i < nr; i++) {
		requests += stats[i].requests;
		lazy += stats[i].lazy;
		reads += stats[i].reads;
		refused += stats[i].refused;
		json_object_array_add(cpus, pvhost_document_cpu(i, &stats[i]));
	}
	free(stats);

	object = pvhost_document_vm(vm);
	json_object_object_add(object, "requests", pvhost_document_number(true, requests));
	json_object_object_add(object, "lazy", pvhost_document_number(true, lazy));
	json_object_object_add(object, "reads", pvhost_document_number(true, reads));
	json_object_object_add(object, "refused", pvhost_document_number(true, refused));
	json_object_object_add(object, "cpus", cpus);
	return object;
}

/**
 * pvhost_stats_document - statistics of VMs
 * @fd: /dev/kvm_pv
 * @select: which
 *
 * Returns NULL where one is selected and it is not attached.
 */
struct json_object *pvhost_stats_document(int fd, const struct pvhost_select *select)
{
	struct json_object *vms = json_object_new_array(), *vm;
	struct kvm_pv_vm *list;
	size_t i, nr;

	list = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		if (!pvhost_selects(select, &list[i]))
			continue;
		vm = document_vm(fd, &list[i]);
		if (vm)
			json_object_array_add(vms, vm);
	}
	free(list);

	if (!json_object_array_length(vms) && (select->by_pid || select->by_id)) {
		json_object_put(vms);
		return NULL;
	}

	return pvhost_document(vms);
}

static void print(int fd, const struct pvhost_select *select, bool json, bool metrics)
{
	struct json_object *document = pvhost_stats_document(fd, select);

	if (!document)
		pvhost_selects_none(select);

	if (metrics)
		pvhost_metrics_print(document);
	else if (json)
		pvhost_print_json(document);
	else
		pvhost_print_cpus(columns, ARRAY_SIZE(columns), document);
	json_object_put(document);
}

int pvhost_stats(int argc, char **argv)
{
	bool json = false, metrics = false;
	struct pvhost_select select = { };
	unsigned int watch_s = 0;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:i:Jh", options, NULL)) >= 0) {
		switch (c) {
		case 'J':
			json = true;
			break;
		case METRICS:
			metrics = true;
			break;
		case WATCH:
			watch_s = optarg ? pvhost_number("--watch", optarg, 1, MAX_WATCH_S) : 1;
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_select_option(&select, c, optarg))
				pvhost_try_help();
		}
	}

	pvhost_no_more(argc, argv);
	if (select.by_pid && select.by_id) {
		warnx("stats: --id goes with none of --pid, --name and --libvirt");
		pvhost_try_help();
	}
	if (metrics && (json || watch_s)) {
		warnx("stats: --openmetrics goes with neither --json nor --watch");
		pvhost_try_help();
	}

	fd = pvhost_device_open();
	if (watch_s)
		pvhost_watch(fd, &select, watch_s, json);
	else
		print(fd, &select, json, metrics);
	return EXIT_SUCCESS;
}
