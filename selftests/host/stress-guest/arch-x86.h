/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86: any access is possible, and KVM splits an access that crosses a page.
 */
#include <linux/types.h>
#include <pv/hypercall.h>

#define STRESS_ENOSYS	PV_ENOSYS_X86

static inline u32 stress_arch_align(u32 at, u32 width)
{
	return at;
}
