// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory that a CPU shares with the host: struct pv_freq_record.  What the host
 * gives is read there, and what can wait is asked for there, without an exit.
 *
 * A record is switched on and off by the CPU that it is of.  Until the host has let
 * go of it, the memory belongs to nobody else.
 *
 * Readers run in the scheduler.  They check what they read, and where the host
 * cannot be believed they set @fault, and the work of watch.c does the rest.
 */
#include <linux/cc_platform.h>
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/moduleparam.h>
#include <linux/smp.h>

#include "vcpufreq.h"

/* Reads that a host's write can spoil before the registers are asked instead */
#define VCPUFREQ_RECORD_TRIES	4
/*
 * Spoilt reads before the host is said to lie; it starts from 0 again when a look at the
 * ceiling, once a second, succeeds.  A write is over at once, but the host's CPU may
 * itself be a virtual one that was put aside in the middle of it.
 */
#define VCPUFREQ_RECORD_TORN	256

/* What a host lies with */
enum vcpufreq_record_fault {
	VCPUFREQ_RECORD_TRUSTED,
	VCPUFREQ_RECORD_ODD,
	VCPUFREQ_RECORD_PERF,
	VCPUFREQ_RECORD_CEILING,
};

static const char * const vcpufreq_record_faults[] = {
	[VCPUFREQ_RECORD_ODD]		= "its sequence count stays odd",
	[VCPUFREQ_RECORD_PERF]		= "its cur_perf is 0 or above the table",
	[VCPUFREQ_RECORD_CEILING]	= "its ceiling is 0",
};

static bool record = true;
module_param(record, bool, 0444);
MODULE_PARM_DESC(record, "share memory with the host where it offers that (default: Y)");

/* Kept out of the way of reads that are fine */
static noinline void vcpufreq_record_doubt(struct vcpufreq_device *vdev,
					   unsigned int cpu,
					   enum vcpufreq_record_fault fault)
{
	struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);

	/* All is 0 until the host writes for the first time. */
	if (!READ_ONCE(vdev->records[cpu].seq))
		return;

	/* Approximate: readers on other CPUs count as well. */
	if (fault == VCPUFREQ_RECORD_ODD) {
		WRITE_ONCE(own->torn, READ_ONCE(own->torn) + 1);
		if (READ_ONCE(own->torn) < VCPUFREQ_RECORD_TORN)
			return;
	}

	if (!cmpxchg(&vdev->fault, VCPUFREQ_RECORD_TRUSTED, fault))
		vcpufreq_watch_kick(vdev);
}

static noinline u32 vcpufreq_record_cur_doubt(struct vcpufreq_device *vdev,
					      unsigned int cpu,
					      enum vcpufreq_record_fault fault)
{
	vcpufreq_record_doubt(vdev, cpu, fault);
	return vcpufreq_device_cur(vdev, cpu);
}

/* Reads @field of @rec; false where it is always being written. */
static __always_inline bool vcpufreq_record_read(const struct pv_freq_record *rec,
						 const __le32 *field, u32 *value)
{
	int tries;
	__le32 seq;

	for (tries = 0; tries < VCPUFREQ_RECORD_TRIES; tries++) {
		seq = READ_ONCE(rec->seq);
		virt_rmb();	/* pairs with the host's, after it made it odd */
		*value = le32_to_cpu(READ_ONCE(*field));
		virt_rmb();	/* and before it made it even */

		if (likely(seq == READ_ONCE(rec->seq)) && likely(!(seq & cpu_to_le32(1))))
			return true;
		cpu_relax();
	}
	return false;
}

/**
 * vcpufreq_record_cur - what a CPU gets
 * @vdev: the device
 * @cpu: the CPU
 *
 * From memory, which costs no exit; by register where no record tells.  Any context.
 *
 * Return: performance within the table, or 0 where the host does not say.
 */
u32 vcpufreq_record_cur(struct vcpufreq_device *vdev, unsigned int cpu)
{
	struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);
	const struct vcpufreq_table *table = vdev->table[cpu];
	const struct pv_freq_record *rec = READ_ONCE(own->live);
	u32 perf;

	if (unlikely(!rec))
		return vcpufreq_device_cur(vdev, cpu);

	if (unlikely(!vcpufreq_record_read(rec, &rec->cur_perf, &perf)))
		return vcpufreq_record_cur_doubt(vdev, cpu, VCPUFREQ_RECORD_ODD);

	if (unlikely(!perf || perf > table->max))
		return vcpufreq_record_cur_doubt(vdev, cpu, VCPUFREQ_RECORD_PERF);

	return max(perf, table->min);
}

/**
 * vcpufreq_record_ceiling - what a CPU is capped at
 * @vdev: the device
 * @cpu: the CPU
 *
 * Return: performance; U32_MAX where there is no cap, or no record tells.
 */
u32 vcpufreq_record_ceiling(struct vcpufreq_device *vdev, unsigned int cpu)
{
	struct vcpufreq_cpu *own = per_cpu_ptr(vdev->cpu, cpu);
	const struct pv_freq_record *rec = READ_ONCE(own->live);
	u32 ceiling;

	if (!rec)
		return U32_MAX;

	/* First: what changes from here on will be noticed. */
	WRITE_ONCE(own->generation, le32_to_cpu(READ_ONCE(rec->generation)));

	if (!vcpufreq_record_read(rec, &rec->ceiling, &ceiling)) {
		vcpufreq_record_doubt(vdev, cpu, VCPUFREQ_RECORD_ODD);
		return U32_MAX;
	}
	WRITE_ONCE(own->torn, 0);

	if (!ceiling) {
		vcpufreq_record_doubt(vdev, cpu, VCPUFREQ_RECORD_CEILING);
		return U32_MAX;
	}
	return ceiling < vdev->table[cpu]->max ? ceiling : U32_MAX;
}

/**
 * vcpufreq_record_shared - whether the host finds in time what is left in memory
 * @vdev: the device
 * @online: CPUs of a policy that can be running; this one is one of them
 *
 * It looks when one of them leaves, whichever that is.
 */
bool vcpufreq_record_shared(struct vcpufreq_device *vdev, const struct cpumask *online)
{
	const struct vcpufreq_cpu *own = this_cpu_ptr(vdev->cpu);
	unsigned int cpu;

	if (own->live &&
	    le32_to_cpu(READ_ONCE(own->live->generation)) != READ_ONCE(own->generation))
		vcpufreq_watch_kick(vdev);

	if (!(vdev->features & PV_FREQ_EXT_LAZY))
		return false;

	for_each_cpu(cpu, online) {
		if (!READ_ONCE(per_cpu_ptr(vdev->cpu, cpu)->live))
			return false;
	}
	return true;
}

/**
 * vcpufreq_record_request - leave a request in memory
 * @vdev: the device
 * @domain: all CPUs of the perf domain
 * @perf: what is asked for
 *
 * CPUs with no record at the moment get it too: theirs will be right when they
 * switch it on.
 */
void vcpufreq_record_request(struct vcpufreq_device *vdev,
			     const struct cpumask *domain, u32 perf)
{
	unsigned int cpu;

	if (!vdev->records)
		return;

	for_each_cpu(cpu, domain)
		WRITE_ONCE(vdev->records[cpu].request, cpu_to_le32(perf));
}

/**
 * vcpufreq_record_on - have the host keep this CPU's record
 * @vdev: the device
 *
 * Not to be preempted, nor interrupted by another of these calls.
 */
void vcpufreq_record_on(struct vcpufreq_device *vdev)
{
	struct vcpufreq_cpu *own = this_cpu_ptr(vdev->cpu);
	unsigned int cpu = smp_processor_id();
	struct pv_freq_record *rec;
	phys_addr_t addr;

	if (!vdev->records || READ_ONCE(vdev->closed) || READ_ONCE(vdev->fault) ||
	    own->live)
		return;

	rec = &vdev->records[cpu];
	memset(rec, 0, offsetof(struct pv_freq_record, request));
	own->torn = 0;
	addr = virt_to_phys(rec);

	vcpufreq_device_write(vdev, cpu, PV_FREQ_RECORD_LO, lower_32_bits(addr));
	vcpufreq_device_write(vdev, cpu, PV_FREQ_RECORD_HI, upper_32_bits(addr));
	vcpufreq_device_write(vdev, cpu, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_ON);

	if (vcpufreq_device_read(vdev, cpu, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_ON)
		WRITE_ONCE(own->live, rec);
	else
		dev_notice_once(vdev->dev,
				"CPU%u: the host cannot use a record at %pa: its registers are used\n",
				cpu, &addr);
}

/**
 * vcpufreq_record_off - take this CPU's record from the host
 * @vdev: the device
 *
 * As vcpufreq_record_on().
 */
void vcpufreq_record_off(struct vcpufreq_device *vdev)
{
	struct vcpufreq_cpu *own = this_cpu_ptr(vdev->cpu);
	unsigned int cpu = smp_processor_id();

	if (!own->live)
		return;

	/* The host looks once more when it is switched off. */
	vcpufreq_request_settle(vdev->table[cpu]);
	WRITE_ONCE(own->live, NULL);
	vcpufreq_device_write(vdev, cpu, PV_FREQ_RECORD_CTL, PV_FREQ_RECORD_OFF);
	if (vcpufreq_device_read(vdev, cpu, PV_FREQ_RECORD_CTL) == PV_FREQ_RECORD_ON)
		WRITE_ONCE(vdev->stuck, true);
}

/**
 * vcpufreq_record_forget - do without this CPU's record if the host has let go of it
 * @vdev: the device
 *
 * As vcpufreq_record_on().
 */
void vcpufreq_record_forget(struct vcpufreq_device *vdev)
{
	struct vcpufreq_cpu *own = this_cpu_ptr(vdev->cpu);

	if (own->live && vcpufreq_device_read(vdev, smp_processor_id(),
					      PV_FREQ_RECORD_CTL) != PV_FREQ_RECORD_ON)
		WRITE_ONCE(own->live, NULL);
}

static void vcpufreq_record_on_here(void *vdev)
{
	vcpufreq_record_on(vdev);
}

static void vcpufreq_record_off_here(void *vdev)
{
	vcpufreq_record_off(vdev);
}

static void vcpufreq_record_on_each(struct vcpufreq_device *vdev,
				    smp_call_func_t func)
{
	/* A CPU that comes up meanwhile would be left out. */
	cpus_read_lock();
	on_each_cpu(func, vdev, true);
	cpus_read_unlock();
}

/**
 * vcpufreq_record_close - take all records from the host, and give it none
 * @vdev: the device
 *
 * Before the memory gets another owner: another kernel, or an image of this one.
 */
void vcpufreq_record_close(struct vcpufreq_device *vdev)
{
	WRITE_ONCE(vdev->closed, true);
	vcpufreq_record_on_each(vdev, vcpufreq_record_off_here);
}

/**
 * vcpufreq_record_reopen - undo vcpufreq_record_close()
 * @vdev: the device
 */
void vcpufreq_record_reopen(struct vcpufreq_device *vdev)
{
	WRITE_ONCE(vdev->closed, false);
	vcpufreq_record_on_each(vdev, vcpufreq_record_on_here);
}

/**
 * vcpufreq_record_retire - do without records where the host was caught lying
 * @vdev: the device
 */
void vcpufreq_record_retire(struct vcpufreq_device *vdev)
{
	unsigned int fault = READ_ONCE(vdev->fault);

	if (!fault)
		return;

	/* Of interest once, and a host can be bound to again and again. */
	if (!READ_ONCE(vdev->closed))
		dev_warn_ratelimited(vdev->dev,
				     "the host's record is not to be believed: %s: its registers are used from now on\n",
				     vcpufreq_record_faults[fault]);
	vcpufreq_record_close(vdev);
}

static void vcpufreq_record_free(void *data)
{
	size_t size = array_size(nr_cpu_ids, sizeof(struct pv_freq_record));
	struct vcpufreq_device *vdev = data;

	if (vdev->stuck) {
		dev_warn(vdev->dev,
			 "the host keeps writing to a record: %zu bytes are left to it\n",
			 size);
		return;
	}
	free_pages_exact(vdev->records, size);
}

/**
 * vcpufreq_record_offered - see whether the host keeps records, and how
 * @vdev: the device
 *
 * Return: whether they can be had, and are wanted.
 */
bool vcpufreq_record_offered(struct vcpufreq_device *vdev)
{
	if (!record || cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		return false;

	/* The registers of the window of CPU 0 are those of all. */
	if (vcpufreq_device_read(vdev, 0, PV_FREQ_EXT_MAGIC_REG) != PV_FREQ_EXT_MAGIC ||
	    vcpufreq_device_read(vdev, 0, PV_FREQ_EXT_VERSION_REG) < PV_FREQ_EXT_VERSION)
		return false;

	vdev->features = vcpufreq_device_read(vdev, 0, PV_FREQ_EXT_FEATURES);
	return vdev->features & PV_FREQ_EXT_RECORD;
}

/**
 * vcpufreq_record_init - find out whether records can be had, and get memory
 * @vdev: the device
 *
 * The memory is returned when the device is unbound, after what was set up later.
 *
 * Return: 0, also where there are to be none, or -ENOMEM.
 */
int vcpufreq_record_init(struct vcpufreq_device *vdev)
{
	size_t size = array_size(nr_cpu_ids, sizeof(struct pv_freq_record));

	BUILD_BUG_ON(sizeof(struct pv_freq_record) != PV_FREQ_RECORD_ALIGN);

	if (!vcpufreq_record_offered(vdev))
		return 0;

	/* Whole pages, so that nothing else lies beside what the host writes. */
	vdev->records = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);
	if (!vdev->records)
		return -ENOMEM;

	return devm_add_action_or_reset(vdev->dev, vcpufreq_record_free, vdev);
}
