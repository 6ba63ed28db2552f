// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: devices that show the VMM.
 *
 * A VMM can hide its name in CPUID and DMI, but the guest's drivers find its devices by these
 * identifiers.  An identifier that the devices of several VMMs have is not in the tables.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

#define PCI_DIR		"/sys/bus/pci/devices"
#define VMBUS_DIR	"/sys/bus/vmbus/devices"
#define VIRTIO_DIR	"/sys/bus/virtio/devices"
#define DT_BASE		"/sys/firmware/devicetree/base"
#define FW_CFG		"/sys/firmware/qemu_fw_cfg/rev"
/* fw_cfg in ACPI, which exists without the driver: docs/specs/fw_cfg.rst of QEMU */
#define FW_CFG_ACPI	"/sys/bus/acpi/devices/QEMU0002:00/hid"

#define ANY		(-1)

#define QEMU \
	.fact = { .kind = EVIDENCE_DEVICE, .product = "QEMU", .excludes = "Hyper-V" }
#define OF(_vendor) \
	.fact = { .kind = EVIDENCE_DEVICE, .vendor = _vendor }
#define PROPOLIS \
	.fact = { .kind = EVIDENCE_DEVICE, .vendor = "bhyve", .product = "Propolis" }
#define APPLE \
	.fact = { .kind = EVIDENCE_DEVICE, .vendor = "Apple Virtualization", \
		  .product = "Virtualization.framework" }

/**
 * struct pci_id - identifier of PCI devices
 * @vendor: PCI vendor
 * @device: PCI device, or ANY
 * @subsystem: the identifiers are those of the subsystem
 * @fact: what the device proves
 */
static const struct pci_id {
	int vendor;
	int device;
	bool subsystem;
	struct evidence fact;
} pci_ids[] = {
	/* InnoTek: graphics and VMMDev */
	{ 0x80ee, ANY, OF("VirtualBox") },
	/* VMCI, bridges, USB, SATA, NVMe; QEMU and VirtualBox emulate VMware's other devices */
	{ 0x15ad, 0x0740, OF("VMware") },
	{ 0x15ad, 0x077a, OF("VMware") },
	{ 0x15ad, 0x0790, OF("VMware") },
	{ 0x15ad, 0x07a0, OF("VMware") },
	{ 0x15ad, 0x07e0, OF("VMware") },
	{ 0x15ad, 0x07f0, OF("VMware") },
	/* Video of generation 1 */
	{ 0x1414, 0x5353, OF("Hyper-V") },
	{ 0x1ab8, ANY, OF("Parallels") },
	/* Host bridge and frame buffer */
	{ 0x1275, 0x1275, OF("bhyve") },
	{ 0xfb5d, 0x40fb, OF("bhyve") },
	/* Oxide's VMM runs on bhyve: propolis/src/hw/ids.rs */
	{ 0x01de, 0x0000, PROPOLIS },
	{ 0x01de, 0x0001, PROPOLIS },
	{ 0x01de, 0x0002, PROPOLIS },
	{ 0x01de, 0xfffe, true, PROPOLIS },
	{ 0x01de, 0xfffd, true, PROPOLIS },
	{ 0x01de, 0xfffc, true, PROPOLIS },
	/* Host bridge and control device: sys/dev/pci/pcidevs of OpenBSD */
	{ 0x0b5d, ANY, OF("OpenBSD vmm") },
	/* Host bridge */
	{ 0x106b, 0x1a05, APPLE },
	/* Other VMMs have the panic device 1b36:0011: docs/specs/pci-ids.rst of QEMU */
	{ 0x1b36, 0x0001, QEMU },
	{ 0x1b36, 0x0002, QEMU },
	{ 0x1b36, 0x0003, QEMU },
	{ 0x1b36, 0x0004, QEMU },
	{ 0x1b36, 0x0005, QEMU },
	{ 0x1b36, 0x0008, QEMU },
	{ 0x1b36, 0x0009, QEMU },
	{ 0x1b36, 0x000b, QEMU },
	{ 0x1b36, 0x000c, QEMU },
	{ 0x1b36, 0x000d, QEMU },
	{ 0x1b36, 0x000e, QEMU },
	{ 0x1b36, 0x0010, QEMU },
	{ 0x1b36, 0x0100, QEMU },
	{ 0x1234, 0x1111, QEMU },
	{ 0x1af4, 0x1100, true, QEMU },
	/* The platform device, which KVM's Xen interface has, too */
	{ 0x5853, ANY, .fact = { .kind = EVIDENCE_INTERFACE, .vendor = "Xen" } },
	/* Physical network adapters can have virtio functions. */
	{ 0x1af4, ANY, .fact = { .kind = EVIDENCE_INTERFACE } },
	{}
};

static int read_id(struct vcpuinfo *v, const char *device, const char *file)
{
	char *text = pv_sysfs_text(&v->sysfs, PCI_DIR "/%s/%s", device, file), *end;
	unsigned long value;
	int id = ANY;

	if (text && !strncmp(text, "0x", 2)) {
		value = strtoul(text + 2, &end, 16);
		if (end != text + 2 && !*end && value <= 0xffff)
			id = value;
	}
	free(text);
	return id;
}

static void read_pci_device(struct vcpuinfo *v, const char *name, struct evidence_list *list)
{
	const int vendor[] = {
		read_id(v, name, "vendor"), read_id(v, name, "subsystem_vendor"),
	};
	const int device[] = {
		read_id(v, name, "device"), read_id(v, name, "subsystem_device"),
	};
	const struct pci_id *id;
	int which;

	for (id = pci_ids; id->vendor; id++) {
		which = id->subsystem;
		if (id->vendor != vendor[which] ||
		    (id->device != ANY && id->device != device[which]))
			continue;
		evidence_add(list, &id->fact, "pci:%s%04x:%04x", which ? "subsystem:" : "",
			     vendor[which], device[which] & 0xffff);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

/* The names of a directory, sorted, because the order of readdir() is not defined */
static size_t read_names(struct vcpuinfo *v, const char *path, char ***list)
{
	char **names = NULL, **more;
	struct dirent *e;
	size_t nr = 0;
	DIR *dir;

	*list = NULL;
	dir = pv_sysfs_dir(&v->sysfs, path);
	if (!dir)
		return 0;
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		more = reallocarray(names, nr + 1, sizeof(*names));
		if (!more)
			err(STATUS_ERROR, "%s", path);
		names = more;
		names[nr] = strdup(e->d_name);
		if (!names[nr++])
			err(STATUS_ERROR, "%s", path);
	}
	closedir(dir);
	if (nr)
		qsort(names, nr, sizeof(*names), compare_names);
	*list = names;
	return nr;
}

static void read_dir(struct vcpuinfo *v, const char *path, struct evidence_list *list,
		     void (*read)(struct vcpuinfo *v, const char *name,
				  struct evidence_list *list))
{
	char **names;
	size_t i, nr = read_names(v, path, &names);

	for (i = 0; i < nr; i++) {
		read(v, names[i], list);
		free(names[i]);
	}
	free(names);
}

/* The bus exists on other machines if its driver is loaded, so a device is needed. */
static void read_vmbus_device(struct vcpuinfo *v, const char *name,
			      struct evidence_list *list)
{
	static const struct evidence fact = {
		.kind = EVIDENCE_DEVICE, .vendor = "Hyper-V",
	};

	evidence_add(list, &fact, "sysfs:" VMBUS_DIR);
}

/* Coprocessors of a real machine are virtio devices with the id of rpmsg. */
static void read_virtio_device(struct vcpuinfo *v, const char *name,
			       struct evidence_list *list)
{
	static const struct evidence fact = { .kind = EVIDENCE_INTERFACE };
	char *id = pv_sysfs_text(&v->sysfs, VIRTIO_DIR "/%s/device", name);

	if (!id || strcmp(id, "0x0007"))
		evidence_add(list, &fact, "sysfs:" VIRTIO_DIR);
	free(id);
}

/* Nodes of the device tree that QEMU, and VMMs with its interface, write */
static void read_dt_node(struct vcpuinfo *v, const char *name, struct evidence_list *list)
{
	static const struct evidence fact = {
		.kind = EVIDENCE_FIRMWARE, .excludes = "Hyper-V",
	};
	char *text;

	if (strncmp(name, "fw-cfg@", strlen("fw-cfg@")))
		return;
	text = pv_sysfs_text(&v->sysfs, DT_BASE "/%s/compatible", name);
	if (text && !strcmp(text, "qemu,fw-cfg-mmio"))
		evidence_add(list, &fact, "dt:/fw-cfg");
	free(text);
}

/* OpenBSD vmm and bhyve have fw_cfg, too, but not together with KVM's signature. */
static void read_fw_cfg(struct vcpuinfo *v, const char *path, struct evidence_list *list)
{
	static const struct evidence facts[] = {
		{ .kind = EVIDENCE_FIRMWARE, .excludes = "Hyper-V" },
		{ .kind = EVIDENCE_PRODUCT, .vendor = "KVM", .product = "QEMU" },
		{ .kind = EVIDENCE_PRODUCT, .vendor = "TCG", .product = "QEMU" },
	};
	char *text = pv_sysfs_text(&v->sysfs, "%s", path);
	size_t i;

	for (i = 0; text && i < ARRAY_SIZE(facts); i++)
		evidence_add(list, &facts[i], "sysfs:%s", path);
	free(text);
}

void devices_read(struct vcpuinfo *v, struct evidence_list *list)
{
	read_dir(v, PCI_DIR, list, read_pci_device);
	read_dir(v, VMBUS_DIR, list, read_vmbus_device);
	read_dir(v, VIRTIO_DIR, list, read_virtio_device);
	read_dir(v, DT_BASE, list, read_dt_node);
	read_fw_cfg(v, FW_CFG, list);
	read_fw_cfg(v, FW_CFG_ACPI, list);
}
