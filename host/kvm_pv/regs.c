// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of the virtual cpufreq device on the MMIO bus of a VM, see pv/vcpufreq.h.
 *
 * The functions run in the thread of the vCPU that reads or writes.  They handle every access
 * in the range, valid or not, because the VMM does not know this device.  After detach all
 * accesses exit to the VMM.
 */
#include <linux/nospec.h>

#include "kvm_pv.h"

/* Write-only and unassigned registers read 0. */
static u32 kvm_pv_regs_get(const struct kvm_pv *pv, const struct kvm_pv_window *window, u32 reg)
{
	switch (reg) {
	case PV_FREQ_CUR_PERF:
		return kvm_pv_policy_perf(pv, window);
	case PV_FREQ_PERFTBL_LEN:
		return pv->model.nr_perf;
	case PV_FREQ_PERFTBL_SEL:
		return READ_ONCE(window->sel);
	case PV_FREQ_PERFTBL_RD:
		return kvm_pv_model_entry(&pv->model, READ_ONCE(window->sel));
	case PV_FREQ_PERF_DOMAIN:
		return window->domain_nr;
	default:
		return 0;
	}
}

/* The bus has checked that all of the access is in the range. */
static struct kvm_pv_window *kvm_pv_regs_window(struct kvm_pv *pv, gpa_t addr)
{
	unsigned long i = (addr - pv->base) / PV_FREQ_STRIDE;

	return &pv->windows[array_index_nospec(i, pv->nr_cpus)];
}

static bool kvm_pv_regs_well_formed(gpa_t addr, int len)
{
	return len == sizeof(u32) && IS_ALIGNED(addr, sizeof(u32));
}

static int kvm_pv_regs_read(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			    gpa_t addr, int len, void *val)
{
	struct kvm_pv *pv = container_of(dev, struct kvm_pv, dev);
	struct kvm_pv_window *window = kvm_pv_regs_window(pv, addr);
	__le32 data;

	if (test_bit(KVM_PV_DETACHED, &pv->state)) {
		pr_debug("vm %u: read of %#llx after detach\n", pv->id, addr);
		return -EOPNOTSUPP;
	}
	if (!kvm_pv_regs_well_formed(addr, len)) {
		pr_debug("vm %u: read of %d bytes at %#llx\n", pv->id, len, addr);
		memset(val, 0, len);
		atomic64_inc(&window->refused);
		return 0;
	}

	kvm_pv_policy_look(pv, window, vcpu);
	atomic64_inc(&window->reads);
	data = cpu_to_le32(kvm_pv_regs_get(pv, window, addr % PV_FREQ_STRIDE));

	/* KVM's buffer has no alignment. */
	memcpy(val, &data, sizeof(data));
	return 0;
}

static int kvm_pv_regs_write(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			     gpa_t addr, int len, const void *val)
{
	struct kvm_pv *pv = container_of(dev, struct kvm_pv, dev);
	struct kvm_pv_window *window = kvm_pv_regs_window(pv, addr);
	u32 reg = addr % PV_FREQ_STRIDE, value;
	__le32 data;

	if (test_bit(KVM_PV_DETACHED, &pv->state)) {
		pr_debug("vm %u: write of %#llx after detach\n", pv->id, addr);
		return -EOPNOTSUPP;
	}
	if (!kvm_pv_regs_well_formed(addr, len)) {
		pr_debug("vm %u: write of %d bytes at %#llx\n", pv->id, len, addr);
		atomic64_inc(&window->refused);
		return 0;
	}
	memcpy(&data, val, sizeof(data));
	value = le32_to_cpu(data);

	if (reg == PV_FREQ_SET_PERF && value) {
		atomic64_inc(&window->requests);
		kvm_pv_policy_request(pv, window, vcpu, value);
		return 0;
	}

	kvm_pv_policy_look(pv, window, vcpu);
	if (reg == PV_FREQ_PERFTBL_SEL) {
		WRITE_ONCE(window->sel, value);
	} else {
		pr_debug("vm %u: invalid write of %#x to register %#x\n", pv->id, value, reg);
		atomic64_inc(&window->refused);
	}
	return 0;
}

static void kvm_pv_regs_destructor(struct kvm_io_device *dev)
{
	struct kvm_pv *pv = container_of(dev, struct kvm_pv, dev);

	pv->release(pv);
}

static const struct kvm_io_device_ops kvm_pv_regs_ops = {
	.read		= kvm_pv_regs_read,
	.write		= kvm_pv_regs_write,
	.destructor	= kvm_pv_regs_destructor,
};

/**
 * kvm_pv_regs_init - prepare the device of a VM
 * @pv: the VM
 * @release: is called when the device has left the bus, possibly more than once
 */
void kvm_pv_regs_init(struct kvm_pv *pv, void (*release)(struct kvm_pv *pv))
{
	pv->release = release;
	kvm_iodevice_init(&pv->dev, &kvm_pv_regs_ops);
}

int kvm_pv_regs_register(struct kvm_pv *pv)
{
	return kvm_pv_bus_add(pv->kvm, pv->base, (u64)pv->nr_cpus * PV_FREQ_STRIDE, &pv->dev);
}

/* Kernels before 6.5 do not call the destructor.  The caller has a reference to @pv. */
void kvm_pv_regs_unregister(struct kvm_pv *pv)
{
	lockdep_assert_held(&pv->kvm->slots_lock);

	kvm_pv_bus_remove(pv->kvm, &pv->dev);
	pv->release(pv);
}
