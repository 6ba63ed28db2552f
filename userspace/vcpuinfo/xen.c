// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: /sys/hypervisor and /proc/xen, which the kernel's Xen drivers provide.
 */
#include <stdlib.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "hypervisor.h"

#define TYPE		"/sys/hypervisor/type"
#define FEATURES	"/sys/hypervisor/properties/features"

/* Exists if xenfs is mounted, which Xen domains do; an empty file is that of a domU. */
#define CAPABILITIES	"/proc/xen/capabilities"

/* xen/include/public/features.h */
#define XENFEAT_AUTO_TRANSLATED	BIT(2)
#define XENFEAT_HVM_CALLBACK	BIT(8)
#define XENFEAT_DOM0		BIT(11)
#define XENFEAT_HVM		(XENFEAT_AUTO_TRANSLATED | XENFEAT_HVM_CALLBACK)

static const char XEN[] = "xen";
static const char XEN_VENDOR[] = "Xen";

bool hypervisor_is_xen(const struct pv_sysfs *sysfs)
{
	char *text = pv_sysfs_text(sysfs, TYPE);
	bool is_xen = text && !strcmp(text, XEN);

	free(text);
	return is_xen;
}

static bool read_features(const struct vcpuinfo *v, unsigned long long *features)
{
	char *text = pv_sysfs_text(&v->sysfs, FEATURES), *end;
	bool known = false;

	if (text) {
		*features = strtoull(text, &end, 16);
		known = end != text && !*end;
	}
	free(text);
	return known;
}

/* CPUID traps in these domains.  With viridian=1 it can show Hyper-V's leaves only. */
static bool is_hvm(const struct vcpuinfo *v)
{
	unsigned long long features;

	return read_features(v, &features) && (features & XENFEAT_HVM) == XENFEAT_HVM &&
	       !(features & XENFEAT_DOM0);
}

static void set_role(struct json_object *o, bool dom0, const char *source)
{
	fact_string(o, "role", dom0 ? "dom0" : "domU");
	fact_string(o, "role_source", source);
}

static void read_role(struct vcpuinfo *v, struct json_object *o)
{
	unsigned long long features;

	if (read_features(v, &features))
		set_role(o, features & XENFEAT_DOM0, "sysfs:" FEATURES);
}

/* Does CPUID or the module show Xen's signature? */
static bool is_shown(struct json_object *o)
{
	struct json_object *list = json_object_object_get(o, "signatures");
	const struct pv_signature *known;
	size_t i, nr = list ? json_object_array_length(list) : 0;

	for (i = 0; i < nr; i++) {
		struct json_object *said = json_object_array_get_idx(list, i);
		struct json_object *text = json_object_object_get(said, "signature");

		known = pv_signature_by_text(json_object_get_string(text));
		if (known && known->interface == PV_INTERFACE_XEN)
			return true;
	}
	return false;
}

/* The driver has made hypercalls, so Xen's signature is not the only fact. */
static bool is_vendor(struct json_object *o)
{
	const char *vendor = hypervisor_member(o, "vendor");

	return vendor && !strcmp(vendor, XEN_VENDOR);
}

static void forget_vendor(struct json_object *o)
{
	json_object_object_add(o, "vendor", NULL);
	json_object_object_add(o, "virtualized", NULL);
}

/* The kernel's driver has called the hypervisor, so it has precedence over CPUID. */
static void set_xen(struct vcpuinfo *v, struct json_object *o, const char *source)
{
	if (!is_shown(o) && is_hvm(v))
		forget_vendor(o);
	else if (!is_shown(o))
		hypervisor_move_below(o);
	hypervisor_is(o, XEN_VENDOR, source);
	if (is_vendor(o))
		fact_string(o, "confidence", "high");
	read_role(v, o);
}

static void read_capabilities(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, CAPABILITIES);

	if (!text)
		return;
	set_xen(v, o, "proc:" CAPABILITIES);
	if (!json_object_object_get(o, "role"))
		set_role(o, strstr(text, "control_d"), "proc:" CAPABILITIES);
	free(text);
}

void xen_read(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, TYPE);

	if (!text || !*text) {
		read_capabilities(v, o);
		free(text);
		return;
	}
	if (!strcmp(text, XEN)) {
		set_xen(v, o, "sysfs:" TYPE);
	} else {
		if (!json_object_get_boolean(json_object_object_get(o, "virtualized")))
			fact_bool(o, "virtualized", false, false);
		hypervisor_is(o, NULL, "sysfs:" TYPE);
	}
	hypervisor_signature(o, text, false, 0, "sysfs:" TYPE);
	free(text);
}
