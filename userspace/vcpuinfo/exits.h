/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section exits, for its option --watch and for --record.
 */
#ifndef _VCPUINFO_EXITS_H
#define _VCPUINFO_EXITS_H

#include "userspace/libpv/device.h"
#include "userspace/libpv/exits.h"
#include "vcpuinfo.h"

int exits_take(struct vcpuinfo *v, struct pv_exits *exits);
const char *exits_trouble(const struct vcpuinfo *v, int err);
struct json_object *exits_rows(struct vcpuinfo *v, struct pv_exits *exits);

#endif /* _VCPUINFO_EXITS_H */
