// SPDX-License-Identifier: GPL-2.0
/*
 * Facts in JSON: known, or null; and the architecture of the machine, since that of a recorded
 * machine can differ from that of the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "vcpuinfo.h"

void fact_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, value ? json_object_new_string(value) : NULL);
}

void fact_bool(struct json_object *o, const char *key, bool known, bool value)
{
	json_object_object_add(o, key, known ? json_object_new_boolean(value) : NULL);
}

void fact_u64(struct json_object *o, const char *key, bool known, __u64 value)
{
	json_object_object_add(o, key, known ? json_object_new_uint64(value) : NULL);
}

/* With so many digits after the point, in JSON too */
void fact_double(struct json_object *o, const char *key, bool known, int digits, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, value);
	json_object_object_add(o, key, known ? json_object_new_double_s(value, text) : NULL);
}

/* Null where the file cannot be read, or is empty. */
void fact_file(const struct vcpuinfo *v, struct json_object *o, const char *key,
	       const char *path)
{
	char *text = pv_sysfs_text(&v->sysfs, "%s", path);

	fact_string(o, key, text && *text ? text : NULL);
	free(text);
}

/* Null where the file cannot be read, or holds no number. */
void fact_file_u64(const struct vcpuinfo *v, struct json_object *o, const char *key,
		   const char *path)
{
	__u64 value = 0;
	int err = pv_sysfs_u64(&v->sysfs, &value, "%s", path);

	fact_u64(o, key, !err, value);
}

/* Splits @text, which is overwritten; NULL, and so null, where there is no text. */
struct json_object *fact_words(char *text, const char *separators)
{
	struct json_object *words;
	char *word, *save = NULL;

	if (!text)
		return NULL;
	words = json_object_new_array();
	for (word = strtok_r(text, separators, &save); word;
	     word = strtok_r(NULL, separators, &save))
		json_object_array_add(words, json_object_new_string(word));
	return words;
}

/* Is @word one of the words in @words, which blanks separate? */
bool fact_has_word(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		if (n == len && !memcmp(words, word, len))
			return true;
	}
	return false;
}

#define DT_PSCI	"/sys/firmware/devicetree/base/psci/compatible"

static enum arch native_arch(void)
{
	struct utsname uts;

	if (uname(&uts))
		return ARCH_UNKNOWN;
	return strcmp(uts.machine, "aarch64") ? ARCH_X86 : ARCH_ARM64;
}

static bool exists(const struct vcpuinfo *v, const char *path)
{
	char *text = pv_sysfs_text(&v->sysfs, "%s", path);
	bool found = text;

	free(text);
	return found;
}

static enum arch of_cpuinfo(const struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, "/proc/cpuinfo");
	enum arch arch = ARCH_UNKNOWN;

	if (text && strstr(text, "CPU implementer"))
		arch = ARCH_ARM64;
	else if (text && (strstr(text, "vendor_id") || strstr(text, "flags")))
		arch = ARCH_X86;
	free(text);
	return arch;
}

/* By the instruction that the module pv_hypervisor uses */
static enum arch of_module(const struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/conduit");
	enum arch arch = ARCH_UNKNOWN;

	if (text && (!strcmp(text, "hvc") || !strcmp(text, "smc")))
		arch = ARCH_ARM64;
	else if (text && (!strcmp(text, "vmcall") || !strcmp(text, "vmmcall")))
		arch = ARCH_X86;
	free(text);
	return arch;
}

/**
 * fact_arch - the architecture of the machine
 * @v: machine
 *
 * Return: the architecture, ARCH_UNKNOWN if a recorded machine does not show it.
 */
enum arch fact_arch(const struct vcpuinfo *v)
{
	enum arch arch;

	if (v->sysfs.live)
		return native_arch();
	if (exists(v, DUMP))
		return ARCH_X86;
	arch = of_cpuinfo(v);
	if (arch == ARCH_UNKNOWN)
		arch = of_module(v);
	if (arch == ARCH_UNKNOWN && exists(v, DT_PSCI))
		arch = ARCH_ARM64;
	return arch;
}

/**
 * fact_is_native - is the architecture of the machine that of the program?
 * @v: machine
 *
 * Return: false if it is another one, or not known.
 */
bool fact_is_native(const struct vcpuinfo *v)
{
	return fact_arch(v) == native_arch();
}
