// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what the machine runs on, and which source says so.
 *
 * CPUID is asked first where there is one.  The module's sysfs directory adds what
 * only the kernel can see, and stands in where user space cannot look by itself;
 * what the kernel and firmware say in other files comes last.
 */
#include <stdio.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "hypervisor.h"

static const char *signature_text(struct json_object *element);
static const char *interface_text(struct json_object *element);
static const char *confidential_text(struct json_object *element);

const struct column hypervisor_columns[] = {
	{ .key = "virtual", .help = "whether there is a hypervisor" },
	{ .key = "vendor", .help = "what it is" },
	{ .key = "source", .help = "what says so" },
	{ .key = "evidence", .help = "strong, or weak: the board alone says so" },
	{ .key = "role", .help = "of a Xen domain or a Hyper-V partition" },
	{ .key = "role_source", .help = "what says so" },
	{ .key = "nested", .help = "whether the hypervisor runs on another" },
	{ .key = "nested_source", .help = "what says so" },
	{ .key = "below", .help = "the one below, where it shows" },
	{ .key = "extension", .help = "virtualisation extension for guests of its own" },
	{ .key = "extension_source", .help = "what says so" },
	{ .key = "conduit", .help = "instruction that calls it" },
	{ .key = "signatures", .help = "all that the machine shows", .text = signature_text },
	{ .key = "features", .help = "features that KVM announces" },
	{ .key = "features_source", .help = "where those were read" },
	{ .key = "hints", .help = "hints of KVM" },
	{ .key = "interfaces", .help = "others' that it offers", .text = interface_text },
	{ .key = "confidential", .help = "what keeps the host out", .text = confidential_text },
	{}
};

static const char *member(struct json_object *o, const char *key)
{
	return json_object_get_string(json_object_object_get(o, key));
}

static const char *signature_text(struct json_object *element)
{
	static char text[160];

	snprintf(text, sizeof(text), "%s (%s)",
		 member(element, "signature"), member(element, "source"));
	return text;
}

static const char *interface_text(struct json_object *element)
{
	const char *version = member(element, "version");
	static char text[160];

	snprintf(text, sizeof(text), "%s%s%s (%s)", member(element, "interface"),
		 version ? " " : "", version ? version : "", member(element, "source"));
	return text;
}

static const char *confidential_text(struct json_object *element)
{
	static char text[160];

	struct json_object *active = json_object_object_get(element, "active");
	const char *state = " perhaps";

	if (active)
		state = json_object_get_boolean(active) ? "" : " off";
	snprintf(text, sizeof(text), "%s%s%s (%s)", member(element, "kind"), state,
		 json_object_get_boolean(json_object_object_get(element, "paravisor")) ?
			", a paravisor" : "",
		 member(element, "source"));
	return text;
}

/* Functions of the SMC Calling Convention have bit 31 set, leaves of CPUID do not. */
void hypervisor_source(__u32 leaf, char *text, size_t size)
{
	if (leaf == PV_SMCCC_UID)
		snprintf(text, size, "smccc:vendor-uid");
	else if (leaf == PV_SMCCC_STANDARD_UID)
		snprintf(text, size, "smccc:standard-uid");
	else if (leaf >> 31)
		snprintf(text, size, "smccc:%#x", leaf);
	else
		snprintf(text, size, "cpuid:%#x", leaf);
}

void hypervisor_signature(struct json_object *o, const char *text, bool has_leaf,
			  __u32 leaf, const char *source)
{
	struct json_object *list = json_object_object_get(o, "signatures");
	struct json_object *signature = json_object_new_object();

	if (!list) {
		list = json_object_new_array();
		json_object_object_add(o, "signatures", list);
	}
	fact_string(signature, "signature", text);
	fact_u64(signature, "leaf", has_leaf, leaf);
	fact_string(signature, "source", source);
	json_object_array_add(list, signature);
}

/* @state as pv_confidential_state_name() has it; "unknown" and all else become null */
void hypervisor_confidential(struct json_object *o, const char *kind, const char *state,
			     bool paravisor, const char *source)
{
	struct json_object *list = json_object_object_get(o, "confidential");
	struct json_object *said = json_object_new_object();
	bool active = !strcmp(state, "active");

	if (!list) {
		list = json_object_new_array();
		json_object_object_add(o, "confidential", list);
	}
	fact_string(said, "kind", kind);
	fact_bool(said, "active", active || !strcmp(state, "inactive"), active);
	fact_bool(said, "paravisor", true, paravisor);
	fact_string(said, "source", source);
	json_object_array_add(list, said);
}

/* The hypervisor is itself a guest, of @vendor, which may be NULL. */
void hypervisor_below(struct json_object *o, const char *vendor, const char *source)
{
	fact_bool(o, "nested", true, true);
	fact_string(o, "nested_source", source);
	fact_string(o, "below", vendor);
}

/*
 * There is a hypervisor, as @source says; @vendor may be NULL.  The first source that
 * knows decides, and a later one only names what an earlier one could not.
 */
void hypervisor_is(struct json_object *o, const char *vendor, const char *source)
{
	struct json_object *virtual = json_object_object_get(o, "virtual");

	if (virtual && !json_object_get_boolean(virtual))
		return;
	if (json_object_object_get(o, "vendor") || (virtual && !vendor))
		return;
	fact_bool(o, "virtual", true, true);
	fact_string(o, "vendor", vendor);
	fact_string(o, "source", source);
	fact_string(o, "evidence", "strong");
}

/*
 * Without notes, since other sections build upon it too.  NULL where a recorded machine
 * is no such thing: @v->refused says why.
 */
struct json_object *hypervisor_detect(struct vcpuinfo *v)
{
	struct json_object *o = json_object_new_object();
	const struct column *c;

	for (c = hypervisor_columns; c->key; c++)
		json_object_object_add(o, c->key, NULL);

	if (!cpuid_read(v, o)) {
		json_object_put(o);
		return NULL;
	}
	module_read(v, o);
	xen_read(v, o);
	firmware_read(v, o);
	return o;
}

struct json_object *hypervisor_read(struct vcpuinfo *v)
{
	struct json_object *o = v->hypervisor;
	const char *vendor = member(o, "vendor"), *evidence = member(o, "evidence");

	if (!json_object_object_get(o, "virtual"))
		note(v, "hypervisor",
		     "not known: only the kernel can see it: load the module pv_hypervisor");
	else if (!strcmp(evidence, "weak"))
		note(v, "hypervisor",
		     "the board is that of a virtual machine, and nothing says what runs it: load the module pv_hypervisor");
	else if (vendor && !strcmp(vendor, "KVM") && !json_object_object_get(o, "conduit"))
		note(v, "hypervisor",
		     "conduit: there is no " MODULE_DIR ": load the module pv_hypervisor");
	return json_object_get(o);
}
