// SPDX-License-Identifier: GPL-2.0
/*
 * An access of a guest runs the program, in the thread of the vCPU, which holds kvm->srcu.
 *
 * The bus has checked that all of the access lies in the range.  KVM's buffer has no
 * alignment.  Lengths that no load of a guest has are parts of an access that lies across
 * something.
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

int kvm_pv_bpf_access_read(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			   gpa_t addr, int len, void *val)
{
	struct kvm_pv_bpf_device *device = container_of(dev, struct kvm_pv_bpf_device, dev);
	struct kvm_pv_bpf_access access;
	u64 value;

	kvm_pv_bpf_access_init(&access, device, vcpu, addr, len, 0);

	switch (len) {
	case 1:
		value = READ_ONCE(device->ops)->read(&access.mmio);
		*(u8 *)val = value;
		break;
	case 2:
		value = READ_ONCE(device->ops)->read(&access.mmio);
		put_unaligned_le16(value, val);
		break;
	case 4:
		value = READ_ONCE(device->ops)->read(&access.mmio);
		put_unaligned_le32(value, val);
		break;
	case 8:
		value = READ_ONCE(device->ops)->read(&access.mmio);
		put_unaligned_le64(value, val);
		break;
	default:
		memset(val, 0, len);
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
	READ_ONCE(device->ops)->write(&access.mmio);
	if (device->irq)
		kvm_pv_bpf_line_flush(device, vcpu);
	return 0;
}
