/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detection on the machine that this program runs on.
 */
#ifndef _LIBPV_CPUID_H
#define _LIBPV_CPUID_H

#include <stdbool.h>

#include "drivers/hypervisor/detect.h"

bool pv_cpuid_native(struct pv_detected *d);

#endif /* _LIBPV_CPUID_H */
