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

/* Says why /dev/pv_hypercall cannot be asked. */
void note_device(struct vcpuinfo *v, const char *section, const char *what)
{
	if (!v->sysfs.live)
		note(v, section, "%s: not asked, since --sysroot reads files only", what);
	else if (v->device == -ENOENT)
		note(v, section, "%s: there is no %s: load the module pv_hypercall (KVM only)",
		     what, PV_DEVICE_PATH);
	else if (v->device == -EACCES || v->device == -EPERM)
		note(v, section, "%s: %s needs CAP_SYS_ADMIN: run as root",
		     what, PV_DEVICE_PATH);
	else
		note(v, section, "%s: %s: %s", what, PV_DEVICE_PATH,
		     strerror(-v->device));
}
