/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of vcpufreq.ko, in layers: a file calls files below it only.
 *
 *   platform     module init, probe, CPU hotplug
 *   sysfs        attributes of the device
 *   policy       cpufreq driver
 *   energy       energy model
 *   monitor      handles changes by the host once a second; cap as a QoS constraint
 *   request      performance requests of a perf domain: coalescing and delivery
 *   record       shared pages
 *   domain       performance tables and perf domains
 *   regs.h       registers
 *   arch-*       clocks, load tracking and mappings of the architecture; uses record
 */
#ifndef _VCPUFREQ_H
#define _VCPUFREQ_H

#include <linux/cpufreq.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/platform_device.h>
#include <linux/pm_qos.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <pv/vcpufreq.h>

#define VCPUFREQ_NAME	"vcpufreq"

struct resource;
struct vcpufreq_device;

/**
 * struct vcpufreq_domain - a perf domain
 * @number: register perf_domain
 * @min: lowest performance that can be requested
 * @max: highest performance
 * @vdev: the device
 * @has_records: all CPUs of the domain have records
 * @lock: protects @requested, @sent, @last_doorbell and @fall_timer
 * @requested: last target from the governor; 0 forces retransmission
 * @sent: last target that the host can see, never below @requested
 * @last_doorbell: jiffies of the last increase that was written to register set_perf
 * @fall_timer: pending while a decrease is deferred
 * @cap: the host's cap as a constraint on the policy; protected by cap_lock
 * @cap_khz: value of @cap
 * @cpus: possible CPUs of the domain
 * @nr: entries of @entry without the end mark; 1: @entry is the maximum, and all
 *      performance from 1 to it can be requested
 * @entry: ascending without duplicates, ends with CPUFREQ_TABLE_END
 */
struct vcpufreq_domain {
	u32 number;
	u32 min;
	u32 max;
	struct vcpufreq_device *vdev;
	bool has_records;
	raw_spinlock_t lock;		/* protects request state */
	u32 requested;
	u32 sent;
	unsigned long last_doorbell;
	struct timer_list fall_timer;
	struct freq_qos_request cap;
	s32 cap_khz;
	cpumask_t cpus;
	unsigned int nr;
	struct cpufreq_frequency_table entry[];
};

/**
 * struct vcpufreq_cpu - state of a CPU
 * @record: record in the shared pages, NULL: the CPU uses the registers
 * @cap: member of @record that the monitor has handled
 * @sets_scale: arm64: the driver sets arch_freq_scale of the CPU
 * @register_writes: requests that were written to register set_perf
 * @deferred: requests that were posted in the record
 * @suppressed: requests that were suppressed: the host already had that target
 */
struct vcpufreq_cpu {
	struct pv_freq_record *record;
	u32 cap;
	bool sets_scale;
	u64 register_writes;
	u64 deferred;
	u64 suppressed;
};

/**
 * struct vcpufreq_device - the bound device
 * @dev: for messages and managed resources
 * @base: register frame of CPU 0
 * @cpu: per-CPU state
 * @shared: shared pages, NULL: the device has none, or they are not used
 * @shared_size: size of their mapping
 * @epoch: epoch of the records that are in use, 0: none are
 * @has_marker: register perftbl_sel shows whether the host side was attached again
 * @cap_lock: protects the QoS requests of all domains
 * @monitoring: @kick and @monitor can be queued
 * @event_pending: @kick is queued
 * @kick: queues @monitor from scheduler context
 * @monitor: handles changes by the host
 * @monitor_wq: workqueue of @monitor
 * @domain: by CPU number, for each possible CPU; the CPUs of a perf domain share one
 */
struct vcpufreq_device {
	struct device *dev;
	void __iomem *base;
	struct vcpufreq_cpu __percpu *cpu;
	struct pv_shared_header *shared;
	size_t shared_size;
	u32 epoch;
	bool has_marker;
	struct mutex cap_lock;	/* protects QoS requests */
	bool monitoring;
	bool event_pending;
	struct irq_work kick;
	struct delayed_work monitor;
	struct workqueue_struct *monitor_wq;
	struct vcpufreq_domain *domain[];
};

/* sysfs.c */
extern const struct attribute_group *vcpufreq_sysfs_groups[];

/* policy.c */
int vcpufreq_policy_register(struct vcpufreq_device *vdev);
void vcpufreq_policy_unregister(void *unused);

/* monitor.c */
int vcpufreq_monitor_init(struct vcpufreq_device *vdev);
void vcpufreq_monitor_kick(struct vcpufreq_device *vdev);
void vcpufreq_monitor_add_cap(struct vcpufreq_device *vdev, struct cpufreq_policy *policy);
void vcpufreq_monitor_remove_cap(struct vcpufreq_device *vdev, struct cpufreq_policy *policy);

/* request.c */
void vcpufreq_request_init(struct vcpufreq_domain *domain);
void vcpufreq_request_exit(struct vcpufreq_domain *domain);
bool vcpufreq_request_send(struct vcpufreq_device *vdev,
			   struct cpufreq_policy *policy, u32 perf);
void vcpufreq_request_resend(void *data);
void vcpufreq_request_set(struct vcpufreq_domain *domain, u32 perf);
bool vcpufreq_request_is_lost(struct vcpufreq_device *vdev, struct vcpufreq_domain *domain);
void vcpufreq_request_flush(struct vcpufreq_domain *domain);

/* record.c */
int vcpufreq_record_map(struct vcpufreq_device *vdev, const struct resource *res);
u32 vcpufreq_record_epoch(struct vcpufreq_device *vdev);
void vcpufreq_record_switch(struct vcpufreq_device *vdev, u32 epoch);
u32 vcpufreq_record_cur(struct vcpufreq_device *vdev, unsigned int cpu);
u32 vcpufreq_record_cap(struct vcpufreq_device *vdev, unsigned int cpu);
bool vcpufreq_record_can_post(struct vcpufreq_device *vdev,
			      const struct vcpufreq_domain *domain, bool *event);
void vcpufreq_record_post(struct vcpufreq_device *vdev,
			  const struct vcpufreq_domain *domain, u32 perf);
u32 vcpufreq_record_posted(struct vcpufreq_device *vdev, unsigned int cpu);

/* domain.c */
int vcpufreq_domain_load(struct vcpufreq_device *vdev);
bool vcpufreq_domain_was_attached(struct vcpufreq_device *vdev);
void vcpufreq_domain_check(struct vcpufreq_device *vdev, unsigned int cpu);

/* energy.c */
#ifdef CONFIG_ENERGY_MODEL
void vcpufreq_energy_register(struct cpufreq_policy *policy);
#else
static inline void vcpufreq_energy_register(struct cpufreq_policy *policy)
{
}
#endif

/* arch-x86.c, arch-arm64.c */
bool vcpufreq_arch_may_notify(void);
void vcpufreq_arch_start(struct vcpufreq_device *vdev,
			 const struct cpumask *cpus, unsigned int khz);
void vcpufreq_arch_stop(struct vcpufreq_device *vdev, const struct cpumask *cpus);

#endif /* _VCPUFREQ_H */
