// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what the kernel has detected about its CPUs and clocks.
 */
#include <stdlib.h>
#include <string.h>

#include "hypervisor.h"

#define CPUINFO		"/proc/cpuinfo"
#define SOURCE		"proc:cpuinfo"
#define CLOCK		"/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* The value of a key of the first CPU, for free(); NULL if the key is missing */
static char *find_value(const char *text, const char *key)
{
	size_t len = strlen(key), blanks;
	const char *line = text;

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len))
			continue;
		/* The kernel aligns the colons with tabs, which are '.' here. */
		blanks = strspn(line + len, ". \t");
		if (line[len + blanks] != ':')
			continue;
		line += len + blanks + 1;
		line += strspn(line, " ");
		return strndup(line, strcspn(line, "\n"));
	}
	return NULL;
}

/*
 * User-mode Linux is a process: CPUID does not trap and describes the machine of its host
 * (show_cpuinfo() in arch/um).
 */
static bool read_uml(struct json_object *o, const char *text)
{
	char *vendor = find_value(text, "vendor_id");
	bool is_uml = vendor && !strcmp(vendor, "User Mode Linux");

	free(vendor);
	if (!is_uml)
		return false;
	hypervisor_move_below(o);
	hypervisor_is(o, USER_MODE_LINUX, SOURCE);
	return true;
}

/* The kernel's copy of the bit, for recordings without CPUID and for CPUID that does not trap */
static void read_flag(struct json_object *o, struct evidence_list *list, const char *text)
{
	static const struct evidence fact = { .kind = EVIDENCE_FIRMWARE };
	char *flags = find_value(text, "flags");

	if (flags && fact_has_word(flags, "hypervisor")) {
		hypervisor_is(o, NULL, SOURCE);
		evidence_add(list, &fact, SOURCE);
	}
	free(flags);
}

/* CPU models of QEMU, by the names that it gives them */
static void read_model(struct evidence_list *list, const char *text)
{
	static const char * const models[] = {
		"QEMU Virtual CPU", "Common KVM processor", "Common 32-bit KVM processor",
	};
	static const struct evidence fact = { .kind = EVIDENCE_TEXT, .excludes = "Hyper-V" };
	char *name = find_value(text, "model name");
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(models); i++)
		if (!strncmp(name, models[i], strlen(models[i])))
			evidence_add(list, &fact, SOURCE);
	free(name);
}

/* The kernel uses the clock of a hypervisor only if it has detected the hypervisor. */
static void read_clock(struct vcpuinfo *v, struct evidence_list *list)
{
	static const char * const clocks[] = { "kvm-clock", "xen", "hyperv_clocksource" };
	static const struct evidence fact = { .kind = EVIDENCE_FIRMWARE };
	char *text = pv_sysfs_text(&v->sysfs, CLOCK);
	size_t i;

	for (i = 0; text && i < ARRAY_SIZE(clocks); i++)
		if (!strncmp(text, clocks[i], strlen(clocks[i])))
			evidence_add(list, &fact, "sysfs:" CLOCK);
	free(text);
}

void cpuinfo_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	char *text = pv_sysfs_text(&v->sysfs, CPUINFO);
	bool is_uml = text && read_uml(o, text);

	if (text && !is_uml) {
		read_flag(o, list, text);
		read_model(list, text);
	}
	free(text);
	if (!is_uml)
		read_clock(v, list);
}
