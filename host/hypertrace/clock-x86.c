// SPDX-License-Identifier: GPL-2.0
/*
 * The TSC of this host, and that of a guest: the host's times a ratio, plus an offset.
 * Both are KVM's, of the vCPU; see "TSC scaling" in the SDM, volume 3, 26.6.5, and
 * TSC_RATIO in the APM, volume 2, 15.30.5.
 */
#include <x86intrin.h>

#include "hypertrace.h"

/* Bits behind the point; without scaling KVM keeps a ratio of 1. */
#define VMX_FRACTION	48
#define SVM_FRACTION	32

__u64 clock_counter(void)
{
	__u64 now;

	_mm_lfence();
	now = __rdtsc();
	_mm_lfence();
	return now;
}

bool clock_guest(__u64 ticks, __u64 offset, __u64 ratio, __u64 *guest)
{
	const unsigned int fraction = __builtin_cpu_is("intel") ? VMX_FRACTION : SVM_FRACTION;

	if (!ratio)
		return false;
	*guest = (__u64)((__uint128_t)ticks * ratio >> fraction) + offset;
	return true;
}
