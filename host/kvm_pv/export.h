/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that kvm_pv.ko exports to kvm_pv_bpf.ko.
 *
 * KVM does not export the functions behind them.  The namespace keeps other modules from
 * calling them by accident: modpost and the module loader reject a module that does not
 * import it.
 */
#ifndef _KVM_PV_EXPORT_H
#define _KVM_PV_EXPORT_H

#include <linux/kvm_host.h>
#include <linux/types.h>

#include "compat.h"

struct file;
struct kvm_io_device;
struct task_struct;

/**
 * kvm_pv_ring_has_room - whether a write to guest memory fits into the dirty ring
 * @vcpu: the vCPU that is loaded, in whose thread this is
 * @pages: pages that are written
 *
 * An entry beyond the end of the ring is a WARN in KVM.  KVM exits to the VMM at the next entry
 * of the guest if the ring is full to its soft limit; the rest is for the entries that one exit
 * can make.
 *
 * Return: true also if the VM has no dirty ring.
 */
static inline bool kvm_pv_ring_has_room(const struct kvm_vcpu *vcpu, u32 pages)
{
	const struct kvm_dirty_ring *ring = &vcpu->dirty_ring;
	u32 used = ring->dirty_index - READ_ONCE(ring->reset_index);

	return !vcpu->kvm->dirty_ring_size ||
	       (used < ring->soft_limit && pages <= ring->soft_limit - used);
}

/**
 * struct kvm_pv_uclamp - uclamp.min of a thread
 * @before: as it was, -1: the default
 * @value: that we have set, -1: nothing is set
 */
struct kvm_pv_uclamp {
	int before;
	int value;
};

/* symbols.c */
bool kvm_pv_file_is_vm(struct file *file);
int kvm_pv_vcpu_write_guest(struct kvm_vcpu *vcpu, gpa_t gpa, const void *data, unsigned long len);

/* bus.c */
int kvm_pv_bus_add(struct kvm *kvm, gpa_t base, u64 size, struct kvm_io_device *dev);
void kvm_pv_bus_remove(struct kvm *kvm, struct kvm_io_device *dev);

/* irq.c */
bool kvm_pv_irq_routed(struct kvm *kvm, u32 gsi);
void kvm_pv_irq_set(struct kvm *kvm, u32 gsi, u32 level);

/* cpu-freq.c */
u32 kvm_pv_cpu_freq(int cpu);

/* uclamp.c */
bool kvm_pv_uclamp_known(void);
void kvm_pv_uclamp_clear(struct kvm_pv_uclamp *clamp);
int kvm_pv_uclamp_apply(struct kvm_pv_uclamp *clamp, struct task_struct *task, u64 perf, u64 max);
void kvm_pv_uclamp_restore(struct kvm_pv_uclamp *clamp, struct task_struct *task);

#endif /* _KVM_PV_EXPORT_H */
