// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: the hypervisor, its interfaces, and the source of each fact.
 *
 * CPUID is read first if the architecture has it.  The module's sysfs directory adds what
 * only the kernel can read.  Other files of the kernel and of firmware come last; verdict.c
 * compares their facts with CPUID.
 */
#include <stdio.h>
#include <string.h>

#include "vcpuinfo.h"

static const char *signature_text(struct json_object *element);
static const char *interface_text(struct json_object *element);
static const char *confidential_text(struct json_object *element);

const struct column hypervisor_fields[] = {
	{ .key = "virtualized", .help = "whether a hypervisor runs this machine",
	  .source = "source" },
	{ .key = "vendor", .help = "hypervisor that runs it", .source = "source" },
	{ .key = "source", .flags = COLUMN_OPTIONAL, .help = "source of virtualized and vendor" },
	{ .key = "confidence", .help = "high, or low: other hypervisors can show it, too" },
	{ .key = "product", .help = "VMM or cloud", .source = "product_source" },
	{ .key = "product_source", .flags = COLUMN_OPTIONAL, .help = "source of the product" },
	{ .key = "role", .help = "of a Xen domain or a Hyper-V partition",
	  .source = "role_source" },
	{ .key = "role_source", .flags = COLUMN_OPTIONAL, .help = "source of the role" },
	{ .key = "nested", .help = "whether the hypervisor is a guest itself",
	  .source = "nested_source" },
	{ .key = "nested_source", .flags = COLUMN_OPTIONAL, .help = "source of nested" },
	{ .key = "parent_hypervisor", .help = "hypervisor below, if it is visible" },
	{ .key = "hw_virt", .help = "virtualisation extension: vmx, svm or none",
	  .source = "hw_virt_source" },
	{ .key = "hw_virt_source", .flags = COLUMN_OPTIONAL, .help = "source of hw_virt" },
	{ .key = "hypercall_instruction", .help = "instruction of hypercalls" },
	{ .key = "signatures", .help = "all signatures", .text = signature_text },
	{ .key = "features", .help = "features of KVM's interface" },
	{ .key = "features_source", .flags = COLUMN_OPTIONAL, .help = "source of the features" },
	{ .key = "hints", .help = "hints of KVM's interface" },
	{ .key = "compat_interfaces", .help = "interfaces that it offers",
	  .text = interface_text },
	{ .key = "confidential", .help = "protection of memory from the host",
	  .text = confidential_text },
	{}
};

static const char *signature_text(struct json_object *element)
{
	const char *signature = hypervisor_member(element, "signature");
	static char text[160];
	size_t len = strlen(signature);

	/* Signatures of CPUID have 12 characters, so some end with blanks. */
	while (len && signature[len - 1] == ' ')
		len--;
	snprintf(text, sizeof(text), "%.*s (%s)", (int)len, signature,
		 hypervisor_member(element, "source"));
	return text;
}

static const char *interface_text(struct json_object *element)
{
	const char *version = hypervisor_member(element, "version");
	static char text[160];

	snprintf(text, sizeof(text), "%s%s%s (%s)", hypervisor_member(element, "interface"),
		 version ? " " : "", version ? version : "", hypervisor_member(element, "source"));
	return text;
}

static const char *confidential_text(struct json_object *element)
{
	static char text[160];

	struct json_object *active = json_object_object_get(element, "active");
	const char *state = ", state unknown";

	if (active)
		state = json_object_get_boolean(active) ? "" : ", off";
	snprintf(text, sizeof(text), "%s (%s%s%s)", hypervisor_member(element, "kind"),
		 hypervisor_member(element, "source"), state,
		 json_object_get_boolean(json_object_object_get(element, "paravisor")) ?
			", with a paravisor" : "");
	return text;
}

/*
 * Without notes, because other sections use it, too.  NULL if a recorded machine is not
 * valid: @v->refused is the reason.
 */
struct json_object *hypervisor_detect(struct vcpuinfo *v)
{
	struct json_object *o = json_object_new_object();
	struct evidence_list list = {};
	const struct column *c;

	for (c = hypervisor_fields; c->key; c++)
		json_object_object_add(o, c->key, NULL);

	if (!cpuid_read(v, o)) {
		json_object_put(o);
		return NULL;
	}
	kernel_read(v, o, &list);
	firmware_read(v, o, &list);
	devices_read(v, &list);
	smbios_read(v, &list);
	verdict_decide(o, &list);
	return o;
}

/* What CPUID shows and what contradicts it */
static void note_unknown(struct vcpuinfo *v, struct json_object *o)
{
	const char *source = hypervisor_member(o, "source");

	/* Without CPUID only the kernel can detect the hypervisor. */
	if (source && json_object_object_get(o, "hw_virt"))
		note(v, "hypervisor",
		     "CPUID shows no hypervisor, but %s can be that of a virtual machine", source);
	else
		note(v, "hypervisor",
		     "not known: only the kernel can detect it: load the module pv_hypervisor");
}

static void note_weak(struct vcpuinfo *v, struct json_object *o)
{
	const char *vendor = hypervisor_member(o, "vendor");

	if (vendor)
		note(v, "hypervisor",
		     "other hypervisors can show this, too, and nothing else confirms %s", vendor);
	else if (json_object_object_get(o, "hw_virt"))
		note(v, "hypervisor", "only %s shows a virtual machine, without the hypervisor",
		     hypervisor_member(o, "source"));
	else
		note(v, "hypervisor",
		     "only %s shows a virtual machine, without the hypervisor: load the module pv_hypervisor",
		     hypervisor_member(o, "source"));
}

static void note_conduit(struct vcpuinfo *v, struct json_object *o)
{
	if (!note_wanted(v, "hypercall_instruction") ||
	    hypervisor_kvm(o) != KVM_INTERFACE_PRESENT || note_not_kvm(v) ||
	    json_object_object_get(o, "hypercall_instruction"))
		return;
	if (note_rejects_calls(v))
		note(v, "hypervisor",
		     "hypercall_instruction: the hypervisor rejects hypercalls: see the kernel log");
	else
		note(v, "hypervisor",
		     "hypercall_instruction: not known: load the module pv_hypervisor");
}

static void note_vendor(struct vcpuinfo *v, struct json_object *o)
{
	if (!json_object_object_get(o, "virtualized"))
		note_unknown(v, o);
	else if (!strcmp(hypervisor_member(o, "confidence"), "low"))
		note_weak(v, o);
}

struct json_object *hypervisor_read(struct vcpuinfo *v)
{
	struct json_object *o = v->hypervisor;

	if (note_wanted(v, "virtualized vendor source confidence"))
		note_vendor(v, o);
	note_conduit(v, o);
	if (firmware_is_denied(v) && note_wanted(v, "signatures vendor product confidence"))
		note(v, "hypervisor",
		     "signatures: tables of the firmware can only be read by root: run as root");
	return json_object_get(o);
}
