/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64: the virtual counter.  User mode cannot make hypercalls: HVC is undefined at EL0
 * (Arm DDI 0487, "HVC").
 */
#include <pv/hypercall.h>

#define BENCH_ENOSYS	PV_ENOSYS_ARM64
#define bench_cpl3	NULL

/*
 * After the guest has used a vector register, the host saves them all: it executes more
 * instructions on each exit until it next switches away from the vCPU.  Programs always use
 * vector registers.
 */
static inline void bench_use_vectors(void)
{
	__u64 value;

	asm volatile("umov %0, v0.d[0]" : "=r"(value));
}

static inline __u64 bench_counter(void)
{
	__u64 now;

	asm volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(now) : : "memory");
	return now;
}
