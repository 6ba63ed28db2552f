/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's interrupt controller on arm64, a GICv3.
 */
#ifndef _SELFTESTS_BPF_IRQCHIP_ARM64_H
#define _SELFTESTS_BPF_IRQCHIP_ARM64_H

/* Default of pvhost: a shared peripheral interrupt, which have numbers from 32. */
#define IRQCHIP_GSI	192
#define IRQCHIP_INTID	(32 + IRQCHIP_GSI)

#define IRQCHIP_NR	256
#define IRQCHIP_DIST	0x08000000
#define IRQCHIP_REDIST	0x080a0000

#define GICD_ICFGR	0xc00

static int irqchip_fd;

static inline void irqchip_attr(int request, __u32 group, __u64 attr, void *value)
{
	struct kvm_device_attr arg = {
		.group = group, .attr = attr, .addr = (uintptr_t)value,
	};

	vm_must(!ioctl(irqchip_fd, request, &arg), "attribute of a GIC");
}

static inline void irqchip_set_addr(__u64 type, __u64 addr)
{
	irqchip_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_ADDR, type, &addr);
}

static inline void irqchip_prepare(struct vm *vm)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };

	vm_must(!ioctl(vm->fd, KVM_CREATE_DEVICE, &device), "KVM_CREATE_DEVICE");
	irqchip_fd = device.fd;
}

static inline void irqchip_start(struct vm *vm)
{
	__u32 nr = IRQCHIP_NR, level_triggered = 0;

	irqchip_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr);
	irqchip_set_addr(KVM_VGIC_V3_ADDR_TYPE_DIST, IRQCHIP_DIST);
	irqchip_set_addr(KVM_VGIC_V3_ADDR_TYPE_REDIST, IRQCHIP_REDIST);
	irqchip_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT,
		     NULL);
	irqchip_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
		     GICD_ICFGR + IRQCHIP_INTID / 16 * 4, &level_triggered);
}

static inline bool irqchip_level(struct vm *vm)
{
	__u64 attr = VGIC_LEVEL_INFO_LINE_LEVEL << KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT;
	__u32 levels = 0;

	irqchip_attr(KVM_GET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO,
		     attr | (IRQCHIP_INTID & ~31), &levels);
	return levels & 1 << IRQCHIP_INTID % 32;
}

#endif /* _SELFTESTS_BPF_IRQCHIP_ARM64_H */
