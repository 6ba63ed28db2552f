// SPDX-License-Identifier: GPL-2.0
/*
 * SMBIOS tables and the DMI strings that the kernel takes from them.
 *
 * Section hypervisor reads the bit "virtual machine" and the strings.  The user of a VMM can set
 * the strings, and real machines have the names of the vendors.  So the tables contain strings
 * that only virtual machines have, and verdict.c uses them only together with another fact.
 *
 * --record has the structures that describe firmware, system, board and chassis, with known fields
 * only.  Each structure is built again: bytes that no row of fields[] lists are 0, and strings
 * that no row lists are absent.  Serial numbers, UUIDs and asset tags have no row.  The other
 * structures, such as processors, memory and OEM strings, are not recorded.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

#define TABLE		"/sys/firmware/dmi/tables/DMI"

#define HEADER_LEN	4
#define TYPE_FIRMWARE	0
#define TYPE_SYSTEM	1
#define TYPE_BOARD	2
#define TYPE_CHASSIS	3
#define TYPE_END	127

/* Firmware characteristics, extension byte 2: "SMBIOS table describes a virtual machine" */
#define EXTENSION2	0x13
#define EXTENSION2_VM	0x10

/* In place of a length: the number of a string, in one byte */
#define STRING		0

/* System Management BIOS reference specification, chapter 7 */
static const struct field {
	unsigned char type;
	unsigned char offset;
	unsigned char len;
} fields[] = {
	{ TYPE_FIRMWARE, 0x04, STRING },			/* vendor */
	{ TYPE_FIRMWARE, 0x05, STRING },			/* version */
	{ TYPE_FIRMWARE, 0x06, 2 },			/* segment */
	{ TYPE_FIRMWARE, 0x08, STRING },			/* date */
	{ TYPE_FIRMWARE, 0x09, 17 },			/* size, characteristics, releases */
	{ TYPE_SYSTEM, 0x04, STRING },	/* manufacturer */
	{ TYPE_SYSTEM, 0x05, STRING },	/* product */
	{ TYPE_SYSTEM, 0x06, STRING },	/* version */
	{ TYPE_SYSTEM, 0x18, 1 },			/* wake-up type */
	{ TYPE_SYSTEM, 0x1a, STRING },	/* family */
	{ TYPE_BOARD, 0x04, STRING },	/* manufacturer */
	{ TYPE_BOARD, 0x05, STRING },	/* product */
	{ TYPE_BOARD, 0x06, STRING },	/* version */
	{ TYPE_BOARD, 0x09, 1 },			/* feature flags */
	{ TYPE_CHASSIS, 0x04, STRING },	/* manufacturer */
	{ TYPE_CHASSIS, 0x05, 1 },			/* type */
	{ TYPE_CHASSIS, 0x06, STRING },	/* version */
	{ TYPE_CHASSIS, 0x09, 4 },			/* states, security */
};

/**
 * struct structure - one structure of the table
 * @data: formatted area, beginning with type, length and handle
 * @len: bytes of @data
 * @strings: strings, each with its NUL, up to an empty one
 * @next: the next structure
 */
struct structure {
	const unsigned char *data;
	size_t len;
	const char *strings;
	const unsigned char *next;
};

/**
 * struct table - the recorded table
 * @data: structures
 * @len: bytes of @data
 * @nr: structures
 * @max: bytes of the largest structure
 */
struct table {
	unsigned char *data;
	size_t len;
	size_t nr;
	size_t max;
};

static bool read_structure(const unsigned char *p, const unsigned char *end, struct structure *s)
{
	if (end - p < HEADER_LEN || p[1] < HEADER_LEN || end - p < p[1])
		return false;
	s->data = p;
	s->len = p[1];
	s->strings = (const char *)p + s->len;
	for (p += s->len; end - p >= 2; p++) {
		if (!p[0] && !p[1]) {
			s->next = p + 2;
			return true;
		}
	}
	return false;
}

/* Does the table describe a virtual machine? */
static bool is_virtual(const unsigned char *table, size_t size)
{
	const unsigned char *p = table, *end = table + size;
	struct structure s;

	while (read_structure(p, end, &s)) {
		if (s.data[0] == TYPE_FIRMWARE && s.len > EXTENSION2)
			return s.data[EXTENSION2] & EXTENSION2_VM;
		if (s.data[0] == TYPE_END)
			break;
		p = s.next;
	}
	return false;
}

/* The string with number @nr, from 1 on; NULL if it does not exist. */
static const char *find_string(const struct structure *s, unsigned int nr)
{
	const char *text = s->strings;

	if (!nr)
		return NULL;
	while (*text && --nr)
		text += strlen(text) + 1;
	return *text ? text : NULL;
}

/* A copy does not need more space than the original and two bytes. */
static void copy_structure(const struct scrub *scrub, const struct structure *s,
			   struct table *t)
{
	unsigned char *data = t->data + t->len, nr = 0;
	char *out = (char *)data + s->len;
	const struct field *f;
	const char *text;

	memset(data, 0, s->len);
	memcpy(data, s->data, HEADER_LEN);
	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		if (f->type != s->data[0] || f->offset >= s->len)
			continue;
		if (f->len != STRING) {
			size_t n = s->len - f->offset;

			memcpy(data + f->offset, s->data + f->offset, n < f->len ? n : f->len);
			continue;
		}
		text = find_string(s, s->data[f->offset]);
		if (!text || secret_in(scrub->secrets, text))
			continue;
		data[f->offset] = ++nr;
		out = stpcpy(out, text) + 1;
	}
	if (!nr)
		*out++ = '\0';
	*out++ = '\0';
	if (t->max < out - (char *)data)
		t->max = out - (char *)data;
	t->len = (unsigned char *)out - t->data;
	t->nr++;
}

static bool is_recorded(unsigned char type)
{
	return type <= TYPE_CHASSIS || type == TYPE_END;
}

/* Two fields of a structure can refer to one string, which needs space for each. */
static size_t space_for(const unsigned char *p, const unsigned char *end)
{
	return (end - p) * ARRAY_SIZE(fields) + 1;
}

static int read_table(struct scrub *scrub, struct table *t)
{
	unsigned char *table;
	const unsigned char *p, *end;
	struct structure s;
	size_t size;

	*t = (struct table){};
	table = (unsigned char *)pv_sysfs_read(&scrub->sysfs, &size, "%s", TABLE);
	if (!table)
		return -errno;
	p = table;
	end = table + size;
	t->data = malloc(space_for(p, end));
	if (!t->data) {
		free(table);
		return -ENOMEM;
	}
	while (read_structure(p, end, &s)) {
		if (is_recorded(s.data[0]))
			copy_structure(scrub, &s, t);
		if (s.data[0] == TYPE_END)
			break;
		p = s.next;
	}
	free(table);
	if (t->nr)
		return 0;
	free(t->data);
	scrub->why = "not an SMBIOS table";
	return -EBADMSG;
}

int smbios_table(struct scrub *s, const char *path, char **buf, size_t *len)
{
	struct table t;
	int error = read_table(s, &t);

	if (error)
		return error;
	*buf = (char *)t.data;
	*len = t.len;
	return 0;
}

static void put_le(unsigned char *p, size_t len, size_t value)
{
	for (; len--; value >>= 8)
		*p++ = value & 0xff;
}

/* SMBIOS 2.1: 31 bytes, of which the last 15 have a checksum of their own */
static void put_entry(unsigned char *entry, const struct table *t)
{
	put_le(entry + 0x08, 2, t->max);
	put_le(entry + 0x16, 2, t->len);
	put_le(entry + 0x1c, 2, t->nr);
	entry[0x15] = 0;
	entry[0x15] = scrub_checksum(entry + 0x10, 15);
	entry[0x04] = 0;
	entry[0x04] = scrub_checksum(entry, 31);
}

/* SMBIOS 3.0: 24 bytes */
static void put_entry3(unsigned char *entry, const struct table *t)
{
	put_le(entry + 0x0c, 4, t->len);
	entry[0x05] = 0;
	entry[0x05] = scrub_checksum(entry, 24);
}

/* The entry point of the recorded table, which is smaller than the original. */
int smbios_entry(struct scrub *s, const char *path, char **buf, size_t *len)
{
	unsigned char *entry;
	struct table t;
	int error = read_table(s, &t);

	if (error)
		return error;
	free(t.data);
	entry = (unsigned char *)pv_sysfs_read(&s->sysfs, len, "%s", path);
	if (!entry)
		return -errno;
	*buf = (char *)entry;
	if (*len >= 24 && !memcmp(entry, "_SM3_", 5)) {
		put_entry3(entry, &t);
		*len = 24;
		return 0;
	}
	if (*len >= 31 && !memcmp(entry, "_SM_", 4)) {
		put_entry(entry, &t);
		*len = 31;
		return 0;
	}
	free(entry);
	s->why = "not an SMBIOS entry point";
	return -EBADMSG;
}

#define DMI_DIR		"/sys/class/dmi/id"

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
	if (table && is_virtual(table, size))
		evidence_add(list, &fact, "smbios:virtual-machine");
	free(table);
}

void smbios_read(struct vcpuinfo *v, struct evidence_list *list)
{
	const struct dmi_string *s;

	read_bit(v, list);
	for (s = strings; s < strings + ARRAY_SIZE(strings); s++)
		read_string(v, s, list);
}

/* The only asset tag to record: it identifies a product and not a machine. */
int smbios_asset_tag(struct scrub *s, const char *path, char **buf, size_t *len)
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
