/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86: the TSC, and a hypercall at CPL 3, which exits to the host and is rejected there.
 */
#include <cpuid.h>
#include <pv/hypercall.h>

#define BENCH_ENOSYS	PV_ENOSYS_X86

/* On x86 the first use of a vector register does not change the cost of exits. */
static inline void bench_use_vectors(void)
{
}

static inline __u64 bench_counter(void)
{
	__u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return low | (__u64)high << 32;
}

/*
 * KVM replaces the instruction of the other vendor in the guest's memory.  It must not modify the
 * text of this program, so choose the instruction of this CPU.
 */
static inline int bench_has_vmmcall(void)
{
	__u32 eax, ebx, ecx, edx;

	__cpuid(0, eax, ebx, ecx, edx);
	return ebx == signature_AMD_ebx || ebx == 0x6f677948 /* "Hygo" */;
}

static inline int bench_cpl3(__u64 *ticks)
{
	static int vmmcall = -1;
	__s64 ret;
	__u64 begin;

	if (vmmcall < 0)
		vmmcall = bench_has_vmmcall();

	begin = bench_counter();
	if (vmmcall)
		asm volatile("vmmcall" : "=a"(ret) : "a"(PV_HC_NOP) : "memory");
	else
		asm volatile("vmcall" : "=a"(ret) : "a"(PV_HC_NOP) : "memory");
	*ticks = bench_counter() - begin;
	return ret == -PV_EPERM ? 0 : EPROTO;
}
