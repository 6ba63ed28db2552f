/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Discovery of the virtual cpufreq device by PV_HC_DEVICE.
 *
 * discover-check.c does not depend on the kernel: the caller passes what it has to know about
 * the guest.
 */
#ifndef _PV_DISCOVER_H
#define _PV_DISCOVER_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stdbool.h>
#endif

/* More CPUs than any architecture supports */
#define PV_DISCOVER_MAX_CPUS		65536

/* Bytes of the shared pages: at most a header and this much for each CPU */
#define PV_DISCOVER_SHARED_PER_CPU	0x100000

/**
 * struct pv_discover_answer - the words of PV_HC_DEVICE, which are not validated
 * @base: guest-physical address of the register frame of CPU 0
 * @nr_cpus: number of register frames
 * @shared_base: guest-physical address of the shared pages
 * @shared_size: their size in bytes, 0: none
 */
struct pv_discover_answer {
	__u64 base;
	__u64 nr_cpus;
	__u64 shared_base;
	__u64 shared_size;
};

/**
 * enum pv_address_use - what the guest has in a range of physical addresses
 * @PV_ADDRESS_FREE: nothing
 * @PV_ADDRESS_MEMORY: memory of the kernel
 * @PV_ADDRESS_RESOURCE: another resource: a device, a PCI window, a reserved range
 */
enum pv_address_use {
	PV_ADDRESS_FREE,
	PV_ADDRESS_MEMORY,
	PV_ADDRESS_RESOURCE,
};

/* Reasons for which the guest rejects an answer */
enum pv_discover_fault {
	PV_FAULT_NONE,
	PV_FAULT_NR_CPUS,
	PV_FAULT_FEW_CPUS,
	PV_FAULT_BASE_ALIGN,
	PV_FAULT_BASE_RANGE,
	PV_FAULT_BASE_MEMORY,
	PV_FAULT_BASE_USED,
	PV_FAULT_SHARED_ALIGN,
	PV_FAULT_SHARED_SIZE,
	PV_FAULT_SHARED_RANGE,
	PV_FAULT_SHARED_OVERLAP,
	PV_FAULT_SHARED_MEMORY,
	PV_FAULT_SHARED_USED,
	PV_FAULT_CREATE,
};

/**
 * struct pv_discover_guest - what pv_discover_check() has to know about the guest
 * @nr_cpus: number of its possible CPUs
 * @last: its last physical address
 * @use: what the guest has at an address; the range does not wrap around
 */
struct pv_discover_guest {
	__u32 nr_cpus;
	__u64 last;
	enum pv_address_use (*use)(__u64 base, __u64 size);
};

__u64 pv_discover_size(const struct pv_discover_answer *answer);
enum pv_discover_fault pv_discover_check(const struct pv_discover_answer *answer,
					 const struct pv_discover_guest *guest);
const char *pv_discover_fault_text(enum pv_discover_fault fault);
const char *pv_discover_fault_todo(enum pv_discover_fault fault);

#endif /* _PV_DISCOVER_H */
