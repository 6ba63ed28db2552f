// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypercalls: which calls the hypervisor announces.
 *
 * A call that works has an effect, so this section makes none.  KVM announces its calls by
 * features, and the host side announces PV_HC_* by the answer to PV_HC_QUERY.  The driver can
 * probe other calls without effects, and can know more calls.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "vcpuinfo.h"

#define HOST_FEATURES	MODULE_DIR "/host_features"

/* Columns that notes explain */
#define SUPPORT		"supported source allowed"

const struct column hypercalls_columns[] = {
	{ .key = "nr", .flags = COLUMN_RIGHT | COLUMN_HEX, .help = "number of the call" },
	{ .key = "nr_hex", .flags = COLUMN_OPTIONAL, .help = "the number, in hexadecimal" },
	{ .key = "name", .help = "name of the call" },
	{ .key = "supported", .help = "whether it is announced" },
	{ .key = "source", .help = "source of supported" },
	{ .key = "allowed", .help = "whether 'vcpuinfo call' can make it" },
	{}
};

/**
 * struct list - the section under construction
 * @rows: a row for each call
 * @probe: calls that the driver knows
 * @probed: @probe is valid
 */
struct list {
	struct json_object *rows;
	struct pv_probe probe;
	bool probed;
};

static void add(struct list *list, __u64 nr, const char *name, bool known, bool supported,
		const char *source)
{
	const struct pv_hypercall_probe *probe = pv_probe_find(&list->probe, nr);
	struct json_object *o = json_object_new_object();
	char hex[24];

	if (!known && probe && probe->answer != PV_HYPERCALL_UNKNOWN) {
		known = true;
		supported = probe->answer == PV_HYPERCALL_ANSWERED;
		source = "ioctl:probe";
	}
	snprintf(hex, sizeof(hex), "%#llx", (unsigned long long)nr);
	fact_u64(o, "nr", true, nr);
	fact_string(o, "nr_hex", hex);
	fact_string(o, "name", name);
	fact_bool(o, "supported", known, supported);
	fact_string(o, "source", known ? source : NULL);
	fact_bool(o, "allowed", list->probed,
		  probe && probe->out_flags & PV_HYPERCALL_ALLOWED);
	json_object_array_add(list->rows, o);
}

static bool has_feature(struct json_object *features, unsigned int bit)
{
	const char *name = pv_calls_feature(bit);
	size_t i;

	for (i = 0; name && i < json_object_array_length(features); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(features, i)),
			    name))
			return true;
	return false;
}

/* Calls that do not exist.  @source shows that the machine has no hypervisor, or not KVM. */
static void add_absent(struct list *list, const struct pv_call *calls, size_t nr,
		       const char *source)
{
	size_t i;

	for (i = 0; i < nr; i++)
		add(list, calls[i].nr, calls[i].name, true, false, source);
}

static void add_kvm(struct vcpuinfo *v, struct list *list)
{
	struct json_object *features = NULL, *source = NULL;
	const struct pv_call *calls;
	size_t i, nr;

	calls = pv_calls_kvm(&nr);
	if (hypervisor_kvm(v->hypervisor) == KVM_INTERFACE_ABSENT) {
		add_absent(list, calls, nr, hypervisor_member(v->hypervisor, "source"));
		return;
	}
	json_object_object_get_ex(v->hypervisor, "features", &features);
	json_object_object_get_ex(v->hypervisor, "features_source", &source);
	if (!features)
		note(v, "hypercalls", "calls of KVM: its features could not be read");

	for (i = 0; i < nr; i++) {
		bool known = features && calls[i].feature != PV_CALL_UNANNOUNCED;

		add(list, calls[i].nr, calls[i].name, known,
		    known && has_feature(features, calls[i].feature),
		    json_object_get_string(source));
	}
}

/* The answer to PV_QUERY_FEATURES; 0 without a host side */
static bool query_device(struct vcpuinfo *v, __u64 *features)
{
	struct pv_hypercall_query q;
	int err;

	err = pv_device_query(v->device, &q);
	if (err)
		note(v, "hypercalls", "PV_HC_*: query: %s", strerror(-err));
	*features = q.out_flags & PV_HYPERCALL_HOST ? q.features : 0;
	return !err;
}

/* The same from pv_hypervisor: a number, or "absent". */
static bool query_sysfs(struct vcpuinfo *v, __u64 *features)
{
	char *text = pv_sysfs_text(&v->sysfs, "%s", HOST_FEATURES);
	bool known = false;
	char *end;

	if (text) {
		*features = strtoull(text, &end, 16);
		known = !strcmp(text, "absent") || (end != text && !*end);
		if (!strcmp(text, "absent"))
			*features = 0;
	}
	free(text);
	return known;
}

static void add_own(struct vcpuinfo *v, struct list *list)
{
	const char *source = "ioctl:query";
	const struct pv_call *calls;
	__u64 features = 0;
	bool known;
	size_t i, nr;

	calls = pv_calls_own(&nr);
	if (v->device < 0 && note_not_kvm(v)) {
		note(v, "hypercalls", "%sPV_HC_*: absent: this is %s",
		     hypervisor_kvm(v->hypervisor) == KVM_INTERFACE_ABSENT ?
		     "KVM's calls and " : "", note_not_kvm(v));
		add_absent(list, calls, nr, hypervisor_member(v->hypervisor, "source"));
		return;
	}
	if (v->device >= 0) {
		known = query_device(v, &features);
	} else {
		known = query_sysfs(v, &features);
		source = "sysfs:" HOST_FEATURES;
	}
	if (!known && v->device < 0)
		note_device(v, "hypercalls", "PV_HC_*");
	else if (known && !features)
		note(v, "hypercalls",
		     "PV_HC_*: refused: on the host, load kvm_pv and attach this VM with pvhost");

	for (i = 0; i < nr; i++)
		add(list, calls[i].nr, calls[i].name, known,
		    features >> calls[i].feature & 1, source);
}

/* In one of the tables, or not assigned */
static bool has_row(__u64 nr)
{
	const struct pv_call *tables[2];
	size_t t, i, nrs[2];

	tables[0] = pv_calls_kvm(&nrs[0]);
	tables[1] = pv_calls_own(&nrs[1]);
	for (t = 0; t < ARRAY_SIZE(tables); t++)
		for (i = 0; i < nrs[t]; i++)
			if (tables[t][i].nr == nr)
				return true;
	return nr == PV_HC_UNASSIGNED;
}

static void add_probed(struct list *list)
{
	const struct pv_hypercall_probe *probe;
	size_t i;

	for (i = 0; i < list->probe.nr; i++) {
		probe = &list->probe.calls[i];
		if (probe->answer != PV_HYPERCALL_UNKNOWN && !has_row(probe->found))
			add(list, probe->found, probe->name, false, false, NULL);
	}
}

static void read_probe(struct vcpuinfo *v, struct list *list)
{
	int err;

	if (v->device < 0)
		return;
	err = pv_probe_read(v->device, &list->probe);
	list->probed = !err;
	if (err)
		pv_probe_free(&list->probe);
	if (err && err != -ENOTTY)
		note(v, "hypercalls", "probe: %s", strerror(-err));
}

struct json_object *hypercalls_read(struct vcpuinfo *v)
{
	const size_t notes = json_object_array_length(v->notes);
	struct list list = {};

	if (!fact_is_native(v)) {
		note(v, "hypercalls",
		     "not known: the recorded machine has another or an unknown architecture");
		return NULL;
	}
	list.rows = json_object_new_array();
	read_probe(v, &list);
	add_kvm(v, &list);
	add_probed(&list);
	add_own(v, &list);
	pv_probe_free(&list.probe);
	if (!note_wanted(v, SUPPORT))
		note_drop(v, notes);
	return list.rows;
}
