// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the malicious guest: values and addresses that the host gets, memory that is
 * shared with it, and memory that is removed.
 *
 * All memory at addresses that the host may write to must belong to this module, or the guest
 * would damage itself.  Two threads can combine two halves to an address, so a lower half is
 * never that of other memory: the guest has no memory above 4 GiB.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <pv/vcpufreq.h>

#include "hostile.h"

#define HOSTILE_ORDER	2
#define HOSTILE_SIZE	(PAGE_SIZE << HOSTILE_ORDER)

/* QEMU's ivshmem-plain: its BAR 2 is memory of this guest while it is enabled */
#define HOSTILE_VENDOR	0x1af4
#define HOSTILE_DEVICE	0x1110
#define HOSTILE_BAR	2

static unsigned long hostile_pages;
static struct pci_dev *hostile_pci;
static u16 hostile_command;

static u32 hostile_own(u32 value)
{
	return virt_to_phys((void *)hostile_pages) + value % HOSTILE_SIZE;
}

/* A value for record_lo */
u32 hostile_safe(u32 value)
{
	return pfn_valid(PHYS_PFN(value)) ? hostile_own(value) : value;
}

/* A value for any register but record_lo */
u32 hostile_value(struct hostile *h)
{
	u32 value = hostile_u32(h);

	switch (hostile_below(h, 6)) {
	case 0:
		return 0;
	case 1:
		return BIT(value % 32);
	case 2:
		return BIT(value % 32) - 1;
	case 3:
		return value % 4;
	case 4:
		/* Values near those that a guest may request */
		return value % 4000000;
	default:
		return value;
	}
}

static u64 hostile_bar(struct hostile *h)
{
	return pci_resource_start(hostile_pci, HOSTILE_BAR) +
	       hostile_below(h, pci_resource_len(hostile_pci, HOSTILE_BAR));
}

static u64 hostile_any_address(struct hostile *h)
{
	switch (hostile_below(h, 8)) {
	case 0:
		return hostile_u64(h);
	case 1:
		return hostile_u32(h);
	case 2:
		return hostile_base + hostile_below(h, hostile_windows * PV_FREQ_STRIDE);
	case 3:
		return BIT_ULL(hostile_below(h, 64)) - hostile_below(h, 2) * SZ_512;
	case 4:
		if (hostile_pci)
			return hostile_bar(h);
		fallthrough;
	default:
		return hostile_own(hostile_u32(h));
	}
}

/* An address for a record or the result of a call; half of them are aligned */
u64 hostile_address(struct hostile *h)
{
	u64 address = hostile_any_address(h);

	if (hostile_below(h, 2))
		address = ALIGN_DOWN(address, SZ_512);
	return (address & ~(u64)U32_MAX) | hostile_safe(address);
}

/* Mostly members of a record: the host owns seq, the guest owns request. */
void hostile_scribble(struct hostile *h)
{
	u32 *memory = (u32 *)hostile_pages;
	u32 i = hostile_below(h, HOSTILE_SIZE / sizeof(*memory));
	u32 words = PV_FREQ_RECORD_ALIGN / sizeof(*memory);

	switch (hostile_below(h, 4)) {
	case 0:
		i = round_down(i, words) + offsetof(struct pv_freq_record, seq) / sizeof(u32);
		break;
	case 1:
	case 2:
		i = round_down(i, words) + offsetof(struct pv_freq_record, request) / sizeof(u32);
		break;
	}

	WRITE_ONCE(memory[i], hostile_u32(h));
	hostile_count(h, HOSTILE_SCRIBBLES);
	hostile_count(h, HOSTILE_OPS);
}

/* The VMM removes the memory of a BAR from the guest, and adds it again. */
void hostile_unplug(struct hostile *h)
{
	u16 command;

	if (!hostile_pci)
		return;

	pci_read_config_word(hostile_pci, PCI_COMMAND, &command);
	pci_write_config_word(hostile_pci, PCI_COMMAND, command ^ PCI_COMMAND_MEMORY);
	hostile_count(h, HOSTILE_UNPLUGS);
	hostile_count(h, HOSTILE_OPS);
}

int hostile_memory_init(void)
{
	if (pfn_valid(PHYS_PFN(SZ_4G))) {
		pr_err("this guest has memory above 4 GiB, and would not survive\n");
		return -EINVAL;
	}

	hostile_pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, HOSTILE_ORDER);
	if (!hostile_pages)
		return -ENOMEM;

	hostile_pci = pci_get_device(HOSTILE_VENDOR, HOSTILE_DEVICE, NULL);
	if (hostile_pci && !pci_resource_len(hostile_pci, HOSTILE_BAR)) {
		pci_dev_put(hostile_pci);
		hostile_pci = NULL;
	}
	if (hostile_pci)
		pci_read_config_word(hostile_pci, PCI_COMMAND, &hostile_command);
	return 0;
}

/* All records are off. */
void hostile_memory_exit(void)
{
	if (hostile_pci)
		pci_write_config_word(hostile_pci, PCI_COMMAND, hostile_command);
	pci_dev_put(hostile_pci);
	free_pages(hostile_pages, HOSTILE_ORDER);
}
