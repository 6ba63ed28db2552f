/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MMIO devices in BPF: what a program implements and what it is given.  Programs have the
 * same types by host/devices/mmio.bpf.h, relocated by CO-RE.
 */
#ifndef _KVM_PV_MMIO_H
#define _KVM_PV_MMIO_H

#include <linux/types.h>

struct kvm_vcpu;

/**
 * struct kvm_pv_mmio - one access of a guest
 * @vcpu: that accesses; programs may walk KVM's own structures from here
 * @offset: of the first byte, from the base of the device; all of the access lies in it
 * @value: that is written, zero-extended; a read: 0
 * @len: bytes, 1, 2, 4 or 8
 * @vcpu_id: of @vcpu
 * @device: handle of the device, for kfuncs
 *
 * Lives on the stack of the vCPU's thread, which holds the kvm->srcu of its VM.  It is read-only to
 * programs.
 */
struct kvm_pv_mmio {
	struct kvm_vcpu *vcpu;
	u64 offset;
	u64 value;
	u32 len;
	u32 vcpu_id;
	u32 device;
};

/**
 * struct kvm_pv_mmio_ops - an MMIO device (struct_ops)
 * @init: it is about to appear on the bus of its VM: 0, or a negative errno that refuses.
 *        Optional, may sleep
 * @read: returns what is read, of which the low @len bytes count
 * @write: takes what is written
 * @exit: no access runs @read or @write any more, or the device could not be put on the bus.
 *        Not called if @init has failed.  Optional, may sleep.  Of programs that replace each
 *        other, the first one's @init and the last one's @exit are called
 * @vm_fd: file descriptor of the VM, in the process that makes the link
 * @irq: interrupt (GSI) of its line, 0: it has none
 * @base: guest-physical address, a multiple of 4096
 * @size: bytes, a multiple of 4096
 * @name: for messages, NUL-terminated
 *
 * @read and @write may be sleepable.  A replacement has to have the same VM, @irq, @base and
 * @size.  It waits for @read and @write of the replaced program, and all updates of struct_ops
 * of the host wait with it: a sleepable program that writes to guest memory delays them until
 * the VMM provides the memory.
 */
struct kvm_pv_mmio_ops {
	int (*init)(u32 device);
	u64 (*read)(struct kvm_pv_mmio *mmio);
	void (*write)(struct kvm_pv_mmio *mmio);
	void (*exit)(u32 device);
	s32 vm_fd;
	u32 irq;
	u64 base;
	u64 size;
	char name[16];
};

#endif /* _KVM_PV_MMIO_H */
