/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counter, hypercall and addresses of devices of each architecture
 */
#ifndef _PV_BENCH_ARCH_H
#define _PV_BENCH_ARCH_H

#if defined(CONFIG_X86)
#include "arch-x86.h"
#elif defined(CONFIG_ARM64)
#include "arch-arm64.h"
#endif

#endif /* _PV_BENCH_ARCH_H */
