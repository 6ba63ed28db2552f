// SPDX-License-Identifier: GPL-2.0
/*
 * Differences of x86: the names of KVM, and the counter.
 *
 * The counter is the TSC of this host.  That of a guest is the host's times a ratio, plus an
 * offset.  Both are KVM's, of the vCPU; see "TSC scaling" in the SDM, volume 3, 26.6.5, and
 * TSC_RATIO in the APM, volume 2, 15.30.5.
 */
#include <cpuid.h>
#include <stdio.h>
#include <string.h>
#include <x86intrin.h>

#include "hypertrace.h"

#define CLOCKSOURCE	"/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* Bits behind the point; without scaling KVM keeps a ratio of 1. */
#define VMX_FRACTION	48
#define SVM_FRACTION	32

#define FEATURE_VMX	0x20U	/* bit 5 */

const char * const kernel_handlers[] = { "kvm_emulate_hypercall", NULL };
const char * const kernel_no_kvm = "load kvm-amd or kvm-intel first";

__u64 clock_counter(void)
{
	__u64 now;

	_mm_lfence();
	now = __rdtsc();
	_mm_lfence();
	return now;
}

/* Others than Intel have VMX, too: CPUID.1:ECX[5], SDM volume 2, CPUID. */
static unsigned int fraction(void)
{
	unsigned int a, b, c = 0, d;

	__get_cpuid(1, &a, &b, &c, &d);
	return c & FEATURE_VMX ? VMX_FRACTION : SVM_FRACTION;
}

/* Where the kernel's own clock is another, the TSC may not be steady. */
__u64 clock_ratio(void)
{
	char name[16] = "";
	FILE *in = fopen(CLOCKSOURCE, "re");

	if (in && !fgets(name, sizeof(name), in))
		name[0] = '\0';
	if (in)
		fclose(in);
	return strcmp(name, "tsc\n") ? 0 : 1ULL << fraction();
}

bool clock_guest(__u64 ticks, __u64 offset, __u64 ratio, __u64 *guest)
{
	static unsigned int bits;

	if (!ratio)
		return false;
	/* CPUID is an exit where this host is a guest. */
	if (!bits)
		bits = fraction();
	*guest = (__u64)((__uint128_t)ticks * ratio >> bits) + offset;
	return true;
}
