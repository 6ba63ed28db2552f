// SPDX-License-Identifier: GPL-2.0
/*
 * The document that list and stats show, as JSON or as a table.  What is not known
 * is null.
 */
#include <err.h>
#include <stdlib.h>

#include "pvhost.h"

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		errx(EXIT_FAILURE, "out of memory");
}

struct json_object *pvhost_document_number(bool known, __u64 value)
{
	return known ? json_object_new_uint64(value) : NULL;
}

/**
 * pvhost_document_vm - facts of one VM
 * @vm: as the kernel tells them
 */
struct json_object *pvhost_document_vm(const struct kvm_pv_vm *vm)
{
	struct json_object *object = json_object_new_object();
	const struct pvhost_backend *backend = pvhost_backend(vm->backend);
	struct json_object *table = json_object_new_array();
	const char *telemetry = pvhost_device_level_name(vm->telemetry);
	char *name = vm->pid ? pvhost_cmdline_vm(vm->pid) : NULL;
	__u32 i;

	for (i = 0; i < vm->nr_perf && i < KVM_PV_MAX_PERF; i++)
		json_object_array_add(table, json_object_new_uint64(vm->perf[i]));

	add(object, "id", json_object_new_uint64(vm->id));
	add(object, "pid", pvhost_document_number(vm->pid, vm->pid));
	add(object, "name", name ? json_object_new_string(name) : NULL);
	free(name);
	add(object, "base", json_object_new_uint64(vm->base));
	add(object, "shared", pvhost_document_number(vm->shared, vm->shared));
	add(object, "vcpus", json_object_new_uint64(vm->nr_cpus));
	add(object, "expose_tid", json_object_new_boolean(vm->flags & KVM_PV_EXPOSE_TID));
	add(object, "expose_frequency", json_object_new_boolean(vm->flags & KVM_PV_EXPOSE_FREQ));
	add(object, "expose_exits", json_object_new_boolean(vm->flags & KVM_PV_EXPOSE_EXITS));
	add(object, "hypercalls", pvhost_document_number(vm->flags & KVM_PV_HYPERCALLS,
							 vm->hypercalls));
	add(object, "table", table);
	add(object, "backend", backend ? json_object_new_string(backend->name) : NULL);
	add(object, "margin_percent", pvhost_document_number(backend && backend->margin,
							     vm->margin));
	add(object, "max_rate", pvhost_document_number(vm->max_rate, vm->max_rate));
	add(object, "cap_khz", pvhost_document_number(vm->cap, vm->cap));
	add(object, "telemetry", telemetry ? json_object_new_string(telemetry) : NULL);
	return object;
}

static const char * const fail_reasons[] = {
	[KVM_PV_FAIL_PIN]	= "pin",
	[KVM_PV_FAIL_POLICY]	= "policy",
	[KVM_PV_FAIL_REFUSED]	= "refused",
};

/* NULL: the kernel reports none, or one of a kvm_pv that is newer than this pvhost */
static struct json_object *reason(const char * const *names, size_t nr, __u32 i)
{
	if (i >= nr || !names[i])
		return NULL;

	return json_object_new_string(names[i]);
}

/**
 * pvhost_document_cpu - facts of one window
 * @cpu: its number
 * @stats: as the kernel tells them
 */
struct json_object *pvhost_document_cpu(__u32 cpu, const struct kvm_pv_cpu *stats)
{
	struct json_object *object = json_object_new_object();

	add(object, "cpu", json_object_new_uint64(cpu));
	add(object, "requests", json_object_new_uint64(stats->requests + stats->deferred));
	add(object, "register_writes", json_object_new_uint64(stats->requests));
	add(object, "deferred", json_object_new_uint64(stats->deferred));
	add(object, "reads", json_object_new_uint64(stats->reads));
	add(object, "refused", json_object_new_uint64(stats->refused));
	add(object, "request_khz", pvhost_document_number(stats->request, stats->request));
	add(object, "perf_khz", json_object_new_uint64(stats->perf));
	add(object, "domain", json_object_new_uint64(stats->domain));
	add(object, "tid", pvhost_document_number(stats->tid, stats->tid));
	add(object, "vcpu_id", pvhost_document_number(stats->vcpu_id != UINT32_MAX,
						      stats->vcpu_id));
	add(object, "record", json_object_new_boolean(stats->record));
	add(object, "applied", json_object_new_uint64(stats->applied));
	add(object, "failed", json_object_new_uint64(stats->failed));
	add(object, "suppressed", json_object_new_uint64(stats->suppressed));
	add(object, "fail_reason", reason(fail_reasons, ARRAY_SIZE(fail_reasons),
					  stats->fail_reason));
	return object;
}

/* NULL: the module has no version, or is not loaded. */
static struct json_object *module_version(void)
{
	struct json_object *object;
	struct pv_sysfs sysfs;
	char *version;

	if (pv_sysfs_open(&sysfs, NULL))
		return NULL;
	version = pv_sysfs_text(&sysfs, "/sys/module/kvm_pv/version");
	pv_sysfs_close(&sysfs);

	object = version ? json_object_new_string(version) : NULL;
	free(version);
	return object;
}

/**
 * pvhost_document - the document of list and stats
 * @vms: the VMs; the document owns them
 */
struct json_object *pvhost_document(struct json_object *vms)
{
	struct json_object *document = json_object_new_object();

	add(document, "version", json_object_new_string(PV_VERSION));
	add(document, "module_version", module_version());
	add(document, "vms", vms);
	return document;
}

/* NULL: the VM has ended */
static struct json_object *document_vm(int fd, const struct kvm_pv_vm *vm)
{
	struct json_object *object, *cpus;
	__u64 writes = 0, deferred = 0, reads = 0, refused = 0;
	struct kvm_pv_cpu *stats;
	size_t i, nr;

	stats = pvhost_device_stats(fd, vm->id, &nr);
	if (!stats)
		return NULL;

	cpus = json_object_new_array();
	for (i = 0; i < nr; i++) {
		writes += stats[i].requests;
		deferred += stats[i].deferred;
		reads += stats[i].reads;
		refused += stats[i].refused;
		json_object_array_add(cpus, pvhost_document_cpu(i, &stats[i]));
	}
	free(stats);

	object = pvhost_document_vm(vm);
	add(object, "requests", pvhost_document_number(true, writes + deferred));
	add(object, "register_writes", pvhost_document_number(true, writes));
	add(object, "deferred", pvhost_document_number(true, deferred));
	add(object, "reads", pvhost_document_number(true, reads));
	add(object, "refused", pvhost_document_number(true, refused));
	add(object, "cpus", cpus);
	return object;
}

/**
 * pvhost_document_stats - statistics of VMs
 * @fd: /dev/kvm_pv
 * @select: which
 *
 * Returns NULL where one is selected and it is not attached.
 */
struct json_object *pvhost_document_stats(int fd, const struct pvhost_select *select)
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
