// SPDX-License-Identifier: GPL-2.0
/*
 * What programs can ask of the host, see host/devices/mmio.bpf.h.
 *
 * A struct kvm_pv_mmio that the verifier trusts is the argument of a program of ours: the
 * thread is that of the vCPU, and the access is under way.
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
 * bpf_kvm_pv_freq - what the CPU of this vCPU runs at
 * @mmio: the access
 *
 * Return: kHz, 0: unknown.
 */
__bpf_kfunc u32 bpf_kvm_pv_freq(struct kvm_pv_mmio *mmio)
{
	return kvm_pv_speed(raw_smp_processor_id());
}

/**
 * bpf_kvm_pv_freq_max - what it can run at
 * @mmio: the access
 *
 * Counts a reference of the cpufreq policy: not for each access.
 *
 * Return: kHz, 0: unknown.
 */
__bpf_kfunc u32 bpf_kvm_pv_freq_max(struct kvm_pv_mmio *mmio)
{
	return cpufreq_get_hw_max_freq(raw_smp_processor_id());
}

/**
 * bpf_kvm_pv_capacity - its capacity
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
 * bpf_kvm_pv_set_clamp - ask for performance for the thread of this vCPU
 * @mmio: the access
 * @perf: performance, of
 * @max: what the CPU can do
 *
 * Takes effect soon, the last one wins; withdrawn when the device goes.
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
 * bpf_kvm_pv_write_guest - write into the guest's memory
 * @mmio: the access
 * @gpa: guest-physical address
 * @data: what
 * @data__sz: bytes
 *
 * Return: 0; -EFAULT: there is no memory of the guest's, or it is read-only.
 */
__bpf_kfunc int bpf_kvm_pv_write_guest(struct kvm_pv_mmio *mmio, u64 gpa, const void *data,
				       u32 data__sz)
{
	return kvm_vcpu_write_guest(mmio->vcpu, gpa, data, data__sz);
}

/**
 * bpf_kvm_pv_set_line - set the line of a device
 * @device: its handle
 * @level: 0 or 1
 *
 * Takes effect when the access is done, or from a timer soon; the last one wins.  Lowered
 * when the device goes.
 *
 * Return: 0; -EINVAL: no such level; -ENOENT: no such device; -ENXIO: it has no line;
 * -EOPNOTSUPP: KVM has no interrupt controller there.
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

/* Programs of other struct_ops may run under locks that ours do not. */
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
