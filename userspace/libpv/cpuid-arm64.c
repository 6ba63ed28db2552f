// SPDX-License-Identifier: GPL-2.0
/*
 * arm64 has no CPUID, and HVC is undefined at EL0: only the kernel can ask.
 */
#include "userspace/libpv/cpuid.h"

/**
 * pv_cpuid_native - detect the hypervisor of this machine without the kernel's help
 * @d: out: what was found
 *
 * Return: true; false where the architecture does not let user space see it.
 */
bool pv_cpuid_native(struct pv_detected *d)
{
	return false;
}

/**
 * pv_cpuid_xen - detect what a Xen PV domain runs on
 * @d: out: what was found
 *
 * Return: true; false where this is no such domain.
 */
bool pv_cpuid_xen(struct pv_detected *d)
{
	return false;
}
