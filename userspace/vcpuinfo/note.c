// SPDX-License-Identifier: GPL-2.0
/*
 * Notes: why something is not known, and what to do about it.
 */
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/device.h"
#include "vcpuinfo.h"

#define UNSAFE_CALLS	"/sys/module/pv_hypercall/parameters/unsafe_calls"

void note(struct vcpuinfo *v, const char *section, const char *fmt, ...)
{
	struct json_object *o = json_object_new_object();
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		err(failure, "note");
	va_end(ap);
	fact_string(o, "section", section);
	fact_string(o, "text", text);
	json_object_array_add(v->notes, o);
	free(text);
}

/* Why /dev/pv_hypercall cannot be asked. */
const char *note_trouble(const struct vcpuinfo *v)
{
	static char text[128];

	if (!v->sysfs.live)
		return "not asked, since --sysroot reads files only";
	if (v->device == -ENOENT)
		return "there is no " PV_DEVICE_PATH ": load the module pv_hypercall (KVM only)";
	if (v->device == -EACCES || v->device == -EPERM)
		return PV_DEVICE_PATH " needs CAP_SYS_ADMIN: run as root";
	snprintf(text, sizeof(text), "%s: %s", PV_DEVICE_PATH, strerror(-v->device));
	return text;
}

void note_device(struct vcpuinfo *v, const char *section, const char *what)
{
	note(v, section, "%s: %s", what, note_trouble(v));
}

void note_no_driver(struct vcpuinfo *v, const char *section)
{
	note(v, section,
	     "no cpufreq driver is bound: load the module vcpufreq, and have the host describe the device (pvhost describe)");
}

/* Would the driver admit a call, were it not for the kernel? */
static bool is_admitted(const struct vcpuinfo *v, __u64 nr)
{
	struct pv_hypercall_probe probe;
	char *text;
	bool unsafe;

	if (!pv_device_probe(v->device, nr, 0, &probe))
		return probe.flags & PV_HYPERCALL_ADMITTED;
	text = pv_sysfs_text(&v->sysfs, "%s", UNSAFE_CALLS);
	unsafe = text && *text == 'Y';
	free(text);
	return unsafe;
}

/* Why the driver has not made a call. */
const char *note_refusal(const struct vcpuinfo *v, __u64 nr, int error)
{
	if (error != -EPERM)
		return strerror(-error);
	if (is_admitted(v, nr))
		return "not allowed by the kernel, which is locked down";
	return "not admitted, since it may have effects: load pv_hypercall with unsafe_calls=1";
}
