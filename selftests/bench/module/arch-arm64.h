/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64: the virtual counter.  It ticks once per instruction under QEMU's -icount with
 * cntfrq=1000000000.
 */
#include <linux/arm-smccc.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>
#include <clocksource/arm_arch_timer.h>
#include <pv/hypercall.h>

#define BENCH_ENOSYS		PV_ENOSYS_ARM64

/* Default address of pvhost attach */
#define BENCH_HOST_BASE		0x0b800000
/* Address of pv_floor in selftests/rig/scenario/bench.sh */
#define BENCH_FLOOR_BASE	0x0b880000

/* The PL031, which QEMU emulates: RTCDR (time), RTCIMSC (0 masks its interrupt) */
#define BENCH_USER_BASE		0x09010000
#define BENCH_USER_READ		0x00
#define BENCH_USER_WRITE	0x10

/* CPUID is an instruction of x86. */
#define bench_cpuid		NULL

/*
 * After the guest has used a vector register, the host saves them all: it executes more
 * instructions on each exit until it next switches away from the vCPU.  A read is a use.
 */
static __always_inline void bench_use_vectors(void)
{
	u64 value;

	asm volatile(".arch_extension simd\n\tumov %0, v0.d[0]" : "=r"(value));
}

static __always_inline u64 bench_counter(void)
{
	u64 now;

	isb();
	now = read_sysreg(cntvct_el0);
	isb();
	return now;
}

static inline u32 bench_counter_khz(void)
{
	return read_sysreg(cntfrq_el0) / 1000;
}

static __always_inline s64 bench_hypercall(u32 nr, u64 arg0, u64 arg1)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(nr, arg0, arg1, &res);
	return res.a0;
}

static inline void bench_settle(void)
{
}

/* The host has additional work on each entry while a timer is pending, even with interrupts off. */
static inline u64 bench_timer_mask(void)
{
	u64 timer = read_sysreg(cntv_ctl_el0);

	write_sysreg(timer | ARCH_TIMER_CTRL_IT_MASK, cntv_ctl_el0);
	isb();
	return timer;
}

static inline void bench_timer_restore(u64 timer)
{
	write_sysreg(timer, cntv_ctl_el0);
	isb();
}
