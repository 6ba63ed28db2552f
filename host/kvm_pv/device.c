// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual cpufreq device on the MMIO bus of a VM, see pv/vcpufreq.h for its
 * registers.
 *
 * The functions run in the thread of the vCPU that reads or writes.  They take
 * every access in the range, well-formed or not: the VMM has never heard of this
 * device, and must not be asked.
 */
#include <linux/nospec.h>

#include "kvm_pv.h"

static u32 kvm_pv_device_entry(const struct kvm_pv *pv, u32 sel)
{
	if (sel >= pv->nr_perf)
		return 0;

	return pv->perf[array_index_nospec(sel, pv->nr_perf)];
}

static bool kvm_pv_device_request(struct kvm_pv *pv, struct kvm_pv_window *window,
				  struct kvm_vcpu *vcpu, u32 value)
{
	if (!value)
		return false;

	kvm_pv_domain_request(pv, window->domain, vcpu, value);
	window->stats.requests++;
	return true;
}

/* All of the extension reads 0 where there is none. */
static u32 kvm_pv_device_get_ext(const struct kvm_pv_window *window, u32 reg)
{
	if (!kvm_pv_sched_known)
		return 0;

	switch (reg) {
	case PV_FREQ_EXT_MAGIC_REG:
		return PV_FREQ_EXT_MAGIC;
	case PV_FREQ_EXT_VERSION_REG:
		return PV_FREQ_EXT_VERSION;
	case PV_FREQ_EXT_FEATURES:
		return PV_FREQ_EXT_RECORD | PV_FREQ_EXT_LAZY;
	case PV_FREQ_RECORD_LO:
		return window->record_lo;
	case PV_FREQ_RECORD_HI:
		return window->record_hi;
	case PV_FREQ_RECORD_CTL:
		return window->record.on ? PV_FREQ_RECORD_ON : PV_FREQ_RECORD_OFF;
	default:
		return 0;
	}
}

/* Without a record it is taken for that of the vCPU that asks. */
static u32 kvm_pv_device_cur(const struct kvm_pv *pv, const struct kvm_pv_window *window)
{
	int cpu = window->record.on ? window->record.cpu : smp_processor_id();

	return kvm_pv_domain_cur(pv, window->domain, READ_ONCE(pv->cap), cpu);
}

/* Write-only and unassigned registers read 0. */
static u32 kvm_pv_device_get(const struct kvm_pv *pv,
			     const struct kvm_pv_window *window, u32 reg)
{
	switch (reg) {
	case PV_FREQ_CUR_PERF:
		return kvm_pv_device_cur(pv, window);
	case PV_FREQ_PERFTBL_LEN:
		return pv->nr_perf;
	case PV_FREQ_PERFTBL_SEL:
		return window->sel;
	case PV_FREQ_PERFTBL_RD:
		return kvm_pv_device_entry(pv, window->sel);
	case PV_FREQ_PERF_DOMAIN:
		return window->stats.domain;
	default:
		return kvm_pv_device_get_ext(window, reg);
	}
}

static bool kvm_pv_device_set(struct kvm_pv *pv, struct kvm_pv_window *window,
			      struct kvm_vcpu *vcpu, u32 reg, u32 value)
{
	switch (reg) {
	case PV_FREQ_SET_PERF:
		return kvm_pv_device_request(pv, window, vcpu, value);
	case PV_FREQ_PERFTBL_SEL:
		window->sel = value;
		return true;
	case PV_FREQ_RECORD_LO:
		window->record_lo = value;
		return kvm_pv_sched_known;
	case PV_FREQ_RECORD_HI:
		window->record_hi = value;
		return kvm_pv_sched_known;
	default:
		return false;
	}
}

/* The bus has checked that all of the access lies in the range. */
static struct kvm_pv_window *kvm_pv_device_window(struct kvm_pv *pv, gpa_t addr)
{
	unsigned long i = (addr - pv->base) / PV_FREQ_STRIDE;

	return &pv->windows[array_index_nospec(i, pv->nr_cpus)];
}

static bool kvm_pv_device_well_formed(gpa_t addr, int len)
{
	return len == sizeof(u32) && IS_ALIGNED(addr, sizeof(u32));
}

static void kvm_pv_device_refuse(struct kvm_pv_window *window)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&window->domain->lock, flags);
	window->stats.refused++;
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);
}

static int kvm_pv_device_read(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			      gpa_t addr, int len, void *val)
{
	struct kvm_pv *pv = container_of(dev, struct kvm_pv, dev);
	struct kvm_pv_window *window = kvm_pv_device_window(pv, addr);
	unsigned long flags;
	__le32 data = 0;

	if (!kvm_pv_device_well_formed(addr, len)) {
		memset(val, 0, len);
		kvm_pv_device_refuse(window);
		return 0;
	}

	kvm_pv_share_look(pv, window, vcpu, false);
	raw_spin_lock_irqsave(&window->domain->lock, flags);
	window->stats.reads++;
	data = cpu_to_le32(kvm_pv_device_get(pv, window, addr % PV_FREQ_STRIDE));
	raw_spin_unlock_irqrestore(&window->domain->lock, flags);

	/* KVM's buffer has no alignment. */
	memcpy(val, &data, sizeof(data));
	return 0;
}

static int kvm_pv_device_write(struct kvm_vcpu *vcpu, struct kvm_io_device *dev,
			       gpa_t addr, int len, const void *val)
{
	struct kvm_pv *pv = container_of(dev, struct kvm_pv, dev);
	struct kvm_pv_window *window = kvm_pv_device_window(pv, addr);
	u32 reg = addr % PV_FREQ_STRIDE;
	unsigned long flags;
	__le32 data;
	bool taken;

	if (!kvm_pv_device_well_formed(addr, len)) {
		kvm_pv_device_refuse(window);
		return 0;
	}
	memcpy(&data, val, sizeof(data));

	kvm_pv_share_look(pv, window, vcpu, reg == PV_FREQ_SET_PERF && data);
	if (reg == PV_FREQ_RECORD_CTL) {
		taken = kvm_pv_share_switch(pv, window, vcpu, le32_to_cpu(data));
	} else {
		raw_spin_lock_irqsave(&window->domain->lock, flags);
		taken = kvm_pv_device_set(pv, window, vcpu, reg, le32_to_cpu(data));
		raw_spin_unlock_irqrestore(&window->domain->lock, flags);
	}

	if (!taken) {
		kvm_pv_device_refuse(window);
	} else if (reg == PV_FREQ_SET_PERF) {
		kvm_pv_share_publish(pv, window->domain, vcpu);
		kvm_pv_apply_claim(pv, window, vcpu);
	} else if (reg == PV_FREQ_RECORD_CTL && READ_ONCE(window->record.on)) {
		kvm_pv_apply_claim(pv, window, vcpu);
	}

	return 0;
}

static void kvm_pv_device_destructor(struct kvm_io_device *dev)
{
	kvm_pv_vm_release(container_of(dev, struct kvm_pv, dev));
}

static const struct kvm_io_device_ops kvm_pv_device_ops = {
	.read		= kvm_pv_device_read,
	.write		= kvm_pv_device_write,
	.destructor	= kvm_pv_device_destructor,
};

void kvm_pv_device_init(struct kvm_pv *pv)
{
	kvm_iodevice_init(&pv->dev, &kvm_pv_device_ops);
}

int kvm_pv_device_register(struct kvm_pv *pv)
{
	return kvm_pv_bus_add(pv->kvm, pv->base, (u64)pv->nr_cpus * PV_FREQ_STRIDE, &pv->dev);
}

/*
 * Kernels before 6.5 do not call the destructor.  Our caller holds kvm_pv_srcu, so @pv is
 * still there to ask.
 */
void kvm_pv_device_unregister(struct kvm_pv *pv)
{
	kvm_pv_bus_remove(pv->kvm, &pv->dev);
	kvm_pv_vm_release(pv);
}
