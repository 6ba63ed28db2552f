// SPDX-License-Identifier: GPL-2.0
/*
 * arm64 has no CPUID instruction, and HVC is undefined at EL0: only the kernel can call
 * the hypervisor.
 */
#include "userspace/libpv/cpuid.h"

/**
 * pv_cpuid_native - detect the hypervisor of this machine from user space
 * @d: out: the result
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native(struct pv_detected *d)
{
	return false;
}

/**
 * pv_cpuid_xen - detect the hypervisor of a Xen PV domain
 * @d: out: the result
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen(struct pv_detected *d)
{
	return false;
}

/**
 * pv_cpuid_native_dump - read all leaves of this CPU
 * @dump: out: the leaves
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native_dump(struct pv_cpuid_dump *dump)
{
	return false;
}

/**
 * pv_cpuid_xen_dump - read all leaves that Xen provides to a PV domain
 * @dump: out: the leaves
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen_dump(struct pv_cpuid_dump *dump)
{
	return false;
}
