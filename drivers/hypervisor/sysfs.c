// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/pv: Documentation/ABI/testing/sysfs-hypervisor-pv.
 */
#include <linux/bitops.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "../compat.h"
#include "machine.h"
#include "pv_hypervisor.h"

static const struct pv_detected *found;
static struct kobject *parent;
static struct kobject *dir;

static ssize_t vendor_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pv_detected_vendor(found));
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

static ssize_t conduit_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pv_conduit_name());
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

static struct kobj_attribute vendor_attr = __ATTR_RO(vendor);
static struct kobj_attribute signatures_attr = __ATTR_RO(signatures);
static struct kobj_attribute features_attr = __ATTR_RO(features);
static struct kobj_attribute hints_attr = __ATTR_RO(hints);
static struct kobj_attribute conduit_attr = __ATTR_RO(conduit);
/* Whoever reads these makes the host work. */
static struct kobj_attribute host_abi_attr = __ATTR_RO_MODE(host_abi, 0400);
static struct kobj_attribute host_features_attr = __ATTR_RO_MODE(host_features, 0400);

static const struct attribute * const attrs[] = {
	&vendor_attr.attr,
	&signatures_attr.attr,
	&features_attr.attr,
	&hints_attr.attr,
	&conduit_attr.attr,
	&host_abi_attr.attr,
	&host_features_attr.attr,
	NULL
};

int pv_sysfs_init(const struct pv_detected *d)
{
	int err;

	found = d;
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
