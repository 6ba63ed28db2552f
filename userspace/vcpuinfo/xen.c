// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: /sys/hypervisor, which the kernel's driver of the hypervisor
 * provides; only Xen's driver does.
 */
#include <stdlib.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "hypervisor.h"

#define TYPE		"/sys/hypervisor/type"
#define FEATURES	"/sys/hypervisor/properties/features"

/* xen/include/public/features.h */
#define XENFEAT_DOM0	BIT(11)

static const char XEN[] = "xen";

bool hypervisor_is_xen(const struct pv_sysfs *sysfs)
{
	char *text = pv_sysfs_text(sysfs, TYPE);
	bool is_xen = text && !strcmp(text, XEN);

	free(text);
	return is_xen;
}

static void read_role(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, FEATURES), *end;
	unsigned long long features;

	if (!text)
		return;
	features = strtoull(text, &end, 16);
	if (end != text && !*end) {
		fact_string(o, "role", features & XENFEAT_DOM0 ? "dom0" : "domU");
		fact_string(o, "role_source", "sysfs:" FEATURES);
	}
	free(text);
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

/* In a PV domain without Xen's prefix, CPUID describes the machine below Xen. */
static void move_below(struct json_object *o)
{
	static const char * const of_below[] = {
		"extension", "extension_source", "features", "features_source", "hints",
	};
	struct json_object *vendor = json_object_object_get(o, "vendor");
	struct json_object *source = json_object_object_get(o, "source");
	struct json_object *shown = json_object_object_get(o, "signatures");
	size_t i;

	/* The hypervisor bit alone can be Xen's. */
	if (shown && json_object_array_length(shown))
		hypervisor_below(o, json_object_get_string(vendor),
				 json_object_get_string(source));
	for (i = 0; i < ARRAY_SIZE(of_below); i++)
		json_object_object_add(o, of_below[i], NULL);
	json_object_object_add(o, "vendor", NULL);
	json_object_object_add(o, "virtual", NULL);
}

/*
 * The kernel's driver has called the hypervisor, so this source has precedence over
 * CPUID.
 */
void xen_read(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, TYPE);
	bool is_xen = text && !strcmp(text, XEN);

	if (!text || !*text)
		goto free_text;
	if (is_xen && !is_shown(o))
		move_below(o);
	else if (!json_object_get_boolean(json_object_object_get(o, "virtual")))
		fact_bool(o, "virtual", false, false);
	hypervisor_signature(o, text, false, 0, "sysfs:" TYPE);
	hypervisor_is(o, is_xen ? "Xen" : NULL, "sysfs:" TYPE);
	if (is_xen)
		read_role(v, o);
free_text:
	free(text);
}
