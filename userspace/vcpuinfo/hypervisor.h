/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section hypervisor: functions for all sources of facts.
 */
#ifndef _VCPUINFO_HYPERVISOR_H
#define _VCPUINFO_HYPERVISOR_H

#include "vcpuinfo.h"

/* hypervisor.c */
void hypervisor_source(__u32 leaf, char *text, size_t size);
void hypervisor_signature(struct json_object *o, const char *text, bool has_leaf,
			  __u32 leaf, const char *source);
void hypervisor_confidential(struct json_object *o, const char *kind, const char *state,
			     bool paravisor, const char *source);
void hypervisor_is(struct json_object *o, const char *vendor, const char *source);
void hypervisor_below(struct json_object *o, const char *vendor, const char *source);

/* cpuid.c, module.c, firmware.c */
bool cpuid_read(struct vcpuinfo *v, struct json_object *o);
void module_read(struct vcpuinfo *v, struct json_object *o);
void firmware_read(struct vcpuinfo *v, struct json_object *o);

/* xen.c */
bool hypervisor_is_xen(const struct pv_sysfs *sysfs);
void xen_read(struct vcpuinfo *v, struct json_object *o);

#endif /* _VCPUINFO_HYPERVISOR_H */
