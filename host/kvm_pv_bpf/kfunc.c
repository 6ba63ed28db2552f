// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel functions for programs, see host/devices/mmio.bpf.h.
 *
 * A struct kvm_pv_mmio that the verifier trusts is the argument of read() or write() of a
 * device: the thread is that of the vCPU, and the access has not ended.
 */
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/cpufreq.h>
#include <linux/module.h>
#include <linux/sched/topology.h>
#include <linux/smp.h>

#include "kvm_pv_bpf.h"

__bpf_kfunc_start_defs();

/**
 * bpf_kvm_pv_freq - current frequency of the CPU that the vCPU runs on
 * @mmio: the access
 *
 * Return: kHz, 0: unknown.
 */
__bpf_kfunc u32 bpf_kvm_pv_freq(struct kvm_pv_mmio *mmio)
{
	return kvm_pv_cpu_freq(raw_smp_processor_id());
}

/**
 * bpf_kvm_pv_freq_max - highest frequency of the CPU that the vCPU runs on
 * @mmio: the access
 *
 * Takes a reference to the cpufreq policy, which is too expensive for each access.
 *
 * Return: kHz, 0: unknown.
 */
__bpf_kfunc u32 bpf_kvm_pv_freq_max(struct kvm_pv_mmio *mmio)
{
	return cpufreq_get_hw_max_freq(raw_smp_processor_id());
}

/**
 * bpf_kvm_pv_capacity - capacity of the CPU that the vCPU runs on
 * @mmio: the access
 *
 * Return: the capacity, 1024: the largest of this host.
 */
__bpf_kfunc u32 bpf_kvm_pv_capacity(struct kvm_pv_mmio *mmio)
{
	return arch_scale_cpu_capacity(raw_smp_processor_id());
}

/**
 * bpf_kvm_pv_vcpu_id - id of the vCPU
 * @mmio: the access
 */
__bpf_kfunc u32 bpf_kvm_pv_vcpu_id(struct kvm_pv_mmio *mmio)
{
	return mmio->vcpu_id;
}

/**
 * bpf_kvm_pv_set_clamp - request performance for the thread of the vCPU
 * @mmio: the access
 * @perf: requested performance
 * @max: highest performance of the CPU, in the same unit
 *
 * A work applies the last request, and removes it when the device is removed.
 *
 * Return: 0; -EINVAL: @max is 0 or less than @perf; -EOPNOTSUPP: this kernel has no clamps;
 * -ENOMEM.
 */
__bpf_kfunc int bpf_kvm_pv_set_clamp(struct kvm_pv_mmio *mmio, u32 perf, u32 max)
{
	struct kvm_pv_bpf_access *access = container_of(mmio, struct kvm_pv_bpf_access, mmio);

	return kvm_pv_bpf_clamp_set(access->device, mmio->vcpu, perf, max);
}

/**
 * bpf_kvm_pv_write_guest - write to the guest's memory
 * @mmio: the access
 * @gpa: guest-physical address
 * @data: the data
 * @data__sz: bytes
 *
 * Return: 0; -EFAULT: the guest has no memory there, or it is read-only; -EAGAIN: the dirty ring
 * of the vCPU has no room, and the next access of the vCPU can write again; -EOPNOTSUPP: KVM
 * lacks the function for it.
 */
__bpf_kfunc int bpf_kvm_pv_write_guest(struct kvm_pv_mmio *mmio, u64 gpa, const void *data,
				       u32 data__sz)
{
	u32 pages = DIV_ROUND_UP_ULL((u64)offset_in_page(gpa) + data__sz, PAGE_SIZE);

	if (!kvm_pv_ring_has_room(mmio->vcpu, pages))
		return -EAGAIN;

	return kvm_pv_vcpu_write_guest(mmio->vcpu, gpa, data, data__sz);
}

/**
 * bpf_kvm_pv_set_line - set the interrupt line of a device
 * @device: its handle
 * @level: 0 or 1
 *
 * KVM gets the last level when the access ends; from a timer, by a work.  KVM gets level 0 when
 * the device is removed.
 *
 * Return: 0; -EINVAL: invalid level; -ENOENT: the device does not exist; -ENXIO: it has no line;
 * -EOPNOTSUPP: KVM has no interrupt controller for the line.
 */
__bpf_kfunc int bpf_kvm_pv_set_line(u32 device, u32 level)
{
	struct kvm_pv_bpf_device *found;
	int err = -ENOENT;

	rcu_read_lock();
	found = kvm_pv_bpf_device_find(device);
	if (found)
		err = kvm_pv_bpf_line_set(found, level);
	rcu_read_unlock();

	return err;
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(kvm_pv_bpf_kfuncs)
BTF_ID_FLAGS(func, bpf_kvm_pv_freq, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, bpf_kvm_pv_freq_max, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, bpf_kvm_pv_capacity, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, bpf_kvm_pv_vcpu_id, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, bpf_kvm_pv_set_clamp, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, bpf_kvm_pv_write_guest, KF_TRUSTED_ARGS | KF_SLEEPABLE)
BTF_ID_FLAGS(func, bpf_kvm_pv_set_line)
BTF_KFUNCS_END(kvm_pv_bpf_kfuncs)

/* Programs of other struct_ops types may run with locks held. */
static int kvm_pv_bpf_kfunc_filter(const struct bpf_prog *prog, u32 kfunc_id)
{
	return kvm_pv_bpf_ops_own(prog) ? 0 : -EACCES;
}

static const struct btf_kfunc_id_set kvm_pv_bpf_kfunc_set = {
	.owner	= THIS_MODULE,
	.set	= &kvm_pv_bpf_kfuncs,
	.filter	= kvm_pv_bpf_kfunc_filter,
};

int __init kvm_pv_bpf_kfunc_init(void)
{
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &kvm_pv_bpf_kfunc_set);
}
