// SPDX-License-Identifier: GPL-2.0
/*
 * Devices on the MMIO bus of a VM that its VMM has never heard of.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sched/mm.h>

#include "kvm_pv.h"

/**
 * kvm_pv_bus_overlaps - whether a range has guest memory or a device on the MMIO bus
 * @kvm: the VM; its slots_lock is held
 * @first: first address
 * @last: last address
 *
 * Guest memory hides a device, and of two devices on a bus the first wins.
 */
bool kvm_pv_bus_overlaps(struct kvm *kvm, gpa_t first, gpa_t last)
{
	struct kvm_io_bus *bus = kvm_get_bus(kvm, KVM_MMIO_BUS);
	struct kvm_memslot_iter iter;
	int i;

	lockdep_assert_held(&kvm->slots_lock);

	kvm_for_each_memslot_in_gfn_range(&iter, kvm_memslots(kvm), gpa_to_gfn(first),
					  gpa_to_gfn(last) + 1)
		return true;

	for (i = 0; bus && i < bus->dev_count; i++) {
		const struct kvm_io_range *range = &bus->range[i];
		/* An ioeventfd of length 0 takes any access to its address. */
		gpa_t end = range->addr + max(range->len, 1);

		if (range->addr <= last && end > first)
			return true;
	}

	return false;
}

/**
 * kvm_pv_bus_add - put a device on the MMIO bus of a VM
 * @kvm: the VM, which is alive; its slots_lock is held
 * @base: guest-physical address of the first byte
 * @size: bytes, not 0, at most INT_MAX; the end does not wrap around
 * @dev: the device, which the bus owns from here on: its destructor says that it has left
 *       the bus and that no access is under way
 *
 * Return: 0; -EBUSY: something is there already; or what KVM says.
 */
int kvm_pv_bus_add(struct kvm *kvm, gpa_t base, u64 size, struct kvm_io_device *dev)
{
	int err;

	lockdep_assert_held(&kvm->slots_lock);

	if (kvm_pv_bus_overlaps(kvm, base, base + size - 1)) {
		pr_debug("process %d: %#llx-%#llx has memory or a device\n", kvm->userspace_pid,
			 base, base + size - 1);
		return -EBUSY;
	}

	err = static_call(kvm_pv_bus_register)(kvm, KVM_MMIO_BUS, base, size, dev);
	if (err)
		pr_debug("process %d: KVM rejects a device at %#llx (%d)\n", kvm->userspace_pid,
			 base, err);
	return err;
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_bus_add);

/**
 * kvm_pv_bus_remove - take a device off the MMIO bus of a VM
 * @kvm: the VM, which is alive; its slots_lock is held
 * @dev: the device; nothing happens if it has left the bus before
 *
 * The device is off the bus even where KVM says -ENOMEM: then the bus went with it.
 * Kernels from 6.5 on call the destructor in both cases, earlier ones in neither.
 *
 * A bus that goes takes all of its devices along, and the guest with them.  KVM charges
 * the new one to whoever we are, and that may be a task whose cgroup is killed for want of
 * memory: so what is needed is taken from the reserves.
 */
void kvm_pv_bus_remove(struct kvm *kvm, struct kvm_io_device *dev)
{
	unsigned int flags = memalloc_noreclaim_save();

	lockdep_assert_held(&kvm->slots_lock);

	static_call(kvm_pv_bus_unregister)(kvm, KVM_MMIO_BUS, dev);
	memalloc_noreclaim_restore(flags);
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_bus_remove);
