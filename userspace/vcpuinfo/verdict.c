// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: the result, from CPUID and hypercalls, and from facts that a VMM cannot
 * hide in CPUID.
 *
 * CPUID and hypercalls come first.  A device that names another VMM replaces a vendor that
 * comes from the signature of an interface, because hypervisors implement the interfaces of
 * others.  A fact of another source
 *
 * - confirms a vendor that it names, too;
 * - names the vendor if CPUID does not;
 * - contradicts CPUID if CPUID shows no hypervisor: a missing bit proves nothing.
 *
 * Real machines have the names of vendors in DMI, and users of a VMM can choose the strings.
 * So DMI names a vendor only together with another fact, with weak evidence.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vcpuinfo.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* A machine can have hundreds of PCI devices, so repeated facts are dropped. */
void evidence_add(struct evidence_list *list, const struct evidence *fact,
		  const char *fmt, ...)
{
	struct evidence *e;
	va_list ap;
	size_t i;

	for (i = 0; i < list->nr; i++) {
		e = &list->facts[i];
		if (e->kind == fact->kind && same(e->vendor, fact->vendor) &&
		    same(e->product, fact->product) && same(e->excludes, fact->excludes))
			return;
	}
	if (list->nr == EVIDENCE_MAX)
		return;
	e = &list->facts[list->nr++];
	*e = *fact;
	va_start(ap, fmt);
	vsnprintf(e->source, sizeof(e->source), fmt, ap);
	va_end(ap);
}

/* A fact that rules out @vendor */
static const struct evidence *find_excluding(const struct evidence_list *list,
					     const char *vendor)
{
	const struct evidence *e;

	for (e = list->facts; e < list->facts + list->nr; e++)
		if (e->excludes && !strcmp(e->excludes, vendor))
			return e;
	return NULL;
}

static const struct evidence *find(const struct evidence_list *list, enum evidence_kind kind)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (list->facts[i].kind == kind)
			return &list->facts[i];
	return NULL;
}

/* The first fact of this kind that names a vendor which no other fact excludes */
static const struct evidence *find_vendor(const struct evidence_list *list,
					  enum evidence_kind kind)
{
	const struct evidence *e;

	for (e = list->facts; e < list->facts + list->nr; e++)
		if (e->kind == kind && e->vendor && !find_excluding(list, e->vendor))
			return e;
	return NULL;
}

/* A name in DMI counts if another fact confirms that the machine is virtual. */
static const struct evidence *find_confirmed_text(const struct evidence_list *list)
{
	if (!find(list, EVIDENCE_FIRMWARE) && !find(list, EVIDENCE_DEVICE))
		return NULL;
	return find_vendor(list, EVIDENCE_TEXT);
}

/* A device of a VMM that runs on several hypervisors */
static const struct evidence *find_product(const struct evidence_list *list)
{
	const struct evidence *e;

	for (e = list->facts; e < list->facts + list->nr; e++)
		if (e->kind == EVIDENCE_DEVICE && e->product)
			return e;
	return NULL;
}

/* A fact that a real machine can have, too, so nothing is certain. */
static void set_unknown(struct json_object *o, const struct evidence_list *list)
{
	static const enum evidence_kind kinds[] = {
		EVIDENCE_DEVICE, EVIDENCE_FIRMWARE, EVIDENCE_INTERFACE, EVIDENCE_TEXT,
	};
	const struct evidence *e = NULL;
	size_t i;

	for (i = 0; !e && i < ARRAY_SIZE(kinds); i++)
		e = find(list, kinds[i]);
	if (!e)
		return;
	fact_bool(o, "virtualized", false, false);
	fact_string(o, "source", e->source);
	fact_string(o, "confidence", NULL);
}

static void set(struct json_object *o, const char *vendor, const char *source,
		const char *evidence)
{
	/* The role is that in a domain of the former vendor. */
	if (!same(vendor, hypervisor_member(o, "vendor"))) {
		fact_string(o, "role", NULL);
		fact_string(o, "role_source", NULL);
	}
	fact_bool(o, "virtualized", true, true);
	fact_string(o, "vendor", vendor);
	fact_string(o, "source", source);
	fact_string(o, "confidence", evidence);
}

/* Signatures of these vendors announce interfaces that other hypervisors implement. */
static bool is_interface_owner(const char *vendor)
{
	return !strcmp(vendor, "KVM") || !strcmp(vendor, "Hyper-V") || !strcmp(vendor, "Xen");
}

/*
 * A device of another VMM.  KVM can emulate the devices of Hyper-V and Xen together with
 * their interfaces.
 */
static const struct evidence *find_other(const struct evidence_list *list, const char *vendor)
{
	const struct evidence *e;

	for (e = list->facts; e < list->facts + list->nr; e++) {
		if (e->kind != EVIDENCE_DEVICE || !e->vendor || !strcmp(e->vendor, vendor))
			continue;
		if (!find_excluding(list, e->vendor) && !is_interface_owner(e->vendor))
			return e;
	}
	return NULL;
}

/* Xen's domains have devices of QEMU, and so have VMs of KVM with Xen's interface. */
static bool is_confirmed(const struct evidence_list *list, const char *vendor)
{
	bool xen = !strcmp(vendor, "Xen");
	const struct evidence *e;

	for (e = list->facts; e < list->facts + list->nr; e++) {
		if (same(e->vendor, vendor) && !(xen && e->kind == EVIDENCE_INTERFACE))
			return true;
		if (e->kind == EVIDENCE_DEVICE && e->product && !e->vendor && !xen &&
		    !same(e->excludes, vendor))
			return true;
	}
	return false;
}

/* A name in DMI of a VMM that can implement the interface of another hypervisor */
static const struct evidence *find_other_text(const struct evidence_list *list)
{
	const struct evidence *e;

	for (e = list->facts; e < list->facts + list->nr; e++)
		if (e->kind == EVIDENCE_TEXT && e->vendor && !is_interface_owner(e->vendor))
			return e;
	return NULL;
}

/* Only the signature of an interface is known, or CPUID has a signature without the bit. */
static void decide_weak(struct json_object *o, const struct evidence_list *list)
{
	const char *vendor = hypervisor_member(o, "vendor");
	const struct evidence *e;

	e = find_excluding(list, vendor);
	if (e) {
		set(o, NULL, e->source, e->kind == EVIDENCE_TEXT ? "low" : "high");
		return;
	}
	if (is_confirmed(list, vendor)) {
		fact_string(o, "confidence", "high");
		return;
	}
	e = find_other_text(list);
	if (e && is_interface_owner(vendor))
		set(o, e->vendor, e->source, "low");
}

static void decide_named(struct json_object *o, const struct evidence_list *list)
{
	const char *vendor = hypervisor_member(o, "vendor");
	const struct evidence *e = NULL;

	if (is_interface_owner(vendor))
		e = find_other(list, vendor);
	if (e)
		set(o, e->vendor, e->source, "high");
	else if (!strcmp(hypervisor_member(o, "confidence"), "low"))
		decide_weak(o, list);
}

/*
 * The machine is virtual, and no signature names the vendor.  Hyper-V's own VMs have its
 * leaves, and another product of Microsoft has the same name in DMI.
 */
static void decide_unnamed(struct json_object *o, const struct evidence_list *list)
{
	const struct evidence *e = find_vendor(list, EVIDENCE_DEVICE);

	if (e) {
		set(o, e->vendor, e->source, "high");
		return;
	}
	e = find_vendor(list, EVIDENCE_TEXT);
	if (e && strcmp(e->vendor, "Hyper-V"))
		set(o, e->vendor, e->source, "low");
}

/* Neither CPUID nor a hypercall was possible. */
static void decide_unknown(struct json_object *o, const struct evidence_list *list)
{
	const struct evidence *e = find_vendor(list, EVIDENCE_DEVICE);

	if (!e)
		e = find_product(list);
	if (e) {
		set(o, e->vendor, e->source, "high");
		return;
	}
	e = find_vendor(list, EVIDENCE_INTERFACE);
	if (!e)
		e = find_confirmed_text(list);
	if (!e)
		e = find(list, EVIDENCE_FIRMWARE);
	if (e) {
		set(o, e->kind == EVIDENCE_TEXT ? e->vendor : NULL, e->source, "low");
		return;
	}
	set_unknown(o, list);
}

/* CPUID shows no hypervisor.  A VMM can hide itself there, but not its devices. */
static void decide_not_virtual(struct json_object *o, const struct evidence_list *list)
{
	const struct evidence *e = find_vendor(list, EVIDENCE_DEVICE);

	if (!e)
		e = find_confirmed_text(list);
	if (!e)
		e = find_product(list);
	if (e)
		set(o, e->vendor, e->source, "low");
	else
		set_unknown(o, list);
}

/*
 * A device names its VMM.  A string in DMI names the product only on the vendor that the
 * product is documented to use, and that another source shows, or if the vendor is not known
 * and firmware shows a virtual machine.
 */
static bool names_product(const struct evidence_list *list, const struct evidence *e,
			  const char *vendor)
{
	if (!e->product)
		return false;
	if (e->kind == EVIDENCE_DEVICE)
		return !e->vendor || !vendor || !strcmp(e->vendor, vendor);
	if (e->kind != EVIDENCE_PRODUCT)
		return false;
	return vendor ? same(e->vendor, vendor) : !!find(list, EVIDENCE_FIRMWARE);
}

/* Other VMMs and clouds can use QEMU's devices. */
static void add_product(struct json_object *o, const struct evidence_list *list)
{
	const char *vendor = hypervisor_member(o, "vendor");
	const struct evidence *e, *found = NULL;

	for (e = list->facts; e < list->facts + list->nr; e++)
		if (names_product(list, e, vendor) &&
		    (!found || (!strcmp(found->product, "QEMU") && strcmp(e->product, "QEMU"))))
			found = e;
	if (!found)
		return;
	fact_string(o, "product", found->product);
	fact_string(o, "product_source", found->source);
}

/* Devices and firmware of a privileged domain are those of the machine below its hypervisor. */
static bool is_privileged(struct json_object *o)
{
	const char *role = hypervisor_member(o, "role");

	return role && (!strcmp(role, "dom0") || !strcmp(role, "root"));
}

void verdict_decide(struct json_object *o, const struct evidence_list *list)
{
	struct json_object *virtual = json_object_object_get(o, "virtualized");

	if (is_privileged(o))
		return;

	if (!virtual)
		decide_unknown(o, list);
	else if (!json_object_get_boolean(virtual))
		decide_not_virtual(o, list);
	else if (!hypervisor_member(o, "vendor"))
		decide_unnamed(o, list);
	else
		decide_named(o, list);

	virtual = json_object_object_get(o, "virtualized");
	if (virtual && json_object_get_boolean(virtual))
		add_product(o, list);
}
