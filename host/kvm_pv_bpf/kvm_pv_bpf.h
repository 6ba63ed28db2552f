/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MMIO devices in BPF: declarations for the files of kvm_pv_bpf.ko.
 */
#ifndef _KVM_PV_BPF_H
#define _KVM_PV_BPF_H

#include <kvm/iodev.h>
#include <linux/bpf.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/kvm_host.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "export.h"
#include "mmio.h"

/**
 * struct kvm_pv_bpf_line - the interrupt line of a device
 * @routed: KVM has an interrupt controller for it; a VMM may create that after the device
 * @closed: programs cannot set it any more
 * @level: level that the program has set
 * @applied: level that KVM has
 * @applying: held while KVM gets the level
 * @work: sets the level in KVM
 *
 * @closed and @level are guarded by the device's @lock, @applied by @applying.
 */
struct kvm_pv_bpf_line {
	bool routed;
	bool closed;
	u32 level;
	u32 applied;
	struct mutex applying; /* and applied */
	struct work_struct work;
};

/**
 * struct kvm_pv_bpf_device - a device
 * @dev: on the MMIO bus of its VM
 * @ops: the program, read under @srcu; NULL: the link has ended, and accesses exit to the VMM
 * @base: guest-physical address
 * @size: bytes
 * @handle: handle for programs
 * @irq: interrupt of its line, 0: it has no line
 * @srcu: held while the program of an access runs, and not while KVM waits for guest memory
 * @rcu: readers of the handles
 * @ref: one of the link, one of the bus or, after the device has left the bus, of @gone; one of
 *       each of @join and @leave
 * @lock: guards @kvm, @link and members of the line
 * @kvm: the VM, without a reference, because a VM with a reference never ends.  NULL: the
 *       device has left the bus
 * @link: NULL: it has ended
 * @vendor: module of KVM that ends the VM; held, because this module may release the last
 *          reference to the VM after the file that holds the vendor module is closed
 * @join: puts the device on the bus
 * @leave: takes the device off the bus after the end of the link
 * @busy: the VM, with a reference for @join or @leave
 * @joined: @join has ended
 * @left: @leave has ended
 * @state: KVM_PV_BPF_HANDED_OVER
 * @err: result of @join
 * @gone: runs after the device has left the bus
 * @line: the line
 * @closing: held while clamps are removed
 * @clamps: struct kvm_pv_bpf_clamp by the vCPU's index; the vCPU itself inserts it
 */
struct kvm_pv_bpf_device {
	/* Each access reads these members; none writes them. */
	struct kvm_io_device dev;
	const struct kvm_pv_mmio_ops __rcu *ops;
	gpa_t base;
	u64 size;
	u32 handle;
	u32 irq;
	struct srcu_struct srcu;

	struct rcu_head rcu ____cacheline_aligned;
	struct kref ref;
	spinlock_t lock; /* guards kvm, link and the line */
	struct kvm *kvm;
	struct bpf_link *link;
	struct module *vendor;
	struct work_struct join;
	struct work_struct leave;
	struct kvm *busy;
	struct completion joined;
	struct completion left;
	unsigned long state;
	int err;
	struct work_struct gone;
	struct kvm_pv_bpf_line line;
	struct mutex closing; /* of clamps */
	struct xarray clamps;
};

/* Bit of struct kvm_pv_bpf_device.state: @join undoes what it has done if it comes second. */
#define KVM_PV_BPF_HANDED_OVER	0

/**
 * struct kvm_pv_bpf_access - an access that has not ended
 * @mmio: argument of the program
 * @device: the device
 */
struct kvm_pv_bpf_access {
	struct kvm_pv_mmio mmio;
	struct kvm_pv_bpf_device *device;
};

/**
 * kvm_pv_bpf_get_kvm - reference to the VM of a device
 * @device: the device
 *
 * Return: the VM; NULL: it is ending, or the device has left its bus.
 */
static inline struct kvm *kvm_pv_bpf_get_kvm(struct kvm_pv_bpf_device *device)
{
	struct kvm *kvm;

	spin_lock_irq(&device->lock);
	kvm = device->kvm && kvm_get_kvm_safe(device->kvm) ? device->kvm : NULL;
	spin_unlock_irq(&device->lock);

	return kvm;
}

/* main.c */
extern struct workqueue_struct *kvm_pv_bpf_wq;
extern struct workqueue_struct *kvm_pv_bpf_bus_wq;

/* ops.c */
bool kvm_pv_bpf_ops_own(const struct bpf_prog *prog);
int kvm_pv_bpf_ops_init(void);

/* access.c */
int kvm_pv_bpf_access_read(struct kvm_vcpu *vcpu, struct kvm_io_device *dev, gpa_t addr,
			   int len, void *val);
int kvm_pv_bpf_access_write(struct kvm_vcpu *vcpu, struct kvm_io_device *dev, gpa_t addr,
			    int len, const void *val);

/* device.c */
struct kvm_pv_bpf_device *kvm_pv_bpf_device_find(u32 handle);
int kvm_pv_bpf_device_add(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link);
int kvm_pv_bpf_device_replace(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link);
void kvm_pv_bpf_device_remove(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link);

/* clamp.c */
int kvm_pv_bpf_clamp_set(struct kvm_pv_bpf_device *device, struct kvm_vcpu *vcpu,
			 u32 perf, u32 max);
void kvm_pv_bpf_clamp_close(struct kvm_pv_bpf_device *device);
void kvm_pv_bpf_clamp_free(struct kvm_pv_bpf_device *device);
void kvm_pv_bpf_clamp_init(void);

/* line.c */
void kvm_pv_bpf_line_init(struct kvm_pv_bpf_device *device);
void kvm_pv_bpf_line_flush(struct kvm_pv_bpf_device *device, struct kvm_vcpu *vcpu);
void kvm_pv_bpf_line_route(struct kvm_pv_bpf_device *device, struct kvm *kvm);
int kvm_pv_bpf_line_set(struct kvm_pv_bpf_device *device, u32 level);
void kvm_pv_bpf_line_close(struct kvm_pv_bpf_device *device, struct kvm *kvm);

/* kfunc.c: functions for programs */
u32 bpf_kvm_pv_freq(struct kvm_pv_mmio *mmio);
u32 bpf_kvm_pv_freq_max(struct kvm_pv_mmio *mmio);
u32 bpf_kvm_pv_capacity(struct kvm_pv_mmio *mmio);
u32 bpf_kvm_pv_vcpu_id(struct kvm_pv_mmio *mmio);
int bpf_kvm_pv_set_clamp(struct kvm_pv_mmio *mmio, u32 perf, u32 max);
int bpf_kvm_pv_write_guest(struct kvm_pv_mmio *mmio, u64 gpa, const void *data, u32 data__sz);
int bpf_kvm_pv_set_line(u32 device, u32 level);

int kvm_pv_bpf_kfunc_init(void);

#endif /* _KVM_PV_BPF_H */
