// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: CPUID of this machine or of a recorded machine.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

typedef const char *(*bit_name_fn)(unsigned int bit);

static void add_names(struct json_object *list, __u32 bits, unsigned int first,
		      bit_name_fn name)
{
	char unnamed[16];
	const char *text;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (!(bits >> bit & 1))
			continue;
		text = pv_bit_name(name(first + bit), first + bit, unnamed, sizeof(unnamed));
		json_object_array_add(list, json_object_new_string(text));
	}
}

static struct json_object *name_bits(__u32 bits, bit_name_fn name)
{
	struct json_object *list = json_object_new_array();

	add_names(list, bits, 0, name);
	return list;
}

static void add_kvm(struct json_object *o, const struct pv_detected *d)
{
	char source[32];

	if (!d->kvm_leaf)
		return;
	hypervisor_source(d->kvm_leaf, source, sizeof(source));
	json_object_object_add(o, "features",
			       name_bits(d->kvm_features[0], pv_kvm_feature_x86));
	fact_string(o, "features_source", source);
	json_object_object_add(o, "hints", name_bits(d->kvm_hints, pv_kvm_hint_x86));
}

/* Without @version_leaf the version is not known. */
static struct json_object *new_interface(enum pv_interface interface, __u32 leaf,
					 __u32 version_leaf, const char *version)
{
	char source[32] = "";

	if (version_leaf)
		hypervisor_source(version_leaf, source, sizeof(source));
	return hypervisor_interface(pv_interface_name(interface), leaf,
				    version_leaf ? version : NULL, source);
}

/* Bits of two words, of which the second can be 0; without @leaf they are unknown. */
static void add_set(struct json_object *o, const char *name, __u32 leaf, __u32 low, __u32 high,
		    bit_name_fn bit_name)
{
	struct json_object *set, *bits;
	char source[32];

	if (!leaf)
		return;
	set = json_object_new_object();
	bits = json_object_new_array();
	hypervisor_source(leaf, source, sizeof(source));
	add_names(bits, low, 0, bit_name);
	add_names(bits, high, 32, bit_name);
	fact_string(set, "group", name);
	fact_string(set, "source", source);
	json_object_object_add(set, "flags", bits);
	json_object_array_add(json_object_object_get(o, "groups"), set);
}

static struct json_object *hyperv(const struct pv_hyperv *hv)
{
	struct json_object *o;
	char version[40];

	snprintf(version, sizeof(version), "%u.%u.%u", hv->major, hv->minor, hv->build);
	o = new_interface(PV_INTERFACE_HYPERV, hv->leaf, hv->version_leaf, version);
	add_set(o, "privileges", hv->features_leaf, hv->privileges[0], hv->privileges[1],
		pv_hyperv_privilege);
	add_set(o, "features", hv->features_leaf, hv->features, 0, pv_hyperv_feature);
	add_set(o, "hints", hv->hints_leaf, hv->hints, 0, pv_hyperv_hint);
	return o;
}

static struct json_object *xen(const struct pv_xen *x)
{
	struct json_object *o;
	char version[16];

	snprintf(version, sizeof(version), "%u.%u", x->major, x->minor);
	o = new_interface(PV_INTERFACE_XEN, x->leaf, x->version_leaf, version);
	add_set(o, "features", x->features_leaf, x->features[0], x->features[1],
		pv_xen_feature);
	add_set(o, "hvm_features", x->hvm_leaf, x->hvm_features, 0, pv_xen_hvm_feature);
	return o;
}

static struct json_object *kvm(const struct pv_detected *d, const struct pv_found *f)
{
	struct json_object *o = new_interface(PV_INTERFACE_KVM, f->leaf, 0, NULL);

	add_set(o, "features", d->kvm_leaf, d->kvm_features[0], 0, pv_kvm_feature_x86);
	add_set(o, "hints", d->kvm_leaf, d->kvm_hints, 0, pv_kvm_hint_x86);
	return o;
}

static void add_interfaces(struct json_object *o, const struct pv_detected *d)
{
	const struct pv_found *f = pv_detected_interface(d, PV_INTERFACE_KVM);
	struct json_object *list = json_object_new_array();

	if (f)
		json_object_array_add(list, kvm(d, f));
	if (d->hyperv.leaf)
		json_object_array_add(list, hyperv(&d->hyperv));
	if (d->xen.leaf)
		json_object_array_add(list, xen(&d->xen));
	json_object_object_add(o, "compat_interfaces", list);
}

static void add_confidential(struct json_object *o, const struct pv_detected *d)
{
	int i;

	json_object_object_add(o, "confidential", json_object_new_array());
	for (i = 0; i < d->nr_confidential; i++) {
		const struct pv_confidential *c = &d->confidential[i];

		hypervisor_confidential(o, pv_confidential_name(c->kind),
					pv_confidential_state_name(c->state),
					c->paravisor, c->source);
	}
}

static void add_nesting(struct json_object *o, const struct pv_nesting *n)
{
	char source[32];

	snprintf(source, sizeof(source), "cpuid:%#x", n->extension_leaf);
	fact_string(o, "hw_virt", n->extension);
	fact_string(o, "hw_virt_source", source);
	if (!n->nested_leaf)
		return;
	hypervisor_source(n->nested_leaf, source, sizeof(source));
	fact_bool(o, "nested", true, true);
	fact_string(o, "nested_source", source);
}

/* A partition that can manage the CPUs of the machine is the root partition. */
static void add_role(struct json_object *o, const struct pv_detected *d)
{
	const char *vendor = pv_detected_vendor(d);
	char source[32];

	if (!vendor || strcmp(vendor, "Hyper-V") || !d->hyperv.features_leaf)
		return;
	hypervisor_source(d->hyperv.features_leaf, source, sizeof(source));
	fact_string(o, "role", pv_hyperv_is_root(&d->hyperv) ? "root" : "guest");
	fact_string(o, "role_source", source);
}

static void add_detected(struct json_object *o, const struct pv_detected *d)
{
	char source[32];
	bool virtual;
	int i;

	json_object_object_add(o, "signatures", json_object_new_array());
	for (i = 0; i < d->nr; i++) {
		hypervisor_source(d->found[i].leaf, source, sizeof(source));
		hypervisor_signature(o, d->found[i].text, true, d->found[i].leaf, source);
	}
	if (d->primary >= 0)
		hypervisor_source(d->found[d->primary].leaf, source, sizeof(source));
	else
		snprintf(source, sizeof(source), "cpuid:0x1");

	virtual = d->evidence != PV_EVIDENCE_NONE;
	fact_bool(o, "virtualized", true, virtual);
	fact_string(o, "vendor", pv_detected_vendor(d));
	fact_string(o, "source", source);
	fact_string(o, "confidence",
		    virtual && d->evidence == PV_EVIDENCE_WEAK ? "low" : "high");
	add_kvm(o, d);
	add_interfaces(o, d);
	add_confidential(o, d);
	add_nesting(o, &d->nesting);
	add_role(o, d);
	if (!virtual) {
		json_object_object_add(o, "features", json_object_new_array());
		fact_string(o, "features_source", "cpuid:0x1");
	}
}

/*
 * Load the dump of CPUID at @path.  Return: 0 or a negative errno: -ENOENT if it does not
 * exist; on all other errors @why of @size bytes is a message that begins with @path.
 */
int cpuid_load(const struct pv_sysfs *sysfs, const char *path, struct pv_cpuid_dump *dump,
	       char *why, size_t size)
{
	char *text;
	size_t len;
	int err;

	text = pv_sysfs_read(sysfs, &len, "%s", path);
	if (!text) {
		err = -errno;
		snprintf(why, size, "%s: %s", path, strerror(-err));
		return err;
	}
	err = pv_cpuid_dump_parse(text, len, dump);
	if (err && dump->line)
		snprintf(why, size, "%s: line %u: %s", path, dump->line, dump->error);
	else if (err)
		snprintf(why, size, "%s: %s", path, dump->error);
	free(text);
	return err;
}

/* 1: detected; 0: no dump exists; negative: @v->refused is the reason */
static int detect_dump(struct vcpuinfo *v, const char *path, struct pv_detected *d)
{
	struct pv_cpuid_dump *dump = malloc(sizeof(*dump));
	int err;

	if (!dump) {
		snprintf(v->refused, sizeof(v->refused), "%s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	err = cpuid_load(&v->sysfs, path, dump, v->refused, sizeof(v->refused));
	if (!err)
		pv_cpuid_detect(pv_cpuid_dump_read, dump, d);
	free(dump);
	if (err)
		return err == -ENOENT ? 0 : err;
	return 1;
}

/*
 * CPUID does not trap in a Xen PV domain unless the program uses Xen's prefix.  Without
 * the prefix the instruction describes the machine below Xen.  Returns as detect_dump().
 */
static int detect_xen_pv(struct vcpuinfo *v, struct json_object *o,
			 const struct pv_detected *below)
{
	struct pv_detected d;
	char source[32];
	int i, known;

	if (below->xen.leaf || !kernel_is_xen(&v->sysfs))
		return 0;
	known = v->sysfs.live ? pv_cpuid_xen(&d) : detect_dump(v, DUMP_XEN, &d);
	if (known <= 0)
		return known;

	add_detected(o, &d);
	for (i = 0; i < below->nr; i++) {
		snprintf(source, sizeof(source), "raw-cpuid:%#x", below->found[i].leaf);
		hypervisor_signature(o, below->found[i].text, true, below->found[i].leaf,
				     source);
	}
	if (below->hypervisor_bit)
		hypervisor_below(o, pv_detected_vendor(below), "raw-cpuid:0x1");
	return 1;
}

/* False if the dump of a recorded machine is not valid: @v->refused is the reason. */
bool cpuid_read(struct vcpuinfo *v, struct json_object *o)
{
	struct pv_detected d;
	int known, xen = 0;

	known = v->sysfs.live ? pv_cpuid_native(&d) : detect_dump(v, DUMP, &d);
	if (known > 0)
		xen = detect_xen_pv(v, o, &d);
	if (known > 0 && !xen)
		add_detected(o, &d);
	return known >= 0 && xen >= 0;
}
