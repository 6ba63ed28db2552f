// SPDX-License-Identifier: GPL-2.0
/*
 * The CPUID instruction, which every process may execute.
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
 * pv_cpuid_native - detect the hypervisor of this machine from user space
 * @d: out: the result
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native(struct pv_detected *d)
{
	pv_cpuid_detect(read_native, NULL, d);
	return true;
}

/**
 * pv_cpuid_native_dump - read all leaves of this CPU
 * @dump: out: the leaves
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native_dump(struct pv_cpuid_dump *dump)
{
	pv_cpuid_dump_make(read_native, NULL, dump);
	return true;
}

static sigjmp_buf no_xen;

static void on_sigill(int sig)
{
	siglongjmp(no_xen, 1);
}

/*
 * UD2 and "xen": Xen executes the CPUID instruction after this prefix for a PV domain.
 * On other machines UD2 raises SIGILL (xen/include/public/arch-x86/xen.h,
 * XEN_EMULATE_PREFIX).
 */
static void read_xen(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	asm volatile(".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e\n\tcpuid"
		     : "=a" (regs->eax), "=b" (regs->ebx), "=c" (regs->ecx), "=d" (regs->edx)
		     : "0" (leaf), "2" (subleaf));
}

/* Calls @use with @out unless this machine is not a Xen PV domain. */
static bool use_xen(void (*use)(void *out), void *out)
{
	struct sigaction action = { .sa_handler = on_sigill }, old;

	if (sigaction(SIGILL, &action, &old))
		return false;
	if (sigsetjmp(no_xen, 1)) {
		sigaction(SIGILL, &old, NULL);
		return false;
	}
	use(out);
	sigaction(SIGILL, &old, NULL);
	return true;
}

static void detect_xen(void *out)
{
	pv_cpuid_detect(read_xen, NULL, out);
}

static void dump_xen(void *out)
{
	pv_cpuid_dump_make(read_xen, NULL, out);
}

/**
 * pv_cpuid_xen - detect the hypervisor of a Xen PV domain, by Xen's own CPUID
 * @d: out: the result
 *
 * Only for programs with one thread: it replaces the handler of SIGILL temporarily.
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen(struct pv_detected *d)
{
	return use_xen(detect_xen, d);
}

/**
 * pv_cpuid_xen_dump - read all leaves that Xen provides to a PV domain
 * @dump: out: the leaves
 *
 * Only for programs with one thread: it replaces the handler of SIGILL temporarily.
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen_dump(struct pv_cpuid_dump *dump)
{
	return use_xen(dump_xen, dump);
}
