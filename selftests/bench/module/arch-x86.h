/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86: the TSC.  It ticks once per instruction under QEMU's -icount.
 */
#include <asm/kvm_para.h>
#include <asm/msr.h>
#include <asm/tsc.h>
#include <pv/hypercall.h>

#include "../../../drivers/compat.h"

#define BENCH_ENOSYS		PV_ENOSYS_X86

/* Default address of pvhost attach */
#define BENCH_HOST_BASE		0xfef00000
/* Address of pv_floor in selftests/rig/scenario/bench.sh */
#define BENCH_FLOOR_BASE	0xfef80000

/* The HPET, which QEMU emulates: capabilities, interrupt status (write 1 to clear) */
#define BENCH_USER_BASE		0xfed00000
#define BENCH_USER_READ		0x00
#define BENCH_USER_WRITE	0x20

static __always_inline u64 bench_counter(void)
{
	return rdtsc_ordered();
}

static inline u32 bench_counter_khz(void)
{
	return tsc_khz;
}

static __always_inline s64 bench_hypercall(u32 nr, u64 arg0, u64 arg1)
{
	return kvm_hypercall2(nr, arg0, arg1);
}

/* On x86 the first use of a vector register does not change the cost of exits. */
static inline void bench_use_vectors(void)
{
}

/*
 * QEMU's SVM keeps the type of an injected exception in exit_int_info of the next exit.  KVM since
 * 6.14 takes it for the delivery of that exception, in which it emulates no access to a device.
 * This exit replaces it.
 */
static inline void bench_settle(void)
{
	native_cpuid_eax(0);
}

static inline u64 bench_timer_mask(void)
{
	return 0;
}

static inline void bench_timer_restore(u64 timer)
{
}

static inline s64 bench_cpuid(u64 *ticks)
{
	u64 begin = bench_counter();

	native_cpuid_eax(0);
	*ticks = bench_counter() - begin;
	return 0;
}
