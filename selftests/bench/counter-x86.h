/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86: the TSC, and a call from CPL 3, which leaves the guest to be refused.
 */
#include <cpuid.h>
#include <pv/hypercall.h>

#define BENCH_ENOSYS	PV_ENOSYS_X86

/* The host has them switched in any case. */
static inline void bench_use_vectors(void)
{
}

static inline __u64 bench_counter(void)
{
	__u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return low | (__u64)high << 32;
}

/* KVM patches the other vendor's instruction, which must not be done to our text. */
static inline int bench_has_vmmcall(void)
{
	__u32 eax, ebx, ecx, edx;

	__cpuid(0, eax, ebx, ecx, edx);
	return ebx == signature_AMD_ebx || ebx == 0x6f677948 /* "Hygo" */;
}

static inline int bench_cpl3(__u64 *ticks)
{
	static int vmmcall = -1;
	__s64 answer;
	__u64 begin;

	if (vmmcall < 0)
		vmmcall = bench_has_vmmcall();

	begin = bench_counter();
	if (vmmcall)
		asm volatile("vmmcall" : "=a"(answer) : "a"(PV_HC_NOP) : "memory");
	else
		asm volatile("vmcall" : "=a"(answer) : "a"(PV_HC_NOP) : "memory");
	*ticks = bench_counter() - begin;
	return answer == -PV_EPERM ? 0 : EPROTO;
}
