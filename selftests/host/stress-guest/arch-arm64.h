/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64: an unaligned access to device memory is a fault in the guest, without an exit to the
 * host.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <pv/hypercall.h>

#define STRESS_ENOSYS	PV_ENOSYS_ARM64

static inline u32 stress_arch_align(u32 at, u32 width)
{
	return ALIGN_DOWN(at, width);
}
