// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypercalls: which calls the hypervisor announces.
 *
 * None is called to find out, since a call that works has its effect: KVM's are judged
 * by the feature that announces them, ours by the answer to PV_HC_QUERY.
 */
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "userspace/libpv/calls.h"
#include "userspace/libpv/device.h"
#include "vcpuinfo.h"

#define HOST_FEATURES	MODULE_DIR "/host_features"

const struct column hypercalls_columns[] = {
	{ .key = "nr", .flags = COLUMN_RIGHT | COLUMN_HEX, .help = "number of the call" },
	{ .key = "name", .help = "name of the call" },
	{ .key = "supported", .help = "whether it is announced" },
	{ .key = "source", .help = "what announces it" },
	{}
};

static void add(struct json_object *list, const struct pv_call *call, bool known,
		bool supported, const char *source)
{
	struct json_object *o = json_object_new_object();

	fact_u64(o, "nr", true, call->nr);
	fact_string(o, "name", call->name);
	fact_bool(o, "supported", known, supported);
	fact_string(o, "source", known ? source : NULL);
	json_object_array_add(list, o);
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

static void add_kvm(struct vcpuinfo *v, struct json_object *list)
{
	struct json_object *features = NULL, *source = NULL;
	const struct pv_call *calls;
	size_t i, nr;

	json_object_object_get_ex(v->hypervisor, "features", &features);
	json_object_object_get_ex(v->hypervisor, "features_source", &source);
	if (!features)
		note(v, "hypercalls", "KVM's calls: its features are not known");

	calls = pv_calls_kvm(&nr);
	for (i = 0; i < nr; i++) {
		bool known = features && calls[i].feature != PV_CALL_UNANNOUNCED;

		add(list, &calls[i], known,
		    known && has_feature(features, calls[i].feature),
		    json_object_get_string(source));
	}
}

/* What PV_QUERY_FEATURES says, 0 where there is no host side to say it. */
static bool query_device(struct vcpuinfo *v, __u64 *features)
{
	struct pv_hypercall_query q;
	int err;

	err = pv_device_query(v->device, &q);
	if (err)
		note(v, "hypercalls", "PV_HC_*: query: %s", strerror(-err));
	*features = q.flags & PV_HYPERCALL_HOST ? q.features : 0;
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

static void add_own(struct vcpuinfo *v, struct json_object *list)
{
	const char *source = "ioctl:query";
	const struct pv_call *calls;
	__u64 features = 0;
	bool known;
	size_t i, nr;

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

	calls = pv_calls_own(&nr);
	for (i = 0; i < nr; i++)
		add(list, &calls[i], known, features >> calls[i].feature & 1, source);
}

struct json_object *hypercalls_read(struct vcpuinfo *v)
{
	struct json_object *list = json_object_new_array();

	add_kvm(v, list);
	add_own(v, list);
	return list;
}
