// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>

#include "pvhost.h"

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'J' },
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
	{ .title = "WRITES", .key = "record_writes" },
	{ .title = "DROPPED", .key = "dropped" },
	{ .title = "REASON", .key = "drop_reason", .left = true },
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

static void print_table(struct json_object *vms)
{
	struct libscols_table *table = pvhost_print_begin(columns, ARRAY_SIZE(columns));
	struct json_object *vm, *cpus;
	size_t i, j;

	for (i = 0; i < json_object_array_length(vms); i++) {
		vm = json_object_array_get_idx(vms, i);
		json_object_object_get_ex(vm, "cpus", &cpus);
		for (j = 0; j < json_object_array_length(cpus); j++)
			pvhost_print_row(table, columns, ARRAY_SIZE(columns),
					 json_object_array_get_idx(cpus, j), vm);
	}
	pvhost_print_end(table);
}

static struct json_object *document(const struct pvhost_select *select)
{
	struct json_object *vms = json_object_new_array(), *vm;
	int fd = pvhost_device_open();
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

	if (!json_object_array_length(vms) && (select->by_pid || select->by_id))
		pvhost_selects_none(select);

	return pvhost_document(vms);
}

int pvhost_stats(int argc, char **argv)
{
	struct pvhost_select select = { };
	struct json_object *facts, *vms;
	bool json = false;
	int c;

	while ((c = getopt_long(argc, argv, "p:i:Jh", options, NULL)) >= 0) {
		switch (c) {
		case 'J':
			json = true;
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
		warnx("stats: --pid and --id do not go together");
		pvhost_try_help();
	}

	facts = document(&select);
	if (json) {
		pvhost_print_json(facts);
	} else {
		json_object_object_get_ex(facts, "vms", &vms);
		print_table(vms);
	}

	json_object_put(facts);
	return EXIT_SUCCESS;
}
