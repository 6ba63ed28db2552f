// SPDX-License-Identifier: GPL-2.0
/*
 * kvm_pv_bpf: MMIO devices in BPF for VMs of a stock KVM
 *
 * See Documentation/bpf-devices.rst.  There is no way back from the registrations but to
 * unload: programs, maps and links hold the module.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "kvm_pv_bpf.h"

struct workqueue_struct *kvm_pv_bpf_wq;

static int __init kvm_pv_bpf_init(void)
{
	int err;

	/* It is about what runs, which it does not wait behind. */
	kvm_pv_bpf_wq = alloc_workqueue("kvm_pv_bpf", WQ_UNBOUND | WQ_HIGHPRI, 0);
	if (!kvm_pv_bpf_wq)
		return -ENOMEM;

	kvm_pv_bpf_clamp_init();
	err = kvm_pv_bpf_ops_init();
	if (err)
		goto destroy_wq;
	err = kvm_pv_bpf_kfunc_init();
	if (err)
		goto destroy_wq;

	return 0;

destroy_wq:
	destroy_workqueue(kvm_pv_bpf_wq);
	return err;
}

/*
 * No device is left.  What may still run here are the last instructions of a destructor,
 * which do not sleep, and of the work that follows it.
 */
static void __exit kvm_pv_bpf_exit(void)
{
	destroy_workqueue(kvm_pv_bpf_wq);
	synchronize_rcu_tasks();
}

module_init(kvm_pv_bpf_init);
module_exit(kvm_pv_bpf_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("MMIO devices in BPF for VMs of a stock KVM");
MODULE_LICENSE("GPL");
