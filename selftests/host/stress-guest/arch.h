/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences of the architectures:
 *
 *   stress_arch_align()	the nearest offset for an access of a width
 *   STRESS_ENOSYS		the result of unknown calls, negated
 */
#ifndef _KVM_PV_STRESS_ARCH_H
#define _KVM_PV_STRESS_ARCH_H

#if defined(CONFIG_X86)
#include "arch-x86.h"
#elif defined(CONFIG_ARM64)
#include "arch-arm64.h"
#endif

#endif /* _KVM_PV_STRESS_ARCH_H */
