// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared pages of the host, see pv/shared.h, with a struct pv_freq_record for each CPU.  The
 * guest reads the host's data there, and posts requests there that can wait, without a VM exit.
 *
 * The pages belong to the host.  They are not guest RAM, so that a reset, kexec and hibernation
 * need no cleanup.  The epoch in the header changes when the host side is attached.  While it is
 * 0, the driver accesses no record: without a host side each access exits to the VMM.
 *
 * Readers run in scheduler context.  Each value of the host is used alone, and all values are
 * valid or ignored, so that no protocol error exists.
 */
#include <linux/moduleparam.h>

#include "../shared.h"
#include "regs.h"

static bool shared_mem = true;
module_param(shared_mem, bool, 0444);
MODULE_PARM_DESC(shared_mem, "use the pages that the host shares (default: Y)");

/**
 * vcpufreq_record_cur - current performance of a CPU
 * @vdev: the device
 * @cpu: the CPU
 *
 * Reads the record, which causes no exit, or the register if the CPU has no record.
 *
 * Context: any.
 *
 * Return: performance within the table, or 0 if the host does not report it.
 */
u32 vcpufreq_record_cur(struct vcpufreq_device *vdev, unsigned int cpu)
{
	const struct pv_freq_record *rec = READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->record);
	const struct vcpufreq_domain *domain = vdev->domain[cpu];
	u32 perf = rec ? pv_shared_word(&rec->cur_perf) : 0;

	if (unlikely(!perf))
		return vcpufreq_read_cur(vdev, cpu);

	/* A host that was attached again can have another table. */
	return clamp(perf, domain->min, domain->max);
}

/**
 * vcpufreq_record_cap - cap of a CPU
 * @vdev: the device
 * @cpu: the CPU
 *
 * Return: performance; U32_MAX if the host sets no cap or the CPU has no record.
 */
u32 vcpufreq_record_cap(struct vcpufreq_device *vdev, unsigned int cpu)
{
	struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);
	const struct pv_freq_record *rec = READ_ONCE(own->record);
	u32 cap;

	if (!rec)
		return U32_MAX;

	cap = pv_shared_word(&rec->cap);
	WRITE_ONCE(own->cap, cap);
	return cap && cap < vdev->domain[cpu]->max ? cap : U32_MAX;
}

/**
 * vcpufreq_record_can_post - can a request be posted in shared memory
 * @vdev: the device
 * @domain: perf domain of this CPU
 * @event: out: set to true if the host has changed something that the monitor handles
 *
 * Called with preemption disabled.
 */
bool vcpufreq_record_can_post(struct vcpufreq_device *vdev,
			      const struct vcpufreq_domain *domain, bool *event)
{
	const struct vcpufreq_cpu *own = this_cpu_ptr(vdev->cpu);
	const struct pv_freq_record *rec = READ_ONCE(own->record);
	u32 epoch = READ_ONCE(vdev->epoch);

	if (!epoch)
		return false;

	if (unlikely(pv_shared_word(&vdev->shared->epoch) != epoch)) {
		*event = true;
		return false;
	}
	if (rec && pv_shared_word(&rec->cap) != READ_ONCE(own->cap))
		*event = true;

	return READ_ONCE(domain->has_records);
}

/**
 * vcpufreq_record_post - write a request to the records of a perf domain
 * @vdev: the device
 * @domain: the perf domain
 * @perf: requested performance
 *
 * The host reads the record of the vCPU that leaves the host's CPU, which can be any of them.
 */
void vcpufreq_record_post(struct vcpufreq_device *vdev,
			  const struct vcpufreq_domain *domain, u32 perf)
{
	struct pv_freq_record *rec;
	unsigned int cpu;

	if (!READ_ONCE(vdev->epoch))
		return;

	for_each_cpu(cpu, &domain->cpus) {
		rec = READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->record);
		if (rec)
			WRITE_ONCE(rec->request, cpu_to_le32(perf));
	}
}

/**
 * vcpufreq_record_posted - the request that the record of a CPU has
 * @vdev: the device
 * @cpu: the CPU
 *
 * Return: the request, 0: none, or the CPU has no record.
 */
u32 vcpufreq_record_posted(struct vcpufreq_device *vdev, unsigned int cpu)
{
	const struct pv_freq_record *rec = READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->record);

	return rec ? pv_shared_word(&rec->request) : 0;
}

/**
 * vcpufreq_record_epoch - current epoch of the shared pages
 * @vdev: the device
 *
 * Return: the epoch; 0 if no host side is attached or it shares no pages.
 */
u32 vcpufreq_record_epoch(struct vcpufreq_device *vdev)
{
	return vdev->shared ? pv_shared_epoch(vdev->shared) : 0;
}

/* Record @cpu, or NULL if it is not in the mapping. */
static struct pv_freq_record *vcpufreq_record_find(struct vcpufreq_device *vdev, unsigned int cpu)
{
	struct pv_shared_header *shared = vdev->shared;
	u32 size = pv_shared_word(&shared->record_size);
	u32 first = pv_shared_word(&shared->records);
	u64 offset = first + (u64)cpu * size;

	if (cpu >= pv_shared_word(&shared->nr_records) ||
	    size < sizeof(struct pv_freq_record))
		return NULL;
	if (!IS_ALIGNED(offset, sizeof(u32)) || first < sizeof(*shared) ||
	    offset + sizeof(struct pv_freq_record) > vdev->shared_size)
		return NULL;

	return (void *)shared + offset;
}

/**
 * vcpufreq_record_switch - use the records of another epoch
 * @vdev: the device
 * @epoch: the epoch, 0: use the registers only
 *
 * Called by probe, and by the monitor.
 */
void vcpufreq_record_switch(struct vcpufreq_device *vdev, u32 epoch)
{
	struct pv_freq_record *rec;
	unsigned int cpu;

	WRITE_ONCE(vdev->epoch, 0);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(vdev->domain[cpu]->has_records, epoch);

	for_each_possible_cpu(cpu) {
		rec = epoch ? vcpufreq_record_find(vdev, cpu) : NULL;
		if (!rec)
			WRITE_ONCE(vdev->domain[cpu]->has_records, false);
		WRITE_ONCE(per_cpu_ptr(vdev->cpu, cpu)->record, rec);
	}
	WRITE_ONCE(vdev->epoch, epoch);
}

static void vcpufreq_record_unmap(void *shared)
{
	memunmap(shared);
}

/**
 * vcpufreq_record_map - map the shared pages that the description of the device has
 * @vdev: the device
 * @res: their address, or NULL
 *
 * Without them the driver uses the registers.
 *
 * Return: 0 or -ENOMEM.
 */
int vcpufreq_record_map(struct vcpufreq_device *vdev, const struct resource *res)
{
	struct device *dev = vdev->dev;
	size_t size;
	void *shared;

	BUILD_BUG_ON(sizeof(struct pv_shared_header) != 128);
	BUILD_BUG_ON(sizeof(struct pv_freq_record) != 128);

	if (!shared_mem || !res)
		return 0;

	size = resource_size(res);
	if (!devm_request_mem_region(dev, res->start, size, dev_name(dev))) {
		dev_warn(dev, "the shared pages at %pR are in use, using registers only\n", res);
		return 0;
	}

	shared = pv_shared_map(res);
	if (!shared) {
		dev_warn(dev, "the shared pages at %pR cannot be mapped, using registers only\n",
			 res);
		return 0;
	}

	vdev->shared = shared;
	vdev->shared_size = size;
	return devm_add_action_or_reset(dev, vcpufreq_record_unmap, shared);
}
