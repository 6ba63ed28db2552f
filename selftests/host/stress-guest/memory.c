// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the malicious guest: values and addresses that the host gets, and memory that is
 * removed.
 *
 * All memory at addresses that the host may write to must belong to this module, or the guest
 * would damage itself.  The guest has no memory above 4 GiB.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <pv/vcpufreq.h>

#include "stress.h"

#define STRESS_ORDER	2
#define STRESS_SIZE	(PAGE_SIZE << STRESS_ORDER)

/* QEMU's ivshmem-plain: its BAR 2 is memory of this guest while it is enabled */
#define STRESS_VENDOR	0x1af4
#define STRESS_DEVICE	0x1110
#define STRESS_BAR	2

static unsigned long stress_pages;
static struct pci_dev *stress_pci;
static u16 stress_command;

static u32 stress_own(u32 value)
{
	return virt_to_phys((void *)stress_pages) + value % STRESS_SIZE;
}

/* An address that is that of no other memory */
static u32 stress_safe(u32 value)
{
	return pfn_valid(PHYS_PFN(value)) ? stress_own(value) : value;
}

/* A value for a register or for the shared pages */
u32 stress_value(struct stress *h)
{
	u32 value = stress_u32(h);

	switch (stress_below(h, 6)) {
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

static u64 stress_bar(struct stress *h)
{
	return pci_resource_start(stress_pci, STRESS_BAR) +
	       stress_below(h, pci_resource_len(stress_pci, STRESS_BAR));
}

static u64 stress_any_address(struct stress *h)
{
	switch (stress_below(h, 8)) {
	case 0:
		return stress_u64(h);
	case 1:
		return stress_u32(h);
	case 2:
		return (stress_below(h, 2) ? stress_base : stress_shared) +
		       stress_below(h, stress_windows * PV_FREQ_STRIDE);
	case 3:
		return BIT_ULL(stress_below(h, 64)) - stress_below(h, 2) * SZ_512;
	case 4:
		if (stress_pci)
			return stress_bar(h);
		fallthrough;
	default:
		return stress_own(stress_u32(h));
	}
}

/* An address for the result of a call; half of them are aligned */
u64 stress_address(struct stress *h)
{
	u64 address = stress_any_address(h);

	if (stress_below(h, 2))
		address = ALIGN_DOWN(address, SZ_512);
	return address > U32_MAX ? address : stress_safe(address);
}

/* The VMM removes the memory of a BAR from the guest, and adds it again. */
void stress_unplug(struct stress *h)
{
	u16 command;

	if (!stress_pci)
		return;

	pci_read_config_word(stress_pci, PCI_COMMAND, &command);
	pci_write_config_word(stress_pci, PCI_COMMAND, command ^ PCI_COMMAND_MEMORY);
	stress_count(h, STRESS_UNPLUGS);
	stress_count(h, STRESS_OPS);
}

int stress_memory_init(void)
{
	if (pfn_valid(PHYS_PFN(SZ_4G))) {
		pr_err("this guest has memory above 4 GiB, and would not survive\n");
		return -EINVAL;
	}

	stress_pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, STRESS_ORDER);
	if (!stress_pages)
		return -ENOMEM;

	stress_pci = pci_get_device(STRESS_VENDOR, STRESS_DEVICE, NULL);
	if (stress_pci && !pci_resource_len(stress_pci, STRESS_BAR)) {
		pci_dev_put(stress_pci);
		stress_pci = NULL;
	}
	if (stress_pci)
		pci_read_config_word(stress_pci, PCI_COMMAND, &stress_command);
	return 0;
}

void stress_memory_exit(void)
{
	if (stress_pci)
		pci_write_config_word(stress_pci, PCI_COMMAND, stress_command);
	pci_dev_put(stress_pci);
	free_pages(stress_pages, STRESS_ORDER);
}
