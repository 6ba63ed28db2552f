// SPDX-License-Identifier: GPL-2.0
/*
 * SMBIOS tables: whether the firmware is that of a virtual machine, and for --record the
 * structures that describe firmware, system, board and chassis, with known fields only.
 *
 * For --record each structure is built again: bytes that no row of fields[] lists are 0,
 * and strings that no row lists are absent.  Serial numbers, UUIDs and asset tags have no
 * row.  The other structures, such as processors, memory and OEM strings, are not recorded.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/compiler.h"
#include "scrub.h"

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
bool smbios_is_virtual(const unsigned char *table, size_t size)
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
