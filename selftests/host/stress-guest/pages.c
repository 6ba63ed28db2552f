// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random data in the shared pages: in the header, in both halves of the records, and behind
 * them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/io.h>
#include <linux/slab.h>
#include <pv/shared.h>
#include <pv/vcpufreq.h>

#include "stress.h"

u64 stress_shared;

static void *stress_pages;
/* Contents of header and records before the first write */
static void *stress_saved;

static u32 stress_pages_size(void)
{
	return PV_FREQ_SHARED_SIZE(stress_windows);
}

static u32 stress_used(void)
{
	return sizeof(struct pv_shared_header) + stress_windows * sizeof(struct pv_freq_record);
}

static u32 stress_record(struct stress *h)
{
	return sizeof(struct pv_shared_header) +
	       stress_below(h, stress_windows) * sizeof(struct pv_freq_record);
}

/* An offset of a 32-bit member; the requests are what the host reads. */
static u32 stress_offset(struct stress *h)
{
	switch (stress_below(h, 8)) {
	case 0:
		return stress_below(h, sizeof(struct pv_shared_header) / sizeof(u32)) *
		       sizeof(u32);
	case 1:
		return stress_record(h) + offsetof(struct pv_freq_record, cur_perf);
	case 2:
		return stress_record(h) + offsetof(struct pv_freq_record, cap);
	case 3:
		return stress_below(h, stress_pages_size() / sizeof(u32)) * sizeof(u32);
	default:
		return stress_record(h) + offsetof(struct pv_freq_record, request);
	}
}

/* Writes of all widths */
void stress_scribble(struct stress *h)
{
	void *at = stress_pages + stress_offset(h);

	if (!stress_pages)
		return;

	switch (stress_below(h, 8)) {
	case 0:
		WRITE_ONCE(*(u8 *)(at + stress_below(h, 4)), stress_u32(h));
		break;
	case 1:
		WRITE_ONCE(*(u16 *)(at + 2 * stress_below(h, 2)), stress_u32(h));
		break;
	case 2:
		WRITE_ONCE(*(u64 *)PTR_ALIGN_DOWN(at, sizeof(u64)), stress_u64(h));
		break;
	default:
		WRITE_ONCE(*(u32 *)at, stress_value(h));
	}
	stress_count(h, STRESS_SCRIBBLES);
	stress_count(h, STRESS_OPS);
}

int stress_pages_init(void)
{
	const struct pv_shared_header *header;

	if (!stress_shared)
		return 0;

	stress_pages = memremap(stress_shared, stress_pages_size(), MEMREMAP_WB);
	if (!stress_pages)
		return -ENOMEM;

	header = stress_pages;
	if (le32_to_cpu(READ_ONCE(header->magic)) != PV_SHARED_MAGIC) {
		pr_err("no shared pages at %#llx\n", stress_shared);
		memunmap(stress_pages);
		return -ENODEV;
	}

	stress_saved = kmemdup(stress_pages, stress_used(), GFP_KERNEL);
	if (!stress_saved) {
		memunmap(stress_pages);
		return -ENOMEM;
	}
	return 0;
}

/* A driver can use the pages afterwards. */
void stress_pages_exit(void)
{
	if (!stress_pages)
		return;

	memset(stress_pages, 0, stress_pages_size());
	memcpy(stress_pages, stress_saved, stress_used());
	kfree(stress_saved);
	memunmap(stress_pages);
}
