/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MMIO devices in BPF: what the parts of kvm_pv_bpf.ko have of each other.
 */
#ifndef _KVM_PV_BPF_H
#define _KVM_PV_BPF_H

#include <kvm/iodev.h>
#include <linux/bpf.h>
#include <linux/kref.h>
#include <linux/kvm_host.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "export.h"
#include "mmio.h"

/**
 * struct kvm_pv_bpf_line - the line of a device
 * @routed: KVM has the other end of it; a VMM may make that after the device is there
 * @closed: is not set any more
 * @level: that the program wants
 * @applied: that KVM was told last
 * @applying: held while KVM is told
 * @work: tells KVM
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
 * @ops: the program; readers hold kvm->srcu, or are the link
 * @base: guest-physical address
 * @size: bytes
 * @handle: what programs know it by
 * @irq: of its line, 0: it has none
 * @rcu: readers of the handles
 * @ref: one of the link, one of the bus or, when that has let it go, of @gone
 * @lock: guards @kvm, @link and what the line has
 * @kvm: the VM; not counted, for a VM that is held never dies.  NULL: the device is not on
 *       the bus any more
 * @link: NULL: it has been released
 * @vendor: module of KVM that ends the VM; held, as the last to put the VM may be we, when
 *          its file, which holds it, is closed
 * @gone: what follows when it has left the bus
 * @line: the line
 * @closing: held while clamps are withdrawn
 * @clamps: struct kvm_pv_bpf_clamp by the vCPU's index; the vCPU itself puts it there
 */
struct kvm_pv_bpf_device {
	/* What each access reads; none writes. */
	struct kvm_io_device dev;
	const struct kvm_pv_mmio_ops *ops;
	gpa_t base;
	u64 size;
	u32 handle;
	u32 irq;

	struct rcu_head rcu ____cacheline_aligned;
	struct kref ref;
	spinlock_t lock; /* guards kvm, link and the line */
	struct kvm *kvm;
	struct bpf_link *link;
	struct module *vendor;
	struct work_struct gone;
	struct kvm_pv_bpf_line line;
	struct mutex closing; /* of clamps */
	struct xarray clamps;
};

/**
 * struct kvm_pv_bpf_access - an access that is under way
 * @mmio: what the program is given of it
 * @device: the device
 */
struct kvm_pv_bpf_access {
	struct kvm_pv_mmio mmio;
	struct kvm_pv_bpf_device *device;
};

/* main.c */
extern struct workqueue_struct *kvm_pv_bpf_wq;

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
struct kvm *kvm_pv_bpf_device_get_kvm(struct kvm_pv_bpf_device *device);
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

/* kfunc.c: what follows is for programs */
u32 bpf_kvm_pv_freq(struct kvm_pv_mmio *mmio);
u32 bpf_kvm_pv_freq_max(struct kvm_pv_mmio *mmio);
u32 bpf_kvm_pv_capacity(struct kvm_pv_mmio *mmio);
u32 bpf_kvm_pv_vcpu_id(struct kvm_pv_mmio *mmio);
int bpf_kvm_pv_set_clamp(struct kvm_pv_mmio *mmio, u32 perf, u32 max);
int bpf_kvm_pv_write_guest(struct kvm_pv_mmio *mmio, u64 gpa, const void *data, u32 data__sz);
int bpf_kvm_pv_set_line(u32 device, u32 level);

int kvm_pv_bpf_kfunc_init(void);

#endif /* _KVM_PV_BPF_H */
