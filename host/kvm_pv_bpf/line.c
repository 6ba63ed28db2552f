// SPDX-License-Identifier: GPL-2.0
/*
 * The line of a device.
 *
 * Programs set it from the thread of a vCPU and from timers, where KVM's locks must not be
 * taken: it is noted, and a work tells KVM.  What is set and set back before that is not
 * seen.
 *
 * A guest that acknowledges an interrupt takes for granted that the line is low when its
 * store has been done, or it is interrupted again, and again until the work has run.  So a
 * vCPU whose access is done does not leave it to the work.
 *
 * KVM frees the routes of a dying VM before it calls destructors, so the VM is held while
 * its line is set.
 */
#include "kvm_pv_bpf.h"

static void kvm_pv_bpf_line_apply(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	struct kvm_pv_bpf_line *line = &device->line;
	u32 level;

	mutex_lock(&line->applying);
	level = READ_ONCE(line->level);
	if (line->applied != level) {
		/* In this order: who finds it applied does not wait for us. */
		kvm_pv_irq_set(kvm, device->irq, level);
		WRITE_ONCE(line->applied, level);
	}
	mutex_unlock(&line->applying);
}

static void kvm_pv_bpf_line_work(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, line.work);
	struct kvm *kvm = kvm_pv_bpf_device_get_kvm(device);

	if (!kvm)
		return;

	kvm_pv_bpf_line_apply(device, kvm);
	kvm_put_kvm(kvm);
}

/**
 * kvm_pv_bpf_line_flush - an access is done
 * @device: the device, which has a line
 * @vcpu: whose access it was, in whose thread we are
 */
void kvm_pv_bpf_line_flush(struct kvm_pv_bpf_device *device, struct kvm_vcpu *vcpu)
{
	struct kvm_pv_bpf_line *line = &device->line;

	/* What is being applied may be what was there before. */
	if (READ_ONCE(line->level) != READ_ONCE(line->applied) ||
	    mutex_is_locked(&line->applying))
		kvm_pv_bpf_line_apply(device, vcpu->kvm);
}

/**
 * kvm_pv_bpf_line_route - an access begins, and there was no route
 * @device: the device, which has a line
 * @kvm: its VM, whose vCPU runs: by now it has the interrupt controller that it will have
 */
void kvm_pv_bpf_line_route(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	WRITE_ONCE(device->line.routed, kvm_pv_irq_routed(kvm, device->irq));
}

/* The VM is alive. */
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
 * kvm_pv_bpf_line_close - lower the line of a device, and set it no more
 * @device: the device, which has left the bus
 * @kvm: its VM, held; NULL: it is dying
 */
void kvm_pv_bpf_line_close(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	struct kvm_pv_bpf_line *line = &device->line;

	spin_lock_irq(&device->lock);
	line->closed = true;
	spin_unlock_irq(&device->lock);

	cancel_work_sync(&line->work);
	if (kvm && line->applied)
		kvm_pv_irq_set(kvm, device->irq, 0);
}
