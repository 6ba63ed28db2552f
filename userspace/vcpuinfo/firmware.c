// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what firmware and the kernel's own drivers say, in files that
 * need no module: the device tree, ACPI's FADT, devices of confidential guests.
 *
 * Strings of DMI are not among them: a vendor's name is on its real machines too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "hypervisor.h"

#define DT		"/sys/firmware/devicetree/base"
#define FADT		"/sys/firmware/acpi/tables/FACP"
#define CCA		"/sys/devices/platform/arm-cca-dev"
#define SNP		"/sys/devices/platform/sev-guest"

/* ACPI 6.0, table 5-34: revision and hypervisor vendor identity */
#define FADT_REVISION	8
#define FADT_ID		268
#define FADT_ID_LEN	8
#define FADT_ID_SINCE	6

/* The board of QEMU's "virt" machine and of kvmtool, whatever runs them. */
#define DT_BOARD	"linux,dummy-virt"

struct name {
	const char *text;
	bool prefix;		/* what follows is a version or a product */
	const char *vendor;
};

/* Names in /hypervisor of a device tree */
static const struct name dt_names[] = {
	{ .text = "linux,kvm", .vendor = "KVM" },
	{ .text = "xen,xen", .vendor = "Xen" },
	{ .text = "xen,xen-", .prefix = true, .vendor = "Xen" },
	{ .text = "vmware", .prefix = true, .vendor = "VMware" },
	{ .text = "gunyah-hypervisor", .vendor = "Gunyah" },
	{}
};

/* QEMU writes "QEMU" there, for KVM and for TCG alike. */
static const struct name fadt_names[] = {
	{ .text = "MsHyperV", .vendor = "Hyper-V" },
	{ .text = "FIRECKVM", .vendor = "KVM" },
	{}
};

static const char *vendor_of(const struct name *names, const char *text)
{
	for (; names->text; names++)
		if (names->prefix ? !strncmp(names->text, text, strlen(names->text)) :
				    !strcmp(names->text, text))
			return names->vendor;
	return NULL;
}

static void read_dt(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, DT "/hypervisor/compatible");
	char *name, *save = NULL;
	const char *vendor = NULL;

	if (!text)
		return;
	for (name = strtok_r(text, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		hypervisor_signature(o, name, false, 0, "dt:/hypervisor");
		if (!vendor)
			vendor = vendor_of(dt_names, name);
	}
	hypervisor_is(o, vendor, "dt:/hypervisor");
	free(text);
}

/* The bytes as text, without the NULs at their end; false where all are NUL. */
static bool format_id(const char *id, char *text)
{
	int i, len = 0;

	for (i = 0; i < FADT_ID_LEN; i++) {
		if (id[i])
			len = i + 1;
		text[i] = id[i] >= 0x20 && id[i] < 0x7f ? id[i] : '.';
	}
	text[len] = '\0';
	return len;
}

static void read_fadt(struct vcpuinfo *v, struct json_object *o)
{
	char *table, id[FADT_ID_LEN + 1];
	size_t len;

	table = pv_sysfs_read(&v->sysfs, &len, FADT);
	if (!table)
		return;
	if (len >= FADT_ID + FADT_ID_LEN && !memcmp(table, "FACP", 4) &&
	    (unsigned char)table[FADT_REVISION] >= FADT_ID_SINCE &&
	    format_id(table + FADT_ID, id)) {
		hypervisor_signature(o, id, false, 0, "acpi:fadt");
		hypervisor_is(o, vendor_of(fadt_names, id), "acpi:fadt");
	}
	free(table);
}

/* A device that the kernel makes in such a guest only */
static void read_device(struct vcpuinfo *v, struct json_object *o, const char *kind,
			const char *path)
{
	char *text = pv_sysfs_text(&v->sysfs, "%s/uevent", path), source[64];

	if (!text)
		return;
	snprintf(source, sizeof(source), "sysfs:%s", path);
	hypervisor_confidential(o, kind, "active", false, source);
	hypervisor_is(o, NULL, source);
	free(text);
}

static void read_board(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, DT "/compatible");
	char *name, *save = NULL;

	if (!text)
		return;
	for (name = strtok_r(text, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		if (strcmp(name, DT_BOARD))
			continue;
		hypervisor_signature(o, name, false, 0, "dt:/");
		if (!json_object_object_get(o, "virtual")) {
			hypervisor_is(o, NULL, "dt:/");
			fact_string(o, "evidence", "weak");
		}
	}
	free(text);
}

/* In the order of what they prove. */
void firmware_read(struct vcpuinfo *v, struct json_object *o)
{
	read_dt(v, o);
	read_fadt(v, o);
	read_device(v, o, pv_confidential_name(PV_CONFIDENTIAL_CCA), CCA);
	read_device(v, o, pv_confidential_name(PV_CONFIDENTIAL_SEV_SNP), SNP);
	read_board(v, o);
}
