// SPDX-License-Identifier: GPL-2.0
/*
 * An access of a guest runs the program, in the thread of the vCPU, which holds kvm->srcu.
 *
 * A vCPU also holds kvm->srcu while it waits for guest memory, and its VMM controls how long.
 * So each device has its own SRCU, and a replacement waits only for programs of that device.
 *
 * The bus has checked that the access is inside the range.  KVM's buffer has no alignment.
 * Lengths other than those of a load are parts of an access across a boundary.
 */
#include <linux/unaligned.h>

#include "kvm_pv_bpf.h"

static void kvm_pv_bpf_access_init(struct kvm_pv_bpf_access *access,
				   struct kvm_pv_bpf_device *device, struct kvm_vcpu *vcpu,
				   gpa_t addr, int len, u64 value)
{
	access->mmio.vcpu = vcpu;
	access->mmio.offset = addr - device->base;
	access->mmio.value = value;
	access->mmio.len = len;
	access->mmio.vcpu_id = vcpu->vcpu_id;
	access->mmio.device = device->handle;
	access->device = device;
	if (device->irq && !READ_ONCE(device->line.routed))
		kvm_pv_bpf_line_route(device, vcpu->kvm);
}

/* A read stores its result in @value, which is NULL for a write.  False if the link has ended. */
static __always_inline bool kvm_pv_bpf_access_run(struct kvm_pv_bpf_access *access, u64 *value)
{
	struct kvm_pv_bpf_device *device = access->device;
	const struct kvm_pv_mmio_ops *ops;
	int idx;

	idx = srcu_read_lock(&device->srcu);
	ops = srcu_dereference(device->ops, &device->srcu);
	if (ops && value)
		*value = ops->read(&access->mmio);
	else if (ops)
		ops->write(&access->mmio);
	srcu_read_unlock(&device->srcu, idx);

	return ops;
}

int kvm_pv_bpf_access_read(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			   gpa_t addr, int len, void *val)
{
	struct kvm_pv_bpf_device *device = container_of(dev, struct kvm_pv_bpf_device, dev);
	struct kvm_pv_bpf_access access;
	u64 value;

	if (len != 1 && len != 2 && len != 4 && len != 8) {
		memset(val, 0, len);
		return 0;
	}

	kvm_pv_bpf_access_init(&access, device, vcpu, addr, len, 0);
	if (!kvm_pv_bpf_access_run(&access, &value))
		return -EOPNOTSUPP;

	switch (len) {
	case 1:
		*(u8 *)val = value;
		break;
	case 2:
		put_unaligned_le16(value, val);
		break;
	case 4:
		put_unaligned_le32(value, val);
		break;
	default:
		put_unaligned_le64(value, val);
		break;
	}

	if (device->irq)
		kvm_pv_bpf_line_flush(device, vcpu);
	return 0;
}

int kvm_pv_bpf_access_write(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			    gpa_t addr, int len, const void *val)
{
	struct kvm_pv_bpf_device *device = container_of(dev, struct kvm_pv_bpf_device, dev);
	struct kvm_pv_bpf_access access;
	u64 value;

	switch (len) {
	case 1:
		value = *(const u8 *)val;
		break;
	case 2:
		value = get_unaligned_le16(val);
		break;
	case 4:
		value = get_unaligned_le32(val);
		break;
	case 8:
		value = get_unaligned_le64(val);
		break;
	default:
		return 0;
	}

	kvm_pv_bpf_access_init(&access, device, vcpu, addr, len, value);
	if (!kvm_pv_bpf_access_run(&access, NULL))
		return -EOPNOTSUPP;
	if (device->irq)
		kvm_pv_bpf_line_flush(device, vcpu);
	return 0;
}
