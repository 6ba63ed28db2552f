// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/pv: Documentation/ABI/testing/sysfs-hypervisor-pv.
 */
#include <linux/bitops.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "../compat.h"
#include "conduit.h"
#include "machine.h"
#include "pv_hypervisor.h"

static const struct pv_detected *found;
static struct kobject *parent;
static struct kobject *dir;

static ssize_t virtual_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pv_detected_virtual(found));
}

static ssize_t vendor_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pv_detected_vendor(found) ?: "unknown");
}

static ssize_t evidence_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pv_evidence_name(found->evidence) ?: "unknown");
}

static ssize_t signatures_show(struct kobject *kobj, struct kobj_attribute *attr,
			       char *buf)
{
	int i, len = 0;

	for (i = 0; i < found->nr; i++)
		len += sysfs_emit_at(buf, len, "%s 0x%08x\n", found->found[i].text,
				     found->found[i].leaf);
	return len;
}

static ssize_t emit_bits(char *buf, const u32 *words, unsigned int nr,
			 const char *(*name_of)(unsigned int bit))
{
	unsigned int bit;
	int len = 0;

	for (bit = 0; bit < nr; bit++) {
		const char *name = name_of(bit);

		if (!(words[bit / 32] & BIT(bit % 32)))
			continue;
		if (name)
			len += sysfs_emit_at(buf, len, "%s\n", name);
		else
			len += sysfs_emit_at(buf, len, "bit-%u\n", bit);
	}
	return len;
}

static ssize_t features_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return emit_bits(buf, found->kvm_features, 32 * ARRAY_SIZE(found->kvm_features),
			 pv_machine_feature);
}

static ssize_t hints_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return emit_bits(buf, &found->kvm_hints, 32, pv_machine_hint);
}

static ssize_t interfaces_show(struct kobject *kobj, struct kobj_attribute *attr,
			       char *buf)
{
	const struct pv_found *kvm = pv_detected_interface(found, PV_INTERFACE_KVM);
	const struct pv_hyperv *hv = &found->hyperv;
	const struct pv_xen *xen = &found->xen;
	int len = 0;

	if (kvm)
		len += sysfs_emit_at(buf, len, "kvm 0x%08x unknown\n", kvm->leaf);
	if (hv->version_leaf)
		len += sysfs_emit_at(buf, len, "hyperv 0x%08x %u.%u.%u\n", hv->leaf,
				     hv->major, hv->minor, hv->build);
	else if (hv->leaf)
		len += sysfs_emit_at(buf, len, "hyperv 0x%08x unknown\n", hv->leaf);
	if (xen->version_leaf)
		len += sysfs_emit_at(buf, len, "xen 0x%08x %u.%u\n", xen->leaf,
				     xen->major, xen->minor);
	else if (xen->leaf)
		len += sysfs_emit_at(buf, len, "xen 0x%08x unknown\n", xen->leaf);
	return len;
}

static ssize_t hyperv_privileges_show(struct kobject *kobj, struct kobj_attribute *attr,
				      char *buf)
{
	return emit_bits(buf, found->hyperv.privileges, 64, pv_hyperv_privilege);
}

static ssize_t hyperv_features_show(struct kobject *kobj, struct kobj_attribute *attr,
				    char *buf)
{
	return emit_bits(buf, &found->hyperv.features, 32, pv_hyperv_feature);
}

static ssize_t hyperv_hints_show(struct kobject *kobj, struct kobj_attribute *attr,
				 char *buf)
{
	return emit_bits(buf, &found->hyperv.hints, 32, pv_hyperv_hint);
}

static ssize_t xen_features_show(struct kobject *kobj, struct kobj_attribute *attr,
				 char *buf)
{
	return emit_bits(buf, found->xen.features, 64, pv_xen_feature);
}

static ssize_t xen_hvm_features_show(struct kobject *kobj, struct kobj_attribute *attr,
				     char *buf)
{
	return emit_bits(buf, &found->xen.hvm_features, 32, pv_xen_hvm_feature);
}

static ssize_t confidential_show(struct kobject *kobj, struct kobj_attribute *attr,
				 char *buf)
{
	const struct pv_confidential *c;
	int i, len = 0;

	for (i = 0; i < found->nr_confidential; i++) {
		c = &found->confidential[i];
		len += sysfs_emit_at(buf, len, "%s %s %s%s\n", pv_confidential_name(c->kind),
				     pv_confidential_state_name(c->state), c->source,
				     c->paravisor ? " paravisor" : "");
	}
	return len;
}

static ssize_t extension_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", found->nesting.extension ?: "unknown");
}

static ssize_t nested_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", found->nesting.nested_leaf ? "yes" : "unknown");
}

static ssize_t conduit_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pv_on_kvm() ? pv_conduit_name() : "none");
}

static ssize_t host_abi_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct pv_host host;
	int err;

	err = pv_host_query(&host);
	if (err)
		return err;
	if (!host.present)
		return sysfs_emit(buf, "absent\n");
	return sysfs_emit(buf, "%u\n", host.abi);
}

static ssize_t host_features_show(struct kobject *kobj, struct kobj_attribute *attr,
				  char *buf)
{
	struct pv_host host;
	int err;

	err = pv_host_query(&host);
	if (err)
		return err;
	if (!host.present)
		return sysfs_emit(buf, "absent\n");
	return sysfs_emit(buf, "0x%llx\n", host.features);
}

static ssize_t rescan_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	bool rescan;
	int err;

	err = kstrtobool(buf, &rescan);
	if (err)
		return err;
	if (!rescan)
		return -EINVAL;

	return pv_discover_rescan() ?: count;
}

static struct kobj_attribute virtual_attr = __ATTR_RO(virtual);
static struct kobj_attribute vendor_attr = __ATTR_RO(vendor);
static struct kobj_attribute evidence_attr = __ATTR_RO(evidence);
static struct kobj_attribute signatures_attr = __ATTR_RO(signatures);
static struct kobj_attribute features_attr = __ATTR_RO(features);
static struct kobj_attribute hints_attr = __ATTR_RO(hints);
static struct kobj_attribute interfaces_attr = __ATTR_RO(interfaces);
static struct kobj_attribute hyperv_privileges_attr = __ATTR_RO(hyperv_privileges);
static struct kobj_attribute hyperv_features_attr = __ATTR_RO(hyperv_features);
static struct kobj_attribute hyperv_hints_attr = __ATTR_RO(hyperv_hints);
static struct kobj_attribute xen_features_attr = __ATTR_RO(xen_features);
static struct kobj_attribute xen_hvm_features_attr = __ATTR_RO(xen_hvm_features);
static struct kobj_attribute confidential_attr = __ATTR_RO(confidential);
static struct kobj_attribute extension_attr = __ATTR_RO(extension);
static struct kobj_attribute nested_attr = __ATTR_RO(nested);
static struct kobj_attribute conduit_attr = __ATTR_RO(conduit);
/* Each read makes hypercalls, so only root can read these files. */
static struct kobj_attribute host_abi_attr = __ATTR_RO_MODE(host_abi, 0400);
static struct kobj_attribute host_features_attr = __ATTR_RO_MODE(host_features, 0400);

static struct kobj_attribute rescan_attr = __ATTR_WO(rescan);

static const struct attribute * const attrs[] = {
	&virtual_attr.attr,
	&vendor_attr.attr,
	&evidence_attr.attr,
	&signatures_attr.attr,
	&features_attr.attr,
	&hints_attr.attr,
	&interfaces_attr.attr,
	&hyperv_privileges_attr.attr,
	&hyperv_features_attr.attr,
	&hyperv_hints_attr.attr,
	&xen_features_attr.attr,
	&xen_hvm_features_attr.attr,
	&confidential_attr.attr,
	&extension_attr.attr,
	&nested_attr.attr,
	&conduit_attr.attr,
	&host_abi_attr.attr,
	&host_features_attr.attr,
	&rescan_attr.attr,
	NULL
};

int pv_sysfs_init(void)
{
	int err;

	found = pv_kvm_detected();
	parent = pv_compat_sys_hypervisor();
	if (!parent)
		return -ENOMEM;

	err = -ENOMEM;
	dir = kobject_create_and_add("pv", parent);
	if (!dir)
		goto put_parent;
	err = sysfs_create_files(dir, attrs);
	if (err)
		goto put_dir;
	return 0;

put_dir:
	kobject_put(dir);
put_parent:
	kobject_put(parent);
	return err;
}

void pv_sysfs_exit(void)
{
	kobject_put(dir);
	kobject_put(parent);
}
