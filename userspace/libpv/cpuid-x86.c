// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID, which every process may execute.
 */
#include <cpuid.h>
#include <setjmp.h>
#include <signal.h>

#include "userspace/libpv/cpuid.h"

static void read_native(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	__cpuid_count(leaf, subleaf, regs->eax, regs->ebx, regs->ecx, regs->edx);
}

/**
 * pv_cpuid_native - detect the hypervisor of this machine without the kernel's help
 * @d: out: what was found
 *
 * Return: true; false where the architecture does not let user space see it.
 */
bool pv_cpuid_native(struct pv_detected *d)
{
	pv_cpuid_detect(read_native, NULL, d);
	return true;
}

static sigjmp_buf no_xen;

static void on_sigill(int sig)
{
	siglongjmp(no_xen, 1);
}

/*
 * UD2 and "xen": Xen executes the CPUID that follows for a PV domain, on everything
 * else the UD2 is what it is (xen/include/public/arch-x86/xen.h, XEN_EMULATE_PREFIX).
 */
static void read_xen(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	asm volatile(".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e\n\tcpuid"
		     : "=a" (regs->eax), "=b" (regs->ebx), "=c" (regs->ecx), "=d" (regs->edx)
		     : "0" (leaf), "2" (subleaf));
}

/**
 * pv_cpuid_xen - detect what a Xen PV domain runs on, by Xen's own CPUID
 * @d: out: what was found
 *
 * For programs of one thread: it takes SIGILL for a moment.
 *
 * Return: true; false where this is no such domain.
 */
bool pv_cpuid_xen(struct pv_detected *d)
{
	struct sigaction action = { .sa_handler = on_sigill }, old;

	if (sigaction(SIGILL, &action, &old))
		return false;
	if (sigsetjmp(no_xen, 1)) {
		sigaction(SIGILL, &old, NULL);
		return false;
	}
	pv_cpuid_detect(read_xen, NULL, d);
	sigaction(SIGILL, &old, NULL);
	return true;
}
