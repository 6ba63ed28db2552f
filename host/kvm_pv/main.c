// SPDX-License-Identifier: GPL-2.0
/*
 * kvm_pv: the host's half of pvguest on a stock KVM
 *
 * Puts a virtual cpufreq device on the MMIO bus of VMs that an administrator
 * attaches, and answers their hypercalls.
 */
#include <linux/module.h>

#include "kvm_pv.h"

static int __init kvm_pv_init(void)
{
	int err;

	err = kvm_pv_symbols_init();
	if (err)
		return err;

	err = kvm_pv_apply_start();
	if (err)
		return err;
	err = kvm_pv_hook_init();
	if (err)
		goto stop_apply;
	kvm_pv_sched_init();
	kvm_pv_speed_start();

	err = kvm_pv_chardev_init();
	if (err)
		goto remove_hook;

	return 0;

remove_hook:
	kvm_pv_speed_stop();
	kvm_pv_sched_exit();
	kvm_pv_hook_exit();
	kvm_pv_vm_exit();
stop_apply:
	kvm_pv_apply_stop();
	return err;
}

static void __exit kvm_pv_exit(void)
{
	kvm_pv_chardev_exit();
	kvm_pv_speed_stop();
	kvm_pv_sched_exit();
	kvm_pv_hook_exit();
	kvm_pv_vm_exit();
	kvm_pv_apply_stop();
}

module_init(kvm_pv_init);
module_exit(kvm_pv_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("Virtual cpufreq device and hypercalls for VMs of a stock KVM");
MODULE_LICENSE("GPL");
