// SPDX-License-Identifier: GPL-2.0
/*
 * The devices: each has a link, which the loader holds or has pinned, and is on the MMIO
 * bus of a VM, until the first of the two ends.
 *
 *   link ends		remove: takes it off the bus, which calls the destructor
 *   VM ends		the destructor, which has the link detached by a work: remove
 *
 * No reference to a struct kvm is held, for it would keep the VM alive after its VMM is
 * gone.  While @kvm is not NULL there is a struct kvm, though it may be dying; then
 * kvm_get_kvm_safe() fails, and no vCPU runs any more.
 *
 *   update_mutex of the core	add, replace, remove, or remove is the last that happens
 *   slots_lock of the VM	to and from the bus
 *   device->lock		@kvm, @link, the line
 *   kvm->srcu			accesses, which read @ops
 *   line.applying		what KVM is told of the line
 *   RCU			handles
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

/* Good as long as the link is, whose device it is. */
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

/**
 * kvm_pv_bpf_device_get_kvm - keep the VM of a device alive
 * @device: the device
 *
 * Return: the VM, counted; NULL: it is dying, or the device has left its bus.
 */
struct kvm *kvm_pv_bpf_device_get_kvm(struct kvm_pv_bpf_device *device)
{
	struct kvm *kvm;

	spin_lock_irq(&device->lock);
	kvm = device->kvm && kvm_get_kvm_safe(device->kvm) ? device->kvm : NULL;
	spin_unlock_irq(&device->lock);

	return kvm;
}

static void kvm_pv_bpf_device_free(struct kref *ref)
{
	struct kvm_pv_bpf_device *device = container_of(ref, struct kvm_pv_bpf_device, ref);

	kvm_pv_bpf_clamp_free(device);
	module_put(device->vendor);
	kfree_rcu(device, rcu);
}

/*
 * It has left the bus, and no access is under way.  The slots_lock of the VM may be held,
 * inside of which the rest must not be done.
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

/* Who waits for the link, by poll(2), is told of the end of the VM by its detachment. */
static void kvm_pv_bpf_device_gone(struct work_struct *work)
{
	struct kvm_pv_bpf_device *device = container_of(work, struct kvm_pv_bpf_device, gone);
	struct bpf_link *link = NULL;

	kvm_pv_bpf_clamp_close(device);

	/* A link that has no user any more waits for the lock before it ends. */
	spin_lock_irq(&device->lock);
	if (device->link)
		link = bpf_link_inc_not_zero(device->link);
	spin_unlock_irq(&device->lock);
	if (!IS_ERR_OR_NULL(link)) {
		link->ops->detach(link);
		bpf_link_put(link);
	}

	kref_put(&device->ref, kvm_pv_bpf_device_free);
	/* The rest of this function is kvm_pv_bpf_exit()'s. */
	module_put(THIS_MODULE);
}

static struct kvm_pv_bpf_device *kvm_pv_bpf_device_alloc(const struct kvm_pv_mmio_ops *ops,
							 struct file *file, struct bpf_link *link)
{
	struct kvm_pv_bpf_device *device;

	device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);
	if (!device)
		return NULL;

	kvm_iodevice_init(&device->dev, &kvm_pv_bpf_device_ops);
	device->ops = ops;
	device->base = ops->base;
	device->size = ops->size;
	device->irq = ops->irq;
	device->kvm = file->private_data;
	device->link = link;
	device->vendor = file->f_op->owner;
	__module_get(device->vendor);
	kref_init(&device->ref);
	spin_lock_init(&device->lock);
	INIT_WORK(&device->gone, kvm_pv_bpf_device_gone);
	mutex_init(&device->closing);
	xa_init(&device->clamps);
	kvm_pv_bpf_line_init(device);

	return device;
}

/* The device is not on the bus, nobody accesses it.  @kvm is NULL if it may be dying. */
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

static int kvm_pv_bpf_device_init(struct kvm_pv_bpf_device *device)
{
	int err = device->ops->init ? device->ops->init(device->handle) : 0;

	if (err > 0 || err < -MAX_ERRNO)
		err = -EINVAL;
	if (err)
		pr_info_ratelimited("%s: init of the program says %d\n", device->ops->name, err);

	return err;
}

static int kvm_pv_bpf_device_register(struct kvm_pv_bpf_device *device, struct kvm *kvm)
{
	int err;

	/* Both are of the bus. */
	kref_get(&device->ref);
	__module_get(THIS_MODULE);

	mutex_lock(&kvm->slots_lock);
	err = kvm_pv_bus_add(kvm, device->base, device->size, &device->dev);
	mutex_unlock(&kvm->slots_lock);

	if (err) {
		if (err == -EBUSY)
			pr_info_ratelimited("%s: something of this VM is at %#llx-%#llx already\n",
					    device->ops->name, device->base,
					    device->base + device->size - 1);
		module_put(THIS_MODULE);
		kref_put(&device->ref, kvm_pv_bpf_device_free);
	}
	return err;
}

static struct file *kvm_pv_bpf_device_vm(const struct kvm_pv_mmio_ops *ops)
{
	struct file *file = fget(ops->vm_fd);

	if (file && file_is_kvm(file))
		return file;

	pr_info_ratelimited("%s: file descriptor %d is not that of a VM\n", ops->name, ops->vm_fd);
	if (!file)
		return ERR_PTR(-EBADF);
	fput(file);
	return ERR_PTR(-EINVAL);
}

/**
 * kvm_pv_bpf_device_add - a device comes
 * @ops: the program
 * @link: its link; the caller may access the VM
 *
 * Return: 0 or a negative errno.
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
	device = kvm_pv_bpf_device_alloc(ops, file, link);
	if (!device)
		goto put_file;

	err = xa_alloc_cyclic(&kvm_pv_bpf_devices, &device->handle, device, xa_limit_32b,
			      &kvm_pv_bpf_next, GFP_KERNEL_ACCOUNT);
	if (err < 0) {
		kref_put(&device->ref, kvm_pv_bpf_device_free);
		goto put_file;
	}

	err = kvm_pv_bpf_device_init(device);
	if (err)
		goto end_device;
	initialized = true;

	err = kvm_pv_bpf_device_register(device, kvm);
	if (err)
		goto end_device;

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
 * kvm_pv_bpf_device_replace - a device goes on with another program
 * @ops: the new program; when this returns the old one is not used any more
 * @link: the link
 *
 * Return: 0; -EINVAL: it is elsewhere in the VM; -EXDEV: of another VM, or this one has ended.
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
		/* The core has made it ready under locks; its readers depend on the address. */
		WRITE_ONCE(device->ops, ops);
		synchronize_srcu_expedited(&kvm->srcu);
	}

	fput(file);
	return err;
}

/**
 * kvm_pv_bpf_device_remove - a link ends
 * @ops: the program; when this returns it is not used any more
 * @link: the link
 */
void kvm_pv_bpf_device_remove(const struct kvm_pv_mmio_ops *ops, struct bpf_link *link)
{
	struct kvm_pv_bpf_device *device = kvm_pv_bpf_device_of(link);
	struct module *vendor;
	struct kvm *kvm;

	if (!device)
		return;

	vendor = device->vendor;
	__module_get(vendor);
	kvm = kvm_pv_bpf_device_get_kvm(device);
	if (kvm) {
		mutex_lock(&kvm->slots_lock);
		kvm_pv_bus_remove(kvm, &device->dev);
		mutex_unlock(&kvm->slots_lock);
	}

	kvm_pv_bpf_device_end(device, kvm, ops, true);
	if (kvm)
		kvm_put_kvm(kvm);
	module_put(vendor);
}
