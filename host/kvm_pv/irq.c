// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt lines of a VM, where KVM itself has the interrupt controller.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "kvm_pv.h"

/**
 * kvm_pv_irq_routed - does KVM have the other end of a line?
 * @kvm: the VM, which is alive
 * @gsi: number of the line
 *
 * A route to a message is none: it has no level.
 */
bool kvm_pv_irq_routed(struct kvm *kvm, u32 gsi)
{
	const struct kvm_kernel_irq_routing_entry *entry;
	const struct kvm_irq_routing_table *table;
	bool routed = false;
	int idx;

	if (!static_call_query(kvm_pv_irq_line)) {
		pr_debug("process %d: interrupt %u: this kernel has no kvm_set_irq()\n",
			 kvm->userspace_pid, gsi);
		return false;
	}

	idx = srcu_read_lock(&kvm->irq_srcu);
	table = srcu_dereference(kvm->irq_routing, &kvm->irq_srcu);
	if (table && gsi < table->nr_rt_entries) {
		gsi = array_index_nospec(gsi, table->nr_rt_entries);
		hlist_for_each_entry(entry, &table->map[gsi], link)
			routed |= entry->type == KVM_IRQ_ROUTING_IRQCHIP;
	}
	srcu_read_unlock(&kvm->irq_srcu, idx);

	return routed;
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_irq_routed);

/**
 * kvm_pv_irq_set - set a line
 * @kvm: the VM, which is alive
 * @gsi: number of the line, for which kvm_pv_irq_routed() was true
 * @level: 0 or 1
 *
 * Takes locks that are never taken in interrupts: by threads only.
 */
void kvm_pv_irq_set(struct kvm *kvm, u32 gsi, u32 level)
{
	static_call(kvm_pv_irq_line)(kvm, KVM_USERSPACE_IRQ_SOURCE_ID, gsi, level, false);
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_irq_set);
