// SPDX-License-Identifier: GPL-2.0
/*
 * Notes: why a fact is not known, and what the user can do.  Advice that needs KVM is given
 * only if the hypervisor can be KVM.
 */
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

#define UNSAFE_CALLS	"/sys/module/pv_hypercall/parameters/unsafe_calls"

void note(struct vcpuinfo *v, const char *section, const char *fmt, ...)
{
	struct json_object *o = json_object_new_object();
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		err(STATUS_ERROR, "note");
	va_end(ap);
	fact_string(o, "section", section);
	fact_string(o, "text", text);
	json_object_array_add(v->notes, o);
	free(text);
}

/* Does the output have one of these columns? @keys: separated by blanks */
bool note_wanted(const struct vcpuinfo *v, const char *keys)
{
	size_t n;

	for (n = 0; v->columns && v->columns[n]; n++)
		if (fact_has_word(keys, v->columns[n]->key))
			return true;
	return !v->columns;
}

/* Removes the notes after the first @nr. */
void note_drop(struct vcpuinfo *v, size_t nr)
{
	json_object_array_del_idx(v->notes, nr, json_object_array_length(v->notes) - nr);
}

/* The machine, if it is certain that KVM does not run it; else NULL */
const char *note_not_kvm(const struct vcpuinfo *v)
{
	struct json_object *virtual = json_object_object_get(v->hypervisor, "virtualized");
	const char *vendor = hypervisor_member(v->hypervisor, "vendor");

	if (vendor)
		return strcmp(vendor, "KVM") ? vendor : NULL;
	if (virtual && !json_object_get_boolean(virtual))
		return "a physical machine";
	return NULL;
}

/* Has the module found that the hypervisor rejects the instruction? */
bool note_rejects_calls(const struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/conduit");
	bool rejects = text && !strcmp(text, "none") &&
		       hypervisor_kvm(v->hypervisor) == KVM_INTERFACE_PRESENT;

	free(text);
	return rejects;
}

/* Why /dev/pv_hypercall cannot be used */
const char *note_trouble(const struct vcpuinfo *v)
{
	static char text[128];

	if (v->device != -EACCES && v->device != -EPERM && note_not_kvm(v)) {
		snprintf(text, sizeof(text), "not available: KVM is needed, and this is %s",
			 note_not_kvm(v));
		return text;
	}
	if (v->device == -ENOENT && note_rejects_calls(v))
		return "the hypervisor rejects hypercalls: see the kernel log";
	if (!v->sysfs.live)
		return "not available, because --sysroot reads files only";
	if (v->device == -ENOENT)
		return PV_DEVICE_PATH " does not exist: load the module pv_hypercall (KVM only)";
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
	const char *vendor = hypervisor_member(v->hypervisor, "vendor");
	const char *machine = note_not_kvm(v);

	if (machine)
		note(v, section,
		     "no cpufreq driver is bound; vcpufreq needs KVM, and this is %s", machine);
	else if (vendor)
		note(v, section,
		     "no cpufreq driver is bound: load the modules pv_hypervisor and vcpufreq, and have the host attach this VM (pvhost attach)");
	else
		note(v, section,
		     "no cpufreq driver is bound; vcpufreq needs KVM, and the hypervisor is not known");
}

/* Whether the driver allows the call, so that the kernel has denied it */
static bool is_allowed(const struct vcpuinfo *v, __u64 nr)
{
	struct pv_hypercall_probe probe;
	char *text;
	bool unsafe;

	if (!pv_device_probe(v->device, nr, 0, &probe))
		return probe.out_flags & PV_HYPERCALL_ALLOWED;
	text = pv_sysfs_text(&v->sysfs, "%s", UNSAFE_CALLS);
	unsafe = text && *text == 'Y';
	free(text);
	return unsafe;
}

/* Why the driver has rejected a call */
const char *note_refusal(const struct vcpuinfo *v, __u64 nr, int error)
{
	if (error == -EOPNOTSUPP)
		return "not available: the memory of this guest is encrypted or private";
	if (error != -EPERM)
		return strerror(-error);
	if (is_allowed(v, nr))
		return "not allowed by the kernel, which is locked down";
	return "not admitted, since it may have effects: load pv_hypercall with unsafe_calls=1";
}
