// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID, which every process may execute.
 */
#include <cpuid.h>

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
