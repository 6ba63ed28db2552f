// SPDX-License-Identifier: GPL-2.0
/*
 * kvm_pv_bpf: MMIO devices in BPF for VMs of a stock KVM
 *
 * See Documentation/bpf-devices.rst.  The kernel has no functions that undo the registrations;
 * they end when the module is unloaded.  Programs, maps and links hold the module.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "kvm_pv_bpf.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a kernel that this version is not tested with (default: N)");

struct workqueue_struct *kvm_pv_bpf_wq;
struct workqueue_struct *kvm_pv_bpf_bus_wq;

static int __init kvm_pv_bpf_init(void)
{
	int err;

	err = kvm_pv_fence(force);
	if (err)
		return err;

	/* Clamps and lines must not wait behind threads of normal priority. */
	kvm_pv_bpf_wq = alloc_workqueue("kvm_pv_bpf", WQ_UNBOUND | WQ_HIGHPRI, 0);
	if (!kvm_pv_bpf_wq)
		return -ENOMEM;

	/* These works may wait for a VMM, and must not delay those of the other queue. */
	err = -ENOMEM;
	kvm_pv_bpf_bus_wq = alloc_workqueue("kvm_pv_bpf_bus", WQ_UNBOUND, WQ_MAX_ACTIVE);
	if (!kvm_pv_bpf_bus_wq)
		goto destroy_wq;

	kvm_pv_bpf_clamp_init();
	err = kvm_pv_bpf_ops_init();
	if (err)
		goto destroy_bus_wq;
	err = kvm_pv_bpf_kfunc_init();
	if (err)
		goto destroy_bus_wq;

	return 0;

destroy_bus_wq:
	destroy_workqueue(kvm_pv_bpf_bus_wq);
destroy_wq:
	destroy_workqueue(kvm_pv_bpf_wq);
	return err;
}

/*
 * All devices have left.  The last instructions of a destructor, which do not sleep, and of
 * works may still run.  A work of the first queue adds one to the second.
 */
static void __exit kvm_pv_bpf_exit(void)
{
	destroy_workqueue(kvm_pv_bpf_bus_wq);
	destroy_workqueue(kvm_pv_bpf_wq);
	synchronize_rcu_tasks();
}

module_init(kvm_pv_bpf_init);
module_exit(kvm_pv_bpf_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("MMIO devices in BPF for VMs of a stock KVM");
MODULE_LICENSE("GPL");
MODULE_VERSION(PV_VERSION);
MODULE_IMPORT_KVM_PV();
