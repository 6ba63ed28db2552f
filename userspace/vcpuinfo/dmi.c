// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: DMI strings and the SMBIOS bit "virtual machine".
 *
 * The user of a VMM can set the strings, and real machines have the names of the vendors.  So
 * the tables contain strings that only virtual machines have, and verdict.c uses them only
 * together with another fact.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "hypervisor.h"

#define DMI_DIR		"/sys/class/dmi/id"
#define TABLE		"/sys/firmware/dmi/tables/DMI"

/* Azure documents this constant, which is the same on all VMs. */
#define AZURE_TAG	"7783-7084-3265-9085-8269-3286-77"

#define VIRTUAL(_vendor) \
	.fact = { .kind = EVIDENCE_TEXT, .vendor = _vendor }
/* VMMs that do not run on Hyper-V */
#define NOT_HYPERV \
	.fact = { .kind = EVIDENCE_TEXT, .excludes = "Hyper-V" }
#define CLOUD(_vendor, _product) \
	.fact = { .kind = EVIDENCE_PRODUCT, .vendor = _vendor, .product = _product }

/**
 * struct dmi_string - string of a virtual machine
 * @file: file of DMI_DIR
 * @text: its contents, as a pattern of fnmatch(3)
 * @fact: what the string shows
 */
static const struct dmi_string {
	const char *file;
	const char *text;
	struct evidence fact;
} strings[] = {
	{ "product_name", "VirtualBox", VIRTUAL("VirtualBox") },
	{ "sys_vendor", "innotek GmbH", VIRTUAL("VirtualBox") },
	{ "product_name", "VMware*", VIRTUAL("VMware") },
	{ "sys_vendor", "VMware, Inc.", VIRTUAL("VMware") },
	{ "product_name", "Virtual Machine", VIRTUAL("Hyper-V") },
	{ "product_name", "Parallels*", VIRTUAL("Parallels") },
	{ "product_name", "HVM domU", VIRTUAL("Xen") },
	{ "sys_vendor", "Xen", VIRTUAL("Xen") },
	{ "product_name", "BHYVE", VIRTUAL("bhyve") },
	{ "bios_vendor", "BHYVE", VIRTUAL("bhyve") },
	{ "sys_vendor", "OpenBSD", VIRTUAL("OpenBSD vmm") },
	{ "product_name", "Apple Virtualization*", VIRTUAL("Apple Virtualization") },
	{ "product_name", "KVM", VIRTUAL("KVM") },
	{ "product_name", "KVM Virtual Machine", VIRTUAL("KVM") },
	{ "sys_vendor", "QEMU", NOT_HYPERV },
	{ "product_name", "Standard PC (*", NOT_HYPERV },
	{ "product_version", "pc-i440fx*", NOT_HYPERV },
	{ "product_version", "pc-q35*", NOT_HYPERV },
	{ "product_name", "OpenStack Nova", VIRTUAL(NULL) },
	{ "product_name", "OpenStack Compute", VIRTUAL(NULL) },
	{ "product_name", "AHV", NOT_HYPERV },
	{ "product_name", "RHEV Hypervisor", NOT_HYPERV },
	{ "product_name", "SmartDC HVM", NOT_HYPERV },
	{ "sys_vendor", "KubeVirt", NOT_HYPERV },
	{ "sys_vendor", "Bochs", VIRTUAL(NULL) },
	{ "bios_vendor", "Bochs", VIRTUAL(NULL) },
	{ "product_name", "cloud-hypervisor", VIRTUAL(NULL) },
	{ "sys_vendor", "Amazon EC2", CLOUD("KVM", "Amazon EC2") },
	{ "sys_vendor", "Amazon EC2", CLOUD("Xen", "Amazon EC2") },
	{ "bios_version", "*.amazon", CLOUD("Xen", "Amazon EC2") },
	{ "product_name", "Google Compute Engine", CLOUD("KVM", "Google Compute Engine") },
	{ "chassis_asset_tag", AZURE_TAG, CLOUD("Hyper-V", "Microsoft Azure") },
};

static void read_string(struct vcpuinfo *v, const struct dmi_string *s,
			struct evidence_list *list)
{
	char *text = pv_sysfs_text(&v->sysfs, DMI_DIR "/%s", s->file);

	if (text && !fnmatch(s->text, text, 0))
		evidence_add(list, &s->fact, "dmi:%s", s->file);
	free(text);
}

static void read_bit(struct vcpuinfo *v, struct evidence_list *list)
{
	static const struct evidence fact = { .kind = EVIDENCE_FIRMWARE };
	unsigned char *table;
	size_t size;

	table = (unsigned char *)pv_sysfs_read(&v->sysfs, &size, TABLE);
	if (table && smbios_is_virtual(table, size))
		evidence_add(list, &fact, "smbios:virtual-machine");
	free(table);
}

void dmi_read(struct vcpuinfo *v, struct evidence_list *list)
{
	const struct dmi_string *s;

	read_bit(v, list);
	for (s = strings; s < strings + ARRAY_SIZE(strings); s++)
		read_string(v, s, list);
}

/* The only asset tag to record: it identifies a product and not a machine. */
int scrub_asset_tag(struct scrub *s, const char *path, char **buf, size_t *len)
{
	char *text = pv_sysfs_text(&s->sysfs, "%s", path);

	if (!text)
		return -errno;
	if (strcmp(text, AZURE_TAG)) {
		free(text);
		return -ENOENT;
	}
	*buf = text;
	*len = strlen(text);
	text[(*len)++] = '\n';
	return 0;
}
