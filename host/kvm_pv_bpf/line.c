// SPDX-License-Identifier: GPL-2.0
/*
 * The line of a device.
 *
 * Programs set it from the thread of a vCPU and from timers, where KVM's locks must not be
 * taken: a work does it, and what is set and set back before that is not seen.
 *
 * KVM frees the routes of a dying VM before it calls destructors, so the VM is held while
 * its line is set.
 */
#include "kvm_pv_bpf.h"

static void kvm_pv_bpf_line_work(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, line.work);
	struct kvm_pv_bpf_line *line = &device->line;
	struct kvm *kvm = kvm_pv_bpf_device_get_kvm(device);

	if (!kvm)
		return;

	line->applied = READ_ONCE(line->level);
	kvm_pv_irq_set(kvm, device->irq, line->applied);
	kvm_put_kvm(kvm);
}

/* The VM is alive. */
void kvm_pv_bpf_line_init(struct kvm_pv_bpf_device *device)
{
	struct kvm_pv_bpf_line *line = &device->line;

	INIT_WORK(&line->work, kvm_pv_bpf_line_work);
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
	if (!line->routed)
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
