// SPDX-License-Identifier: GPL-2.0
/*
 * kvm_pv: the host side of pvguest on a stock KVM
 *
 * Adds a virtual cpufreq device and shared pages to the VMs that an administrator attaches, and
 * answers their hypercalls.
 */
#include <linux/module.h>

#include "compat.h"
#include "kvm_pv.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a kernel that this version is not tested with (default: N)");

static int __init kvm_pv_init(void)
{
	int err;

	err = kvm_pv_fence(force);
	if (err)
		return err;
	err = kvm_pv_symbols_init();
	if (err)
		return err;

	kvm_pv_freq_qos_start();
	err = kvm_pv_vm_init();
	if (err)
		goto stop_freq_qos;
	err = kvm_pv_page_init();
	if (err)
		goto exit_vm;
	err = kvm_pv_detach_init();
	if (err)
		goto exit_page;
	err = kvm_pv_attach_init();
	if (err)
		goto exit_detach;
	kvm_pv_hook_init();
	kvm_pv_exits_init(kvm_pv_policy_sync_exits);
	kvm_pv_vcpu_hooks_init(kvm_pv_policy_load, kvm_pv_policy_put);
	if (static_call_query(kvm_pv_running_vcpu))
		kvm_pv_cpu_freq_start(kvm_pv_policy_freq_changed);

	kvm_pv_enable_init();
	err = kvm_pv_chardev_init();
	if (err)
		goto exit_enable;

	return 0;

exit_enable:
	kvm_pv_enable_exit();
	kvm_pv_cpu_freq_stop();
	kvm_pv_exits_exit();
	kvm_pv_vcpu_hooks_exit();
	kvm_pv_hook_exit();
	kvm_pv_attach_exit();
exit_detach:
	kvm_pv_detach_exit();
exit_page:
	kvm_pv_page_exit();
exit_vm:
	kvm_pv_vm_exit();
stop_freq_qos:
	kvm_pv_freq_qos_stop();
	return err;
}

static void __exit kvm_pv_exit(void)
{
	kvm_pv_chardev_exit();
	kvm_pv_enable_exit();
	kvm_pv_cpu_freq_stop();
	kvm_pv_exits_exit();
	kvm_pv_vcpu_hooks_exit();
	kvm_pv_hook_exit();
	kvm_pv_attach_exit();
	kvm_pv_detach_exit();
	kvm_pv_page_exit();
	kvm_pv_vm_exit();
	kvm_pv_freq_qos_stop();
}

module_init(kvm_pv_init);
module_exit(kvm_pv_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("Virtual cpufreq device and hypercalls for VMs of a stock KVM");
MODULE_LICENSE("GPL");
MODULE_VERSION(PV_VERSION);
