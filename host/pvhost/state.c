// SPDX-License-Identifier: GPL-2.0
/*
 * The state of an attached VM as a document: how it was attached, and the registers.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include <pv/vcpufreq.h>

#include "pvhost.h"

#define FORMAT		"pvhost-state"
#define VERSION		1
#define OTHERS		"which is in the same domain"

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		errx(EXIT_FAILURE, "out of memory");
}

static struct json_object *number(__u64 value)
{
	return json_object_new_uint64(value);
}

static struct json_object *document_cpu(__u32 cpu, __u32 domain, const struct kvm_pv_state *state)
{
	bool asked = state->vcpu_id != KVM_PV_NO_VCPU;
	bool on = state->record_vcpu_id != KVM_PV_NO_VCPU;
	struct json_object *object = json_object_new_object();

	add(object, "cpu", number(cpu));
	add(object, "domain", number(domain));
	add(object, "sel", number(state->sel));
	add(object, "request", pvhost_document_number(state->request, state->request));
	add(object, "vcpu_id", pvhost_document_number(asked, state->vcpu_id));
	add(object, "record", json_object_new_boolean(on));
	add(object, "record_address", number(state->record));
	add(object, "record_vcpu_id", pvhost_document_number(on, state->record_vcpu_id));
	return object;
}

/**
 * pvhost_state_document - the state of a VM
 * @fd: /dev/kvm_pv
 * @vm: as the kernel tells it
 *
 * Returns NULL where there is no such VM (any more).
 */
struct json_object *pvhost_state_document(int fd, const struct kvm_pv_vm *vm)
{
	struct json_object *object, *cpus, *facts, *value;
	/* As list shows them */
	static const char * const keys[] = {
		"base", "vcpus", "table", "backend", "margin_percent", "expose_tid", "cap_khz",
	};
	struct kvm_pv_vm capped = *vm;
	struct kvm_pv_state *states;
	struct kvm_pv_cpu *stats;
	struct kvm_pv_save save;
	size_t i, nr;

	if (!pvhost_backend(vm->backend))
		errx(EXIT_FAILURE, "the kvm_pv that is loaded is newer than this pvhost");

	stats = pvhost_device_stats(fd, vm->id, &nr);
	states = stats ? pvhost_device_save(fd, vm->id, nr, &save) : NULL;
	if (!states)
		return NULL;

	object = json_object_new_object();
	add(object, "format", json_object_new_string(FORMAT));
	add(object, "version", number(VERSION));

	/* It goes with its generation. */
	capped.ceiling = save.ceiling;
	facts = pvhost_document_vm(&capped);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		json_object_object_get_ex(facts, keys[i], &value);
		add(object, keys[i], json_object_get(value));
	}
	json_object_put(facts);
	add(object, "cap_generation", number(save.generation));

	cpus = json_object_new_array();
	for (i = 0; i < nr; i++)
		json_object_array_add(cpus, document_cpu(i, stats[i].domain, &states[i]));
	add(object, "cpus", cpus);

	free(states);
	free(stats);
	return object;
}

static void read_table(struct pvhost_wish *wish, const struct pvhost_field *in)
{
	struct json_object *array = pvhost_field_array(in, "table", 1, KVM_PV_MAX_PERF,
						       &wish->nr_table);
	size_t i;

	wish->table = calloc(wish->nr_table, sizeof(*wish->table));
	if (!wish->table)
		err(EXIT_FAILURE, "table");

	for (i = 0; i < wish->nr_table; i++) {
		char key[32];

		snprintf(key, sizeof(key), "table[%zu]", i);
		wish->table[i] = pvhost_field_entry(in, key, array, i, 1, UINT32_MAX);
		if (i && wish->table[i] <= wish->table[i - 1])
			pvhost_field_bad(in, key, "is %u after %u: entries must ascend",
					 wish->table[i], wish->table[i - 1]);
	}
}

static void read_cap(struct pvhost_wish *wish, const struct pvhost_field *in)
{
	__u32 min = wish->nr_table == 1 ? 1 : wish->table[0];

	wish->ceiling = pvhost_field_known(in, "cap_khz", min, wish->table[wish->nr_table - 1], 0);
	wish->generation = pvhost_field_number(in, "cap_generation", 0, UINT32_MAX);
}

static void read_backend(struct pvhost_wish *wish, const struct pvhost_field *in)
{
	const char *name = pvhost_field_text(in, "backend");

	if (!pvhost_backend_find(name, &wish->backend))
		pvhost_field_bad(in, "backend", "is \"%s\", not record, uclamp or freq-qos", name);
	wish->margin = pvhost_field_known(in, "margin_percent", 0,
					  pvhost_backend(wish->backend)->margin ?
					  KVM_PV_MAX_MARGIN : 0, 0);
}

static void read_base(struct pvhost_wish *wish, const struct pvhost_field *in)
{
	__u64 max = UINT64_MAX - (__u64)wish->nr_cpus * PV_FREQ_STRIDE;

	wish->base = pvhost_field_number(in, "base", 0, max);
	if (wish->base % PV_FREQ_STRIDE)
		pvhost_field_bad(in, "base", "is no multiple of %u", PV_FREQ_STRIDE);
}

static void read_record(struct kvm_pv_state *state, const struct pvhost_field *in)
{
	bool on = pvhost_field_bool(in, "record"), owned;

	state->record = pvhost_field_number(in, "record_address", 0, UINT64_MAX);
	if (on && state->record % PV_FREQ_RECORD_ALIGN)
		pvhost_field_bad(in, "record_address", "is no multiple of %u, and the record is on",
				 PV_FREQ_RECORD_ALIGN);

	state->record_vcpu_id = pvhost_field_known(in, "record_vcpu_id", 0, INT32_MAX,
						   KVM_PV_NO_VCPU);
	owned = state->record_vcpu_id != KVM_PV_NO_VCPU;
	if (on != owned)
		pvhost_field_bad(in, "record_vcpu_id", "is %s, and the record is %s",
				 on ? "null" : "a vCPU", on ? "on" : "off");
}

/* Whether what CPU @i says goes with what CPU @j says */
static void compare(const struct pvhost_wish *wish, size_t i, size_t j,
		    const struct pvhost_field *in)
{
	const struct kvm_pv_state *is = &wish->states[i], *other = &wish->states[j];

	if (is->record_vcpu_id != KVM_PV_NO_VCPU && is->record_vcpu_id == other->record_vcpu_id)
		pvhost_field_bad(in, "record_vcpu_id",
				 "is %u, as that of cpus[%zu]: a vCPU has one record",
				 is->record_vcpu_id, j);
	if (wish->domains[i] != wish->domains[j])
		return;
	if (is->request != other->request)
		pvhost_field_bad(in, "request", "is not that of cpus[%zu], " OTHERS, j);
	if (is->vcpu_id != other->vcpu_id)
		pvhost_field_bad(in, "vcpu_id", "is not that of cpus[%zu], " OTHERS, j);
}

static void read_cpu(struct pvhost_wish *wish, size_t i, const struct pvhost_field *in)
{
	struct kvm_pv_state *state = &wish->states[i];
	size_t j;

	pvhost_field_number(in, "cpu", i, i);
	wish->domains[i] = pvhost_field_number(in, "domain", 0, UINT32_MAX);
	state->sel = pvhost_field_number(in, "sel", 0, UINT32_MAX);
	state->request = pvhost_field_known(in, "request", 1, UINT32_MAX, 0);
	state->vcpu_id = pvhost_field_known(in, "vcpu_id", 0, INT32_MAX, KVM_PV_NO_VCPU);
	read_record(state, in);

	for (j = 0; j < i; j++)
		compare(wish, i, j, in);
}

static void read_cpus(struct pvhost_wish *wish, const struct pvhost_field *in)
{
	struct pvhost_field cpu = { .file = in->file };
	struct json_object *array;
	size_t i;

	array = pvhost_field_array(in, "cpus", 1, PVHOST_MAX_VCPUS, &wish->nr_domains);
	wish->nr_cpus = pvhost_field_number(in, "vcpus", wish->nr_domains, wish->nr_domains);
	wish->domains = calloc(wish->nr_cpus, sizeof(*wish->domains));
	wish->states = calloc(wish->nr_cpus, sizeof(*wish->states));
	if (!wish->domains || !wish->states)
		err(EXIT_FAILURE, "cpus");

	for (i = 0; i < wish->nr_cpus; i++) {
		snprintf(cpu.where, sizeof(cpu.where), "cpus[%zu].", i);
		cpu.object = json_object_array_get_idx(array, i);
		if (!json_object_is_type(cpu.object, json_type_object))
			pvhost_field_bad(&cpu, "", "is no object");
		read_cpu(wish, i, &cpu);
	}
}

/**
 * pvhost_state_read - how a VM is to be attached, and its registers
 * @wish: what is found
 * @path: file that pvhost save wrote, NULL: standard input
 */
void pvhost_state_read(struct pvhost_wish *wish, const char *path)
{
	struct pvhost_field in;

	pvhost_field_open(&in, path);
	if (strcmp(pvhost_field_text(&in, "format"), FORMAT))
		pvhost_field_bad(&in, "format", "is not \"" FORMAT "\"");
	if (pvhost_field_number(&in, "version", 1, UINT32_MAX) != VERSION)
		errx(EXIT_FAILURE, "%s: saved by a newer pvhost: restore it with that", in.file);

	read_cpus(wish, &in);
	read_base(wish, &in);
	read_table(wish, &in);
	read_cap(wish, &in);
	read_backend(wish, &in);
	wish->flags = pvhost_field_bool(&in, "expose_tid") ? KVM_PV_EXPOSE_TID : 0;

	json_object_put(in.object);
}
