/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages that the host shares, see pv/shared.h, for the drivers that map them.
 */
#ifndef _PV_DRIVERS_SHARED_H
#define _PV_DRIVERS_SHARED_H

#include <linux/cc_platform.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/minmax.h>
#include <pv/shared.h>

#ifdef CONFIG_X86
#include <asm/processor.h>

/* ioremap() warns about an address beyond the physical address bits. */
static inline bool pv_shared_can_map(const struct resource *res)
{
	return !(res->end >> boot_cpu_data.x86_phys_bits);
}
#else
static inline bool pv_shared_can_map(const struct resource *res)
{
	return true;
}
#endif

static inline u32 pv_shared_word(const __le32 *word)
{
	return le32_to_cpu(READ_ONCE(*word));
}

/* The VMM need not emulate 64-bit accesses. */
static inline u64 pv_shared_long(const __le64 *value)
{
	const __le32 *half = (const __le32 *)value;

	return pv_shared_word(half) | (u64)pv_shared_word(half + 1) << 32;
}

/**
 * pv_shared_epoch - current epoch of shared pages
 * @header: the pages
 *
 * Return: the epoch; 0 if no host side is attached or it shares no pages.
 */
static inline u32 pv_shared_epoch(const struct pv_shared_header *header)
{
	/* All bits are set if nothing responds at the address. */
	if (pv_shared_word(&header->magic) != PV_SHARED_MAGIC ||
	    pv_shared_word(&header->version) < PV_SHARED_VERSION)
		return 0;

	return pv_shared_word(&header->epoch);
}

/**
 * pv_shared_map - map shared pages
 * @res: their address
 *
 * All drivers that map the same pages use the same memory type.  The host accesses the pages of a
 * confidential guest, so they are not encrypted.
 *
 * Return: the mapping, which memunmap() removes, or NULL.
 */
static inline struct pv_shared_header *pv_shared_map(const struct resource *res)
{
	unsigned long flags = MEMREMAP_WB;

	if (!IS_ALIGNED(res->start, PV_SHARED_ALIGN) ||
	    resource_size(res) < sizeof(struct pv_shared_header) || !pv_shared_can_map(res))
		return NULL;
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		flags |= MEMREMAP_DEC;

	return memremap(res->start, resource_size(res), flags);
}

#endif /* _PV_DRIVERS_SHARED_H */
