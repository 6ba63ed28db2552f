// SPDX-License-Identifier: GPL-2.0
/*
 * The devices: each has a link, which the loader holds or has pinned, and is on the MMIO
 * bus of a VM, until the link or the VM ends.
 *
 *   link ends		remove: a work takes the device off the bus, which calls the destructor
 *   VM ends		the destructor queues a work that detaches the link: remove
 *
 * A device holds no reference to a struct kvm, which would keep the VM alive after the end of
 * its VMM.  While @kvm is not NULL the struct kvm exists, but the VM may be ending; then
 * kvm_get_kvm_safe() fails, and no vCPU runs any more.
 *
 *   update_mutex of the core	add, replace, remove; or remove is the last function of a link
 *   slots_lock of the VM	changes of its MMIO bus
 *   device->lock		@kvm, @link, the line
 *   device->srcu		programs of accesses, which read @ops
 *   line.applying		level in KVM
 *   RCU			handles
 *
 * update_mutex is a lock of all struct_ops of the host.  A VMM controls how long a vCPU waits
 * for guest memory, in a read section of kvm->srcu.  So replace and remove wait for device->srcu
 * instead, remove limits its wait for the bus, and a fatal signal ends the wait of add.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "kvm_pv_bpf.h"

static DEFINE_XARRAY_ALLOC1(kvm_pv_bpf_devices);
static u32 kvm_pv_bpf_next;

/**
 * kvm_pv_bpf_device_find - a device by its handle
 * @handle: the handle
 *
 * Return: the device, valid as long as the caller holds RCU; NULL where there is none.
 */
struct kvm_pv_bpf_device *kvm_pv_bpf_device_find(u32 handle)
{
	return xa_load(&kvm_pv_bpf_devices, handle);
}

/* Time to wait for the work that takes a device off the bus */
#define KVM_PV_BPF_LEAVE_TIMEOUT	HZ

/* Valid as long as the link; not for a link whose add has not returned. */
static struct kvm_pv_bpf_device *kvm_pv_bpf_device_of(const struct bpf_link *link)
{
	struct kvm_pv_bpf_device *device;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&kvm_pv_bpf_devices, i, device) {
		if (READ_ONCE(device->link) == link)
			break;
	}
	rcu_read_unlock();

	return device;
}

static void kvm_pv_bpf_device_free(struct kref *ref)
{
	struct kvm_pv_bpf_device *device = container_of(ref, struct kvm_pv_bpf_device, ref);

	kvm_pv_bpf_clamp_free(device);
	cleanup_srcu_struct(&device->srcu);
	module_put(device->vendor);
	kfree_rcu(device, rcu);
}

/*
 * The device has left the bus, and all accesses have ended.  The slots_lock of the VM may be
 * held, so a work does the rest.
 */
static void kvm_pv_bpf_device_destructor(struct kvm_io_device *dev)
{
	struct kvm_pv_bpf_device *device = container_of(dev, struct kvm_pv_bpf_device, dev);

	spin_lock_irq(&device->lock);
	device->kvm = NULL;
	spin_unlock_irq(&device->lock);
	queue_work(kvm_pv_bpf_wq, &device->gone);
}

static const struct kvm_io_device_ops kvm_pv_bpf_device_ops = {
	.read		= kvm_pv_bpf_access_read,
	.write		= kvm_pv_bpf_access_write,
	.destructor	= kvm_pv_bpf_device_destructor,
};

/* A loader that polls the link gets an event when the link is detached. */
static void kvm_pv_bpf_device_gone(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, gone);
	struct bpf_link *link = NULL;

	kvm_pv_bpf_clamp_close(device);

	/* A link without users waits for the lock before it ends. */
	spin_lock_irq(&device->lock);
	if (device->link)
		link = bpf_link_inc_not_zero(device->link);
	spin_unlock_irq(&device->lock);
	if (!IS_ERR_OR_NULL(link)) {
		link->ops->detach(link);
		bpf_link_put(link);
	}

	kref_put(&device->ref, kvm_pv_bpf_device_free);
	/* kvm_pv_bpf_exit() waits for the rest of this function. */
	module_put(THIS_MODULE);
}

static int kvm_pv_bpf_device_add_to_bus(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	int err;

	/* The bus has both. */
	kref_get(&device->ref);
	__module_get(THIS_MODULE);

	mutex_lock(&kvm->slots_lock);
	err = kvm_pv_bus_add(kvm, device->base, device->size, &device->dev);
	mutex_unlock(&kvm->slots_lock);

	if (err) {
		module_put(THIS_MODULE);
		kref_put(&device->ref, kvm_pv_bpf_device_free);
	}
	return err;
}

static void kvm_pv_bpf_device_remove_from_bus(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	mutex_lock(&kvm->slots_lock);
	kvm_pv_bus_remove(kvm, &device->dev);
	mutex_unlock(&kvm->slots_lock);
}

/*
 * Puts the device on the bus; has a reference to the VM, to its vendor module, to this module and
 * to the device.  Waits until no vCPU waits for guest memory.
 */
static void kvm_pv_bpf_device_join(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, join);
	struct module *vendor = device->vendor;
	struct kvm *kvm = device->busy;
	bool abandoned;
	int err;

	err = kvm_pv_bpf_device_add_to_bus(device, kvm);
	device->err = err;
	abandoned = test_and_set_bit(KVM_PV_BPF_HANDED_OVER, &device->state);
	if (abandoned && !err)
		kvm_pv_bpf_device_remove_from_bus(device, kvm);
	kvm_put_kvm(kvm);
	module_put(vendor);

	if (!abandoned)
		complete(&device->joined);
	kref_put(&device->ref, kvm_pv_bpf_device_free);
	/* kvm_pv_bpf_exit() waits for the end of the work. */
	module_put(THIS_MODULE);
}

/*
 * Takes the device off the bus; has a reference to the VM, to its vendor module and to the
 * device.  Waits until no vCPU waits for guest memory.
 */
static void kvm_pv_bpf_device_leave(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, leave);
	struct module *vendor = device->vendor;
	struct kvm *kvm = device->busy;

	kvm_pv_bpf_device_remove_from_bus(device, kvm);

	complete_all(&device->left);
	kref_put(&device->ref, kvm_pv_bpf_device_free);
	kvm_put_kvm(kvm);
	module_put(vendor);
}

static struct kvm_pv_bpf_device *kvm_pv_bpf_device_alloc(const struct kvm_pv_mmio_ops *ops,
							 struct file *file)
{
	struct kvm_pv_bpf_device *device;

	device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);
	if (!device)
		return NULL;

	if (init_srcu_struct(&device->srcu)) {
		kfree(device);
		return NULL;
	}

	kvm_iodevice_init(&device->dev, &kvm_pv_bpf_device_ops);
	RCU_INIT_POINTER(device->ops, ops);
	device->base = ops->base;
	device->size = ops->size;
	device->irq = ops->irq;
	device->kvm = file->private_data;
	device->vendor = file->f_op->owner;
	__module_get(device->vendor);
	kref_init(&device->ref);
	spin_lock_init(&device->lock);
	INIT_WORK(&device->join, kvm_pv_bpf_device_join);
	INIT_WORK(&device->leave, kvm_pv_bpf_device_leave);
	init_completion(&device->joined);
	init_completion(&device->left);
	INIT_WORK(&device->gone, kvm_pv_bpf_device_gone);
	mutex_init(&device->closing);
	xa_init(&device->clamps);
	kvm_pv_bpf_line_init(device);

	return device;
}

/* On return no access runs the program any more; accesses exit to the VMM. */
static void kvm_pv_bpf_device_disable(struct kvm_pv_bpf_device *device)
{
	rcu_assign_pointer(device->ops, NULL);
	synchronize_srcu_expedited(&device->srcu);
}

/* No access runs the program any more.  @kvm is NULL if it may be ending. */
static void kvm_pv_bpf_device_end(struct kvm_pv_bpf_device *device, struct kvm *kvm,
				  const struct kvm_pv_mmio_ops *ops, bool initialized)
{
	kvm_pv_bpf_line_close(device, kvm);
	kvm_pv_bpf_clamp_close(device);
	if (initialized && ops->exit)
		ops->exit(device->handle);

	xa_erase(&kvm_pv_bpf_devices, device->handle);
	spin_lock_irq(&device->lock);
	device->link = NULL;
	spin_unlock_irq(&device->lock);
	kref_put(&device->ref, kvm_pv_bpf_device_free);
}

static int kvm_pv_bpf_device_init(struct kvm_pv_bpf_device *device,
				  const struct kvm_pv_mmio_ops *ops)
{
	int err = ops->init ? ops->init(device->handle) : 0;

	if (err > 0 || err < -MAX_ERRNO)
		err = -EINVAL;
	if (err)
		pr_info_ratelimited("%s: init of the program returns %d\n", ops->name, err);

	return err;
}

/* Puts the device on the bus in a work, and waits for its end or for a fatal signal. */
static int kvm_pv_bpf_device_register(struct kvm_pv_bpf_device *device,
				      const struct kvm_pv_mmio_ops *ops, struct kvm *kvm)
{
	kref_get(&device->ref);
	__module_get(THIS_MODULE);
	__module_get(device->vendor);
	kvm_get_kvm(kvm);
	device->busy = kvm;

	queue_work(kvm_pv_bpf_bus_wq, &device->join);
	if (wait_for_completion_killable(&device->joined)) {
		if (!test_and_set_bit(KVM_PV_BPF_HANDED_OVER, &device->state)) {
			pr_debug("device %u: add: is undone after a signal\n", device->handle);
			return -EINTR;
		}
		/* The work has ended. */
		wait_for_completion(&device->joined);
	}

	if (device->err == -EBUSY)
		pr_info_ratelimited("%s: something of this VM is at %#llx-%#llx already\n",
				    ops->name, device->base, device->base + device->size - 1);
	return device->err;
}

static struct file *kvm_pv_bpf_device_vm(const struct kvm_pv_mmio_ops *ops)
{
	struct file *file = fget(ops->vm_fd);

	if (file && kvm_pv_file_is_vm(file))
		return file;

	pr_info_ratelimited("%s: file descriptor %d is not that of a VM\n", ops->name, ops->vm_fd);
	if (!file)
		return ERR_PTR(-EBADF);
	fput(file);
	return ERR_PTR(-EINVAL);
}

/**
 * kvm_pv_bpf_device_add - put a device on the bus of its VM
 * @ops: the program
 * @link: its link; the caller may access the VM
 *
 * Return: 0; -EINTR: after a fatal signal, and the device leaves the bus later; or another
 * negative errno.
 */
int kvm_pv_bpf_device_add(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link)
{
	struct kvm_pv_bpf_device *device;
	bool initialized = false;
	struct file *file;
	struct kvm *kvm;
	int err;

	file = kvm_pv_bpf_device_vm(ops);
	if (IS_ERR(file))
		return PTR_ERR(file);
	kvm = file->private_data;

	err = -ENOMEM;
	device = kvm_pv_bpf_device_alloc(ops, file);
	if (!device)
		goto put_file;

	err = xa_alloc_cyclic(&kvm_pv_bpf_devices, &device->handle, device, xa_limit_32b,
			      &kvm_pv_bpf_next, GFP_KERNEL_ACCOUNT);
	if (err < 0) {
		kref_put(&device->ref, kvm_pv_bpf_device_free);
		goto put_file;
	}

	err = kvm_pv_bpf_device_init(device, ops);
	if (err)
		goto end_device;
	initialized = true;

	err = kvm_pv_bpf_device_register(device, ops, kvm);
	if (err) {
		kvm_pv_bpf_device_disable(device);
		goto end_device;
	}
	/* The VM cannot end before @file is put. */
	spin_lock_irq(&device->lock);
	device->link = link;
	spin_unlock_irq(&device->lock);

	if (device->irq && !device->line.routed)
		pr_info_ratelimited("%s: KVM has no interrupt %u in this VM yet: the device has no line\n",
				    ops->name, device->irq);
	fput(file);
	return 0;

end_device:
	kvm_pv_bpf_device_end(device, kvm, ops, initialized);
put_file:
	fput(file);
	return err;
}

/**
 * kvm_pv_bpf_device_replace - replace the program of a device
 * @ops: the new program; on return no access runs the old one any more
 * @link: the link
 *
 * A sleepable program that writes to guest memory delays the return until the VMM provides the
 * memory.
 *
 * Return: 0; -EINVAL: other base, size or irq; -EXDEV: another VM, or this one has ended.
 */
int kvm_pv_bpf_device_replace(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link)
{
	struct kvm_pv_bpf_device *device = kvm_pv_bpf_device_of(link);
	struct file *file;
	struct kvm *kvm;
	int err = 0;

	if (!device)
		return -ENOENT;

	file = kvm_pv_bpf_device_vm(ops);
	if (IS_ERR(file))
		return PTR_ERR(file);
	kvm = file->private_data;

	if (ops->base != device->base || ops->size != device->size || ops->irq != device->irq) {
		pr_info_ratelimited("%s: a replacement has the base, size and irq of what it replaces\n",
				    ops->name);
		err = -EINVAL;
	} else if (READ_ONCE(device->kvm) != kvm) {
		pr_info_ratelimited("%s: what it replaces is in another VM\n", ops->name);
		err = -EXDEV;
	} else {
		rcu_assign_pointer(device->ops, ops);
		synchronize_srcu_expedited(&device->srcu);
	}

	fput(file);
	return err;
}

/**
 * kvm_pv_bpf_device_remove - the link of a device ends
 * @ops: the program; on return it is not used any more
 * @link: the link
 *
 * On return a new device can have the address, unless a vCPU has waited for guest memory all
 * the time: then the device leaves the bus later, and accesses exit to the VMM until then.
 */
void kvm_pv_bpf_device_remove(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link)
{
	struct kvm_pv_bpf_device *device = kvm_pv_bpf_device_of(link);
	struct kvm *kvm;

	if (!device)
		return;

	kvm_pv_bpf_device_disable(device);

	kref_get(&device->ref);
	kvm = kvm_pv_bpf_get_kvm(device);
	kvm_pv_bpf_device_end(device, kvm, ops, true);
	if (!kvm)
		goto put_device;

	kref_get(&device->ref);
	__module_get(device->vendor);
	device->busy = kvm;
	queue_work(kvm_pv_bpf_bus_wq, &device->leave);
	if (!wait_for_completion_timeout(&device->left, KVM_PV_BPF_LEAVE_TIMEOUT))
		pr_debug("device %u: leaves the bus when no vCPU waits for guest memory\n",
			 device->handle);

put_device:
	kref_put(&device->ref, kvm_pv_bpf_device_free);
}
