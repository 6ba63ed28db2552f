// SPDX-License-Identifier: GPL-2.0
/*
 * Validation of an answer to PV_HC_DEVICE.  The guest maps what the host reports, so a wrong
 * address would be an access to memory or to another device of the guest.
 */
#include <pv/vcpufreq.h>

#include "discover.h"

static const char base_todo[] = "attach the VM again with another --base";
static const char shared_todo[] = "attach the VM again with another --shared";
static const char update_todo[] = "update kvm_pv on the host";

static const struct fault {
	const char *text;
	const char *todo;
} faults[] = {
	[PV_FAULT_NR_CPUS]	= { "the number of CPUs is invalid", update_todo },
	[PV_FAULT_FEW_CPUS]	= { "this guest can have more CPUs",
				    "attach the VM again with a larger --vcpus" },
	[PV_FAULT_BASE_ALIGN]	= { "the base is not aligned", base_todo },
	[PV_FAULT_BASE_RANGE]	= { "this guest has no such addresses", base_todo },
	[PV_FAULT_BASE_MEMORY]	= { "the base is in memory of this guest", base_todo },
	[PV_FAULT_BASE_USED]	= { "the base is in use, see /proc/iomem", base_todo },
	[PV_FAULT_SHARED_ALIGN]	= { "the shared pages are not aligned", update_todo },
	[PV_FAULT_SHARED_SIZE]	= { "the shared pages are too large", update_todo },
	[PV_FAULT_SHARED_RANGE]	= { "this guest has no such addresses for the shared pages",
				    shared_todo },
	[PV_FAULT_SHARED_OVERLAP] = { "the shared pages overlap the registers", shared_todo },
	[PV_FAULT_SHARED_MEMORY] = { "the shared pages are in memory of this guest", shared_todo },
	[PV_FAULT_SHARED_USED]	= { "the shared pages are in use, see /proc/iomem", shared_todo },
	[PV_FAULT_CREATE]	= { "the kernel cannot create the device", "see /proc/iomem" },
};

/**
 * pv_discover_fault_text - describe a fault
 * @fault: not PV_FAULT_NONE
 *
 * Return: what is wrong.
 */
const char *pv_discover_fault_text(enum pv_discover_fault fault)
{
	return faults[fault].text;
}

/**
 * pv_discover_fault_todo - describe what to do about a fault
 * @fault: not PV_FAULT_NONE
 *
 * Return: what an administrator has to do.
 */
const char *pv_discover_fault_todo(enum pv_discover_fault fault)
{
	return faults[fault].todo;
}

/**
 * pv_discover_size - size of the registers of a device
 * @answer: validated answer
 *
 * Return: the size in bytes.
 */
__u64 pv_discover_size(const struct pv_discover_answer *answer)
{
	return answer->nr_cpus * PV_FREQ_STRIDE;
}

static bool fits(__u64 base, __u64 size, __u64 last)
{
	return base <= last && size - 1 <= last - base;
}

static bool overlap(__u64 base, __u64 size, __u64 other, __u64 other_size)
{
	return base < other + other_size && other < base + size;
}

static enum pv_discover_fault check_registers(const struct pv_discover_answer *answer,
					      const struct pv_discover_guest *guest)
{
	if (!answer->nr_cpus || answer->nr_cpus > PV_DISCOVER_MAX_CPUS)
		return PV_FAULT_NR_CPUS;
	if (answer->nr_cpus < guest->nr_cpus)
		return PV_FAULT_FEW_CPUS;
	if (!answer->base || answer->base % PV_FREQ_STRIDE)
		return PV_FAULT_BASE_ALIGN;
	if (!fits(answer->base, pv_discover_size(answer), guest->last))
		return PV_FAULT_BASE_RANGE;

	switch (guest->use(answer->base, pv_discover_size(answer))) {
	case PV_ADDRESS_FREE:
		return PV_FAULT_NONE;
	case PV_ADDRESS_MEMORY:
		return PV_FAULT_BASE_MEMORY;
	default:
		return PV_FAULT_BASE_USED;
	}
}

static enum pv_discover_fault check_shared(const struct pv_discover_answer *answer,
					   const struct pv_discover_guest *guest)
{
	const __u64 base = answer->shared_base, size = answer->shared_size;

	if (!base || base % PV_SHARED_ALIGN || size % PV_SHARED_ALIGN)
		return PV_FAULT_SHARED_ALIGN;
	if (size > PV_SHARED_ALIGN + answer->nr_cpus * PV_DISCOVER_SHARED_PER_CPU)
		return PV_FAULT_SHARED_SIZE;
	if (!fits(base, size, guest->last))
		return PV_FAULT_SHARED_RANGE;
	if (overlap(base, size, answer->base, pv_discover_size(answer)))
		return PV_FAULT_SHARED_OVERLAP;

	switch (guest->use(base, size)) {
	case PV_ADDRESS_FREE:
		return PV_FAULT_NONE;
	case PV_ADDRESS_MEMORY:
		return PV_FAULT_SHARED_MEMORY;
	default:
		return PV_FAULT_SHARED_USED;
	}
}

/**
 * pv_discover_check - validate an answer of the host
 * @answer: the answer
 * @guest: the guest that got it
 *
 * Return: PV_FAULT_NONE if the guest can create the device, or the first fault.
 */
enum pv_discover_fault pv_discover_check(const struct pv_discover_answer *answer,
					 const struct pv_discover_guest *guest)
{
	enum pv_discover_fault fault = check_registers(answer, guest);

	if (!fault && answer->shared_size)
		fault = check_shared(answer, guest);
	return fault;
}
