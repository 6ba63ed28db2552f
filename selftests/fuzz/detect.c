// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the hypervisor section of vcpuinfo, on a machine that the input defines.
 *
 * The input consists of files, in the order of the table, with a separator between them.
 * pv_sysfs_vread() replaces that of userspace/libpv/sysfs.c and returns these files, so no
 * file system is needed; all other code is that of vcpuinfo.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/cpuid.h"
#include "userspace/vcpuinfo/vcpuinfo.h"

#define SEPARATOR	"==>"

static const char * const files[] = {
	"/cpuid",
	"/sys/hypervisor/pv/conduit",
	"/sys/hypervisor/pv/vendor",
	"/sys/hypervisor/pv/signatures",
	"/sys/hypervisor/pv/features",
	"/sys/hypervisor/pv/hints",
	"/sys/hypervisor/pv/confidential",
	"/sys/hypervisor/type",
	"/sys/hypervisor/properties/features",
	"/sys/firmware/devicetree/base/hypervisor/compatible",
	"/sys/firmware/acpi/tables/FACP",
	"/sys/firmware/devicetree/base/compatible",
	"/sys/devices/platform/arm-cca-dev/uevent",
	"/sys/devices/platform/sev-guest/uevent",
};

static const char *input;
static size_t input_len;

/* For err() in the code under test. */
int failure = EXIT_FAILURE;

/* Returns part @nr, or NULL if it is empty or missing: that file does not exist. */
static const char *part(size_t nr, size_t *len)
{
	const char *end = input + input_len, *p = input, *next;

	for (;; nr--) {
		next = memmem(p, end - p, SEPARATOR, strlen(SEPARATOR));
		*len = (next ? next : end) - p;
		if (!nr)
			return *len ? p : NULL;
		if (!next)
			return NULL;
		p = next + strlen(SEPARATOR);
	}
}

/* Replaces the function in userspace/libpv/sysfs.c */
char *pv_sysfs_vread(const struct pv_sysfs *s, size_t *len, const char *fmt, va_list ap)
{
	char path[256], *buf;
	const char *p;
	size_t i;

	vsnprintf(path, sizeof(path), fmt, ap);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(files[i], path))
			break;
	p = i < ARRAY_SIZE(files) ? part(i, len) : NULL;
	if (!p) {
		errno = ENOENT;
		return NULL;
	}
	/* Allocate the exact size, so that ASan detects accesses past the end. */
	buf = malloc(*len + 1);
	if (!buf)
		abort();
	memcpy(buf, p, *len);
	return buf;
}

/* Every string of the document must be printable. */
static void judge_text(struct json_object *o)
{
	const char *text;
	size_t i;

	if (json_object_is_type(o, json_type_string)) {
		for (text = json_object_get_string(o); *text; text++)
			if (*text != '\n' && (*text < 0x20 || *text > 0x7e))
				abort();
	} else if (json_object_is_type(o, json_type_array)) {
		for (i = 0; i < json_object_array_length(o); i++)
			judge_text(json_object_array_get_idx(o, i));
	} else if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value) {
			(void)key;
			judge_text(value);
		}
	}
}

/* Checks the invariants of every result. */
static void judge(struct vcpuinfo *v)
{
	struct json_object *o = v->hypervisor;
	struct json_object *virtual, *source, *vendor;

	if (!o) {
		if (!*v->refused)
			abort();
		return;
	}
	virtual = json_object_object_get(o, "virtual");
	source = json_object_object_get(o, "source");
	vendor = json_object_object_get(o, "vendor");
	if (!virtual != !source || (vendor && !json_object_get_boolean(virtual)))
		abort();
	judge_text(o);
}

/* The Makefile defines this name as the one that libFuzzer calls. */
int fuzz_one(const __u8 *data, size_t size)
{
	struct vcpuinfo v = { .device = -ENODEV };
	const struct column *c;
	size_t i;

	input = (const char *)data;
	input_len = size;
	v.notes = json_object_new_array();
	v.hypervisor = hypervisor_detect(&v);
	judge(&v);
	if (v.hypervisor) {
		json_object_put(hypervisor_read(&v));
		for (c = hypervisor_columns; c->key; c++) {
			struct json_object *list = json_object_object_get(v.hypervisor, c->key);

			for (i = 0; c->text && list && i < json_object_array_length(list); i++)
				c->text(json_object_array_get_idx(list, i));
		}
	}
	json_object_put(v.hypervisor);
	json_object_put(v.notes);
	return 0;
}
