// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random data in the shared pages: in the header, in both halves of the records, in the telemetry
 * of exits, and behind them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <pv/exits.h>

#include "stress.h"

u64 stress_shared;

static void *stress_pages;
static u32 stress_size;
/* Contents before the first write */
static void *stress_saved;

/* The telemetry before the first write, 0: none */
static u32 stress_exits;
static u32 stress_exits_ring;

/* What the guest controls, what the host counts, or the first event of the ring of a vCPU */
static u32 stress_telemetry(struct stress *h)
{
	u32 vcpu = stress_exits + stress_below(h, stress_windows) * PV_EXITS_VCPU_SIZE;

	switch (stress_below(h, 8)) {
	case 0:
		return vcpu + offsetof(struct pv_exits_vcpu, tail);
	case 1:
		return vcpu + offsetof(struct pv_exits_vcpu, mode);
	case 2:
		return vcpu + offsetof(struct pv_exits_vcpu, head);
	case 3:
		return vcpu + offsetof(struct pv_exits_vcpu, nr_reasons);
	case 4:
		return vcpu + stress_exits_ring +
		       stress_below(h, sizeof(struct pv_exits_event) / sizeof(u32)) *
		       sizeof(u32);
	default:
		return vcpu + stress_below(h, 2 * sizeof(struct pv_exits_vcpu) / sizeof(u32)) *
		       sizeof(u32);
	}
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
		return stress_below(h, stress_size / sizeof(u32)) * sizeof(u32);
	case 4:
	case 5:
		if (stress_exits)
			return stress_telemetry(h);
		fallthrough;
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
	u32 exits, ring;

	if (!stress_shared)
		return 0;

	header = memremap(stress_shared, PV_SHARED_ALIGN, MEMREMAP_WB);
	if (!header)
		return -ENOMEM;
	exits = le32_to_cpu(READ_ONCE(header->exits));
	ring = le32_to_cpu(READ_ONCE(header->exits_ring));
	memunmap((void *)header);

	stress_size = exits ? pv_exits_shared_size(stress_windows) :
			      PV_FREQ_SHARED_SIZE(stress_windows);
	if (exits > stress_size - stress_windows * PV_EXITS_VCPU_SIZE ||
	    ring > PV_EXITS_VCPU_SIZE - sizeof(struct pv_exits_event)) {
		pr_err("telemetry at %#x of the shared pages, its ring at %#x\n", exits, ring);
		return -EINVAL;
	}
	stress_exits = exits;
	stress_exits_ring = ring;

	stress_pages = memremap(stress_shared, stress_size, MEMREMAP_WB);
	if (!stress_pages)
		return -ENOMEM;

	header = stress_pages;
	if (le32_to_cpu(READ_ONCE(header->magic)) != PV_SHARED_MAGIC) {
		pr_err("no shared pages at %#llx\n", stress_shared);
		memunmap(stress_pages);
		return -ENODEV;
	}

	stress_saved = kvmalloc(stress_size, GFP_KERNEL);
	if (!stress_saved) {
		memunmap(stress_pages);
		return -ENOMEM;
	}
	memcpy(stress_saved, stress_pages, stress_size);
	return 0;
}

/* A driver can use the pages afterwards. */
void stress_pages_exit(void)
{
	if (!stress_pages)
		return;

	memcpy(stress_pages, stress_saved, stress_size);
	kvfree(stress_saved);
	memunmap(stress_pages);
}
