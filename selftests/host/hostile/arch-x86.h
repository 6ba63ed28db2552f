/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86: any access is one, and KVM splits those that cross a page.
 */
#include <linux/types.h>
#include <pv/hypercall.h>

#define HOSTILE_ENOSYS	PV_ENOSYS_X86

static inline u32 hostile_arch_align(u32 at, u32 width)
{
	return at;
}
