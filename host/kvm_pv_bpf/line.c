// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt line of a device.
 *
 * Programs set the line from the thread of a vCPU and from timers, where they must not take
 * the locks of KVM.  The kfunc stores the level, and a work sets it in KVM.  KVM does not get a
 * level that the program has replaced before.
 *
 * A guest that acknowledges an interrupt expects that the line is low when its store has
 * completed; otherwise the interrupt comes again until the work has run.  So a vCPU sets the
 * level at the end of its access and does not wait for the work.
 *
 * KVM frees the routes of a VM that ends before it calls destructors, so the work holds a
 * reference to the VM.
 */
#include "kvm_pv_bpf.h"

static void kvm_pv_bpf_line_apply(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	struct kvm_pv_bpf_line *line = &device->line;
	u32 level;

	mutex_lock(&line->applying);
	level = READ_ONCE(line->level);
	if (line->applied != level) {
		/* In this order: a vCPU that finds the level applied does not wait. */
		kvm_pv_irq_set(kvm, device->irq, level);
		WRITE_ONCE(line->applied, level);
	}
	mutex_unlock(&line->applying);
}

static void kvm_pv_bpf_line_work(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, line.work);
	struct kvm *kvm = kvm_pv_bpf_get_kvm(device);

	if (!kvm)
		return;

	kvm_pv_bpf_line_apply(device, kvm);
	kvm_put_kvm(kvm);
}

/**
 * kvm_pv_bpf_line_flush - set the level in KVM at the end of an access
 * @device: the device, which has a line
 * @vcpu: the vCPU that accesses, in whose thread this is
 */
void kvm_pv_bpf_line_flush(struct kvm_pv_bpf_device *device, struct kvm_vcpu *vcpu)
{
	struct kvm_pv_bpf_line *line = &device->line;

	/* A work that holds the mutex may set the previous level. */
	if (READ_ONCE(line->level) != READ_ONCE(line->applied) ||
	    mutex_is_locked(&line->applying))
		kvm_pv_bpf_line_apply(device, vcpu->kvm);
}

/**
 * kvm_pv_bpf_line_route - look for a route when an access begins
 * @device: the device, which has a line and had no route
 * @kvm: its VM; its interrupt controller is complete when a vCPU runs
 */
void kvm_pv_bpf_line_route(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	WRITE_ONCE(device->line.routed, kvm_pv_irq_routed(kvm, device->irq));
}

/* The caller holds a reference to the VM. */
void kvm_pv_bpf_line_init(struct kvm_pv_bpf_device *device)
{
	struct kvm_pv_bpf_line *line = &device->line;

	INIT_WORK(&line->work, kvm_pv_bpf_line_work);
	mutex_init(&line->applying);
	line->routed = device->irq && kvm_pv_irq_routed(device->kvm, device->irq);
}

/**
 * kvm_pv_bpf_line_set - set the line of a device
 * @device: the device; the caller holds RCU
 * @level: 0 or 1
 *
 * Return: 0 or a negative errno, see bpf_kvm_pv_set_line().
 */
int kvm_pv_bpf_line_set(struct kvm_pv_bpf_device *device, u32 level)
{
	struct kvm_pv_bpf_line *line = &device->line;
	unsigned long flags;
	int err = 0;

	if (level > 1)
		return -EINVAL;
	if (!device->irq)
		return -ENXIO;
	if (!READ_ONCE(line->routed))
		return -EOPNOTSUPP;

	spin_lock_irqsave(&device->lock, flags);
	if (line->closed) {
		err = -ENOENT;
	} else if (line->level != level) {
		WRITE_ONCE(line->level, level);
		queue_work(kvm_pv_bpf_wq, &line->work);
	}
	spin_unlock_irqrestore(&device->lock, flags);

	return err;
}

/**
 * kvm_pv_bpf_line_close - lower the line of a device, and disable it
 * @device: the device; its program no longer runs, but an access can end concurrently
 * @kvm: its VM, with a reference; NULL: it is ending
 */
void kvm_pv_bpf_line_close(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	struct kvm_pv_bpf_line *line = &device->line;

	spin_lock_irq(&device->lock);
	line->closed = true;
	WRITE_ONCE(line->level, 0);
	spin_unlock_irq(&device->lock);

	cancel_work_sync(&line->work);
	if (kvm)
		kvm_pv_bpf_line_apply(device, kvm);
}
