// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what the machine runs on, and which source says so.
 *
 * CPUID is asked first where there is one.  The module's sysfs directory adds what
 * only the kernel can see, and stands in where user space cannot look by itself; the
 * device tree comes last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/calls.h"
#include "userspace/libpv/cpuid.h"
#include "vcpuinfo.h"

#define DT_COMPATIBLE	"/sys/firmware/devicetree/base/hypervisor/compatible"
#define KVM_TEXT	"KVMKVMKVM"

static const char *signature_text(struct json_object *element);

const struct column hypervisor_columns[] = {
	{ .key = "virtual", .help = "whether there is a hypervisor" },
	{ .key = "vendor", .help = "what it is" },
	{ .key = "source", .help = "what says so" },
	{ .key = "conduit", .help = "instruction that calls it" },
	{ .key = "signatures", .help = "all that the machine shows", .text = signature_text },
	{ .key = "features", .help = "features that KVM announces" },
	{ .key = "features_source", .help = "where those were read" },
	{ .key = "hints", .help = "hints of KVM" },
	{}
};

/* Names in /hypervisor of a device tree. */
static const struct {
	const char *compatible;
	const char *vendor;
} dt_vendors[] = {
	{ "linux,kvm", "KVM" },
	{ "xen,xen", "Xen" },
	{ "gunyah-hypervisor", "Gunyah" },
};

static const char *signature_text(struct json_object *element)
{
	static char text[160];

	snprintf(text, sizeof(text), "%s (%s)",
		 json_object_get_string(json_object_object_get(element, "signature")),
		 json_object_get_string(json_object_object_get(element, "source")));
	return text;
}

/* Functions of the SMC Calling Convention have bit 31 set, leaves of CPUID do not. */
static void format_leaf(__u32 leaf, char *text, size_t size)
{
	if (leaf == PV_SMCCC_UID)
		snprintf(text, size, "smccc:vendor-uid");
	else if (leaf >> 31)
		snprintf(text, size, "smccc:%#x", leaf);
	else
		snprintf(text, size, "cpuid:%#x", leaf);
}

static void add_signature(struct json_object *list, const char *text, bool has_leaf,
			  __u32 leaf, const char *source)
{
	struct json_object *o = json_object_new_object();

	fact_string(o, "signature", text);
	fact_u64(o, "leaf", has_leaf, leaf);
	fact_string(o, "source", source);
	json_object_array_add(list, o);
}

static struct json_object *name_bits(__u32 bits, const char *(*name)(unsigned int bit))
{
	struct json_object *list = json_object_new_array();
	char unnamed[16];
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (!(bits >> bit & 1))
			continue;
		snprintf(unnamed, sizeof(unnamed), "bit-%u", bit);
		json_object_array_add(list, json_object_new_string(name(bit) ? name(bit)
									     : unnamed));
	}
	return list;
}

/* The leaf after KVM's own signature has the features: no such leaf, no answer. */
static void add_kvm_leaf(struct json_object *o, const struct pv_detected *d)
{
	char source[32];
	int i;

	for (i = 0; i < d->nr; i++)
		if (!strcmp(d->found[i].text, KVM_TEXT))
			break;
	if (i == d->nr)
		return;
	format_leaf(d->found[i].leaf + 1, source, sizeof(source));
	json_object_object_add(o, "features", name_bits(d->kvm_features[0], pv_calls_feature));
	fact_string(o, "features_source", source);
	json_object_object_add(o, "hints", name_bits(d->kvm_hints, pv_kvm_hint_x86));
}

static bool read_native(struct json_object *o)
{
	struct json_object *list;
	struct pv_detected d;
	char source[32];
	int i;

	if (!pv_cpuid_native(&d))
		return false;

	list = json_object_new_array();
	for (i = 0; i < d.nr; i++) {
		format_leaf(d.found[i].leaf, source, sizeof(source));
		add_signature(list, d.found[i].text, true, d.found[i].leaf, source);
		if (i == d.primary)
			fact_string(o, "source", source);
	}
	fact_bool(o, "virtual", true, d.hypervisor_bit);
	fact_string(o, "vendor", pv_detected_vendor(&d));
	json_object_object_add(o, "signatures", list);
	add_kvm_leaf(o, &d);
	if (!d.hypervisor_bit) {
		fact_string(o, "source", "cpuid:0x1");
		json_object_object_add(o, "features", json_object_new_array());
		fact_string(o, "features_source", "cpuid:0x1");
	}
	return true;
}

/* Each line is a signature, which may have blanks in it, and its leaf. */
static struct json_object *parse_signatures(char *text)
{
	struct json_object *list = json_object_new_array();
	char *line, *blank, *end, *save = NULL;
	char source[32];

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long leaf;

		blank = strrchr(line, ' ');
		if (!blank)
			continue;
		leaf = strtoul(blank + 1, &end, 16);
		if (*end || end == blank + 1 || leaf > 0xffffffff)
			continue;
		*blank = '\0';
		format_leaf(leaf, source, sizeof(source));
		add_signature(list, line, true, leaf, source);
	}
	return list;
}

static void add_module_facts(struct vcpuinfo *v, struct json_object *o)
{
	char *text;

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/vendor");
	if (text && *text) {
		fact_bool(o, "virtual", true, true);
		fact_string(o, "vendor", text);
		fact_string(o, "source", "sysfs:" MODULE_DIR "/vendor");
	}
	free(text);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/signatures");
	if (text)
		json_object_object_add(o, "signatures", parse_signatures(text));
	free(text);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/features");
	if (text) {
		json_object_object_add(o, "features", fact_words(text, "\n"));
		fact_string(o, "features_source", "sysfs:" MODULE_DIR "/features");
	}
	free(text);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/hints");
	if (text)
		json_object_object_add(o, "hints", fact_words(text, "\n"));
	free(text);
}

static bool read_module(struct vcpuinfo *v, struct json_object *o, bool native)
{
	char *conduit = pv_sysfs_text(&v->sysfs, MODULE_DIR "/conduit");

	if (!conduit)
		return false;
	fact_string(o, "conduit", conduit);
	if (!native)
		add_module_facts(v, o);
	free(conduit);
	return true;
}

static void read_dt(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, DT_COMPATIBLE);
	char *name, *save = NULL;
	struct json_object *list;
	size_t i;

	if (!text)
		return;
	list = json_object_new_array();
	for (name = strtok_r(text, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		add_signature(list, name, false, 0, "dt:/hypervisor");
		for (i = 0; i < ARRAY_SIZE(dt_vendors); i++)
			if (!strcmp(dt_vendors[i].compatible, name))
				fact_string(o, "vendor", dt_vendors[i].vendor);
	}
	fact_bool(o, "virtual", true, true);
	fact_string(o, "source", "dt:/hypervisor");
	json_object_object_add(o, "signatures", list);
	free(text);
}

/* Without notes, since other sections build upon it too. */
struct json_object *hypervisor_detect(struct vcpuinfo *v)
{
	struct json_object *o = json_object_new_object();
	const struct column *c;
	bool native, module;

	for (c = hypervisor_columns; c->key; c++)
		json_object_object_add(o, c->key, NULL);

	native = v->sysfs.live && read_native(o);
	module = read_module(v, o, native);
	if (!native && !module)
		read_dt(v, o);
	return o;
}

struct json_object *hypervisor_read(struct vcpuinfo *v)
{
	struct json_object *o = v->hypervisor;
	const char *vendor = json_object_get_string(json_object_object_get(o, "vendor"));

	if (!json_object_object_get(o, "virtual"))
		note(v, "hypervisor",
		     "not known: only the kernel can see it: load the module pv_hypervisor");
	else if (vendor && !strcmp(vendor, "KVM") && !json_object_object_get(o, "conduit"))
		note(v, "hypervisor",
		     "conduit: there is no " MODULE_DIR ": load the module pv_hypervisor");
	return json_object_get(o);
}
