/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A counter that user space reads in program order, without a VM exit
 */
#ifndef _SELFTESTS_BENCH_COUNTER_H
#define _SELFTESTS_BENCH_COUNTER_H

#include <linux/types.h>

#if defined(__x86_64__)
#include "counter-x86.h"
#elif defined(__aarch64__)
#include "counter-arm64.h"
#endif

#endif /* _SELFTESTS_BENCH_COUNTER_H */
