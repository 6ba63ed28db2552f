// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what the sources of facts add to the section, and what other sections ask.
 */
#include <stdio.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "vcpuinfo.h"

const char *hypervisor_member(struct json_object *o, const char *key)
{
	return json_object_get_string(json_object_object_get(o, key));
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

/* Entry of the table for a string of CPUID, or for a UID in its usual form */
static const struct pv_signature *find_known(const char *text, __u32 leaf)
{
	unsigned char b[16];
	__u32 uid[4] = {};
	int i, nr, end = 0;

	if (!(leaf >> 31))
		return pv_signature_by_text(text);
	nr = sscanf(text,
		    "%2hhx%2hhx%2hhx%2hhx-%2hhx%2hhx-%2hhx%2hhx-%2hhx%2hhx-%2hhx%2hhx%2hhx%2hhx%2hhx%2hhx%n",
		    &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7], &b[8], &b[9],
		    &b[10], &b[11], &b[12], &b[13], &b[14], &b[15], &end);
	if (nr != 16 || !end || text[end])
		return NULL;
	for (i = 0; i < 16; i++)
		uid[i / 4] |= (__u32)b[i] << (i % 4 * 8);
	return pv_signature_by_uid(uid);
}

void hypervisor_signature(struct json_object *o, const char *text, bool has_leaf,
			  __u32 leaf, const char *source)
{
	struct json_object *list = json_object_object_get(o, "signatures");
	struct json_object *signature = json_object_new_object();
	const struct pv_signature *known = has_leaf ? find_known(text, leaf) : NULL;

	if (!list) {
		list = json_object_new_array();
		json_object_object_add(o, "signatures", list);
	}
	fact_string(signature, "signature", text);
	fact_u64(signature, "leaf", has_leaf, leaf);
	fact_string(signature, "source", source);
	fact_string(signature, "vendor", known ? known->vendor : NULL);
	json_object_array_add(list, signature);
}

/* @version can be NULL, and then @version_source is not used. */
struct json_object *hypervisor_interface(const char *name, __u32 leaf, const char *version,
					 const char *version_source)
{
	struct json_object *o = json_object_new_object();
	char source[32];

	hypervisor_source(leaf, source, sizeof(source));
	fact_string(o, "interface", name);
	fact_string(o, "source", source);
	fact_string(o, "version", version);
	fact_string(o, "version_source", version ? version_source : NULL);
	json_object_object_add(o, "groups", json_object_new_array());
	return o;
}

/* @state is that of pv_confidential_state_name(); "unknown" and invalid names become null. */
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

/* The hypervisor is a guest of @vendor, which can be NULL. */
void hypervisor_below(struct json_object *o, const char *vendor, const char *source)
{
	fact_bool(o, "nested", true, true);
	fact_string(o, "nested_source", source);
	fact_string(o, "parent_hypervisor", vendor);
}

/* CPUID does not trap, so it describes the machine below the hypervisor. */
void hypervisor_move_below(struct json_object *o)
{
	static const char * const of_below[] = {
		"hw_virt", "hw_virt_source", "features", "features_source", "hints",
		"compat_interfaces", "role", "role_source", "virtualized", "vendor", "source",
		"confidence",
	};
	struct json_object *shown = json_object_object_get(o, "signatures");
	size_t i;

	/* The bit alone can be that of the hypervisor itself. */
	if (shown && json_object_array_length(shown))
		hypervisor_below(o, hypervisor_member(o, "vendor"),
				 hypervisor_member(o, "source"));
	for (i = 0; i < ARRAY_SIZE(of_below); i++)
		json_object_object_add(o, of_below[i], NULL);
}

/*
 * @source shows a hypervisor; @vendor can be NULL.  The first source that names the vendor
 * has precedence.
 */
void hypervisor_is(struct json_object *o, const char *vendor, const char *source)
{
	struct json_object *virtual = json_object_object_get(o, "virtualized");

	if (virtual && !json_object_get_boolean(virtual))
		return;
	if (json_object_object_get(o, "vendor") || (virtual && !vendor))
		return;
	fact_bool(o, "virtualized", true, true);
	fact_string(o, "vendor", vendor);
	fact_string(o, "source", source);
	fact_string(o, "confidence", "high");
}

static bool offers_kvm(struct json_object *o)
{
	struct json_object *list = json_object_object_get(o, "compat_interfaces");
	size_t i;

	for (i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *e = json_object_array_get_idx(list, i);

		if (!strcmp(hypervisor_member(e, "interface"), "kvm"))
			return true;
	}
	return false;
}

/*
 * Whether KVM's hypercalls exist.  A known vendor without KVM's interface and a real machine
 * do not have them; a hypervisor that hides its vendor can be KVM.
 */
enum kvm_interface hypervisor_kvm(struct json_object *o)
{
	struct json_object *virtual = json_object_object_get(o, "virtualized");
	const char *vendor = hypervisor_member(o, "vendor");

	if (offers_kvm(o) || (vendor && !strcmp(vendor, "KVM")))
		return KVM_INTERFACE_PRESENT;
	if (vendor || (virtual && !json_object_get_boolean(virtual)))
		return KVM_INTERFACE_ABSENT;
	return KVM_INTERFACE_UNKNOWN;
}
