// SPDX-License-Identifier: GPL-2.0
/*
 * A device in the host's kernel that does nothing: what an access to one costs at least.
 *
 * It is on the MMIO bus of a VM from insmod to rmmod, beside whatever else is there.
 * The VM is a file descriptor of the process that loads the module:
 *
 *	vmfile PID insmod pv_floor.ko vm=3 base=0xfef80000
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/file.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/static_call.h>
#include <kvm/iodev.h>

#include "../../host/kvm_symbol.h"
#include "pv_floor.h"

static int vm = -1;
module_param(vm, int, 0444);
MODULE_PARM_DESC(vm, "file descriptor of the VM");

static ulong base;
module_param(base, ulong, 0444);
MODULE_PARM_DESC(base, "guest-physical address, of a page");

/* Not all kernels export them. */
DEFINE_STATIC_CALL_NULL(pv_floor_is_vm, file_is_kvm);
DEFINE_STATIC_CALL_NULL(pv_floor_register, kvm_io_bus_register_dev);
DEFINE_STATIC_CALL_NULL(pv_floor_unregister, kvm_io_bus_unregister_dev);

static struct kvm *pv_floor_kvm;

static int pv_floor_read(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			 gpa_t addr, int len, void *val)
{
	memset(val, BENCH_FLOOR_VALUE & 0xff, len);
	return 0;
}

static int pv_floor_write(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			  gpa_t addr, int len, const void *val)
{
	return 0;
}

static const struct kvm_io_device_ops pv_floor_ops = {
	.read	= pv_floor_read,
	.write	= pv_floor_write,
};

static struct kvm_io_device pv_floor_device = { .ops = &pv_floor_ops };

static int pv_floor_symbols(void)
{
	void *is_vm = kvm_symbol_find("file_is_kvm");
	void *add = kvm_symbol_find("kvm_io_bus_register_dev");
	void *remove = kvm_symbol_find("kvm_io_bus_unregister_dev");

	if (!is_vm || !add || !remove)
		return -ENOENT;

	static_call_update(pv_floor_is_vm, is_vm);
	static_call_update(pv_floor_register, add);
	static_call_update(pv_floor_unregister, remove);
	return 0;
}

static int __init pv_floor_init(void)
{
	struct file *file;
	int err;

	err = pv_floor_symbols();
	if (err)
		return err;

	file = fget(vm);
	if (!file || !static_call(pv_floor_is_vm)(file)) {
		pr_err("file descriptor %d is no VM\n", vm);
		err = -EBADF;
		goto put_file;
	}

	/* Until rmmod, so that the bus is there to leave. */
	pv_floor_kvm = file->private_data;
	kvm_get_kvm(pv_floor_kvm);

	mutex_lock(&pv_floor_kvm->slots_lock);
	err = static_call(pv_floor_register)(pv_floor_kvm, KVM_MMIO_BUS, base, PAGE_SIZE,
					     &pv_floor_device);
	mutex_unlock(&pv_floor_kvm->slots_lock);
	if (err)
		kvm_put_kvm(pv_floor_kvm);

put_file:
	if (file)
		fput(file);
	return err;
}
module_init(pv_floor_init);

static void __exit pv_floor_exit(void)
{
	mutex_lock(&pv_floor_kvm->slots_lock);
	static_call(pv_floor_unregister)(pv_floor_kvm, KVM_MMIO_BUS, &pv_floor_device);
	mutex_unlock(&pv_floor_kvm->slots_lock);
	kvm_put_kvm(pv_floor_kvm);
}
module_exit(pv_floor_exit);

MODULE_DESCRIPTION("A device that does nothing");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
