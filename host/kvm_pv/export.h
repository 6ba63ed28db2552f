/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kvm_pv.ko exports to the modules beside it.
 */
#ifndef _KVM_PV_EXPORT_H
#define _KVM_PV_EXPORT_H

#include <linux/kvm_types.h>
#include <linux/types.h>

struct kvm;
struct kvm_io_device;
struct task_struct;

/**
 * struct kvm_pv_uclamp - uclamp.min of a thread
 * @before: as it was, -1: the default
 * @value: that we have set, -1: nothing is set
 */
struct kvm_pv_uclamp {
	int before;
	int value;
};

/* bus.c */
int kvm_pv_bus_add(struct kvm *kvm, gpa_t base, u64 size, struct kvm_io_device *dev);
void kvm_pv_bus_remove(struct kvm *kvm, struct kvm_io_device *dev);

/* irq.c */
bool kvm_pv_irq_routed(struct kvm *kvm, u32 gsi);
void kvm_pv_irq_set(struct kvm *kvm, u32 gsi, u32 level);

/* speed.c */
u32 kvm_pv_speed(int cpu);

/* uclamp.c */
bool kvm_pv_uclamp_known(void);
void kvm_pv_uclamp_clear(struct kvm_pv_uclamp *clamp);
int kvm_pv_uclamp_apply(struct kvm_pv_uclamp *clamp, struct task_struct *task, u64 perf, u64 max);
void kvm_pv_uclamp_restore(struct kvm_pv_uclamp *clamp, struct task_struct *task);

#endif /* _KVM_PV_EXPORT_H */
