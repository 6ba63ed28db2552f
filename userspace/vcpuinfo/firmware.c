// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: the device tree, ACPI's FADT, and devices that the kernel creates in
 * confidential guests only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "vcpuinfo.h"

#define DT		"/sys/firmware/devicetree/base"
#define FADT		"/sys/firmware/acpi/tables/FACP"
#define CCA		"/sys/devices/platform/arm-cca-dev"
#define SNP		"/sys/devices/platform/sev-guest"

/* ACPI 6.0, table 5-34: revision and hypervisor vendor identity */
#define FADT_REVISION	8
#define FADT_ID		268
#define FADT_ID_LEN	8
#define FADT_ID_SINCE	6

/* The board of QEMU's "virt" machine, crosvm and kvmtool, with any hypervisor */
#define DT_BOARD	"linux,dummy-virt"

/**
 * struct dt_name - name in the property compatible of /hypervisor
 * @text: the name
 * @prefix: a version or a product can follow
 * @vendor: hypervisor
 */
static const struct dt_name {
	const char *text;
	bool prefix;
	const char *vendor;
} dt_names[] = {
	/* Names that the kernel, or the driver of a vendor's kernel, matches */
	{ "linux,kvm", .vendor = "KVM" },
	{ "xen,xen", .vendor = "Xen" },
	{ "jailhouse,cell", .vendor = "Jailhouse" },
	{ "gunyah-hypervisor", .vendor = "Gunyah" },
	{ "qcom,gunyah-hypervisor", .vendor = "Gunyah" },
	{ "qcom,gunyah-hypervisor-", true, "Gunyah" },
	{ "qcom,haven-hypervisor", .vendor = "Gunyah" },
	{ "qcom,haven-hypervisor-", true, "Gunyah" },
	{ "mediatek,geniezone", .vendor = "GenieZone" },
	{ "mediatek,geniezone-hyp", .vendor = "GenieZone" },
	/* Names that a hypervisor writes */
	{ "xen,xen-", true, "Xen" },
	{ "vmware", true, "VMware" },
	{}
};

/* ACPI 6.0, table 5-34: names of VMMs.  QEMU, crosvm and others run on several hypervisors. */
static const struct fadt_name {
	const char *text;
	struct evidence fact;
} fadt_names[] = {
	{ "MsHyperV", { .kind = EVIDENCE_DEVICE, .vendor = "Hyper-V" } },
	{ "FIRECKVM", { .kind = EVIDENCE_DEVICE, .vendor = "KVM", .product = "Firecracker" } },
	{ "QEMU", { .kind = EVIDENCE_DEVICE, .product = "QEMU", .excludes = "Hyper-V" } },
	{ "CROSVM", { .kind = EVIDENCE_DEVICE, .product = "crosvm" } },
	{ "CLOUDHYP", { .kind = EVIDENCE_DEVICE, .product = "cloud-hypervisor" } },
	{ "LIBKRUN", { .kind = EVIDENCE_DEVICE, .product = "libkrun" } },
	{}
};

static const char *dt_vendor(const char *text)
{
	const struct dt_name *n;

	for (n = dt_names; n->text; n++)
		if (n->prefix ? !strncmp(n->text, text, strlen(n->text)) : !strcmp(n->text, text))
			return n->vendor;
	return NULL;
}

static void read_dt(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	struct evidence fact = { .kind = EVIDENCE_DEVICE };
	char *text = pv_sysfs_text(&v->sysfs, DT "/hypervisor/compatible");
	char *name, *save = NULL;
	const char *vendor = NULL;

	if (!text)
		return;
	for (name = strtok_r(text, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		hypervisor_signature(o, name, false, 0, "dt:/hypervisor");
		if (!vendor)
			vendor = dt_vendor(name);
	}
	hypervisor_is(o, vendor, "dt:/hypervisor");
	fact.vendor = vendor;
	evidence_add(list, &fact, "dt:/hypervisor");
	free(text);
}

/* The bytes as text, without the NULs at their end; false if all are NUL. */
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

static void add_fadt(struct json_object *o, struct evidence_list *list, const char *id)
{
	static const struct evidence unknown = { .kind = EVIDENCE_FIRMWARE };
	const struct fadt_name *n;

	for (n = fadt_names; n->text; n++)
		if (!strcmp(n->text, id))
			break;
	hypervisor_signature(o, id, false, 0, "acpi:fadt");
	evidence_add(list, n->text ? &n->fact : &unknown, "acpi:fadt");
}

static void read_fadt(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	char *table, id[FADT_ID_LEN + 1];
	size_t len;

	table = pv_sysfs_read(&v->sysfs, &len, FADT);
	if (!table)
		return;
	if (len >= FADT_ID + FADT_ID_LEN && !memcmp(table, "FACP", 4) &&
	    (unsigned char)table[FADT_REVISION] >= FADT_ID_SINCE &&
	    format_id(table + FADT_ID, id))
		add_fadt(o, list, id);
	free(table);
}

/* The kernel creates this device in such a guest only. */
static void read_device(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list,
			const char *kind, const char *path)
{
	static const struct evidence fact = { .kind = EVIDENCE_DEVICE };
	char *text = pv_sysfs_text(&v->sysfs, "%s/uevent", path), source[64];

	if (!text)
		return;
	snprintf(source, sizeof(source), "sysfs:%s", path);
	hypervisor_confidential(o, kind, "active", false, source);
	hypervisor_is(o, NULL, source);
	evidence_add(list, &fact, "%s", source);
	free(text);
}

static void read_board(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	static const struct evidence fact = { .kind = EVIDENCE_FIRMWARE };
	char *text = pv_sysfs_text(&v->sysfs, DT "/compatible");
	char *name, *save = NULL;

	if (!text)
		return;
	for (name = strtok_r(text, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		if (strcmp(name, DT_BOARD))
			continue;
		hypervisor_signature(o, name, false, 0, "dt:/");
		evidence_add(list, &fact, "dt:/");
	}
	free(text);
}

void firmware_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	read_dt(v, o, list);
	read_fadt(v, o, list);
	read_device(v, o, list, pv_confidential_name(PV_CONFIDENTIAL_CCA), CCA);
	read_device(v, o, list, pv_confidential_name(PV_CONFIDENTIAL_SEV_SNP), SNP);
	read_board(v, o, list);
}

/* Does a table of the firmware exist that only root can read? */
bool firmware_is_denied(const struct vcpuinfo *v)
{
	size_t len;
	char *table = pv_sysfs_read(&v->sysfs, &len, FADT);
	const bool denied = !table && (errno == EACCES || errno == EPERM);

	free(table);
	return denied;
}
