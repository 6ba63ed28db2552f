/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of vcpufreq.ko:
 *
 *   main     module init and exit
 *   device   the registers, and whether they can be believed: probe
 *   table    what the registers say of each perf domain
 *   record   the memory that a CPU shares with the host
 *   cpu      what a CPU does when it comes and goes
 *   policy   the cpufreq driver
 *   request  what is said to the host, and how
 *   counter  what became of requests, in sysfs
 *   ceiling  the host's cap as a constraint
 *   renew    what becomes of records that the host has let go of
 *   watch    a look at what the host wrote, outside the scheduler
 *   energy   the energy model
 *   clock    what performance means to this architecture's clocks and load tracking
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

struct vcpufreq_device;

/**
 * struct vcpufreq_table - one perf domain
 * @domain: the host's number of it
 * @min: what can be asked for at least
 * @max: and at most
 * @vdev: the device
 * @lock: guards @request, @told, @rung and @hold
 * @request: what was asked for last; 0: nothing, or it has to be said again
 * @told: what the host was told last, which is not below
 * @rung: when that was an exit, in jiffies
 * @hold: runs while a fall is held back
 * @ceiling: the host's cap as a constraint on the policy; guarded by ceiling_lock
 * @cap: value of @ceiling
 * @cpus: possible CPUs of the domain
 * @nr: entries of @entry, without the end mark; 1: the entry is the maximum,
 *      and anything from 1 to it may be asked for
 * @entry: ascending, none twice, ended by CPUFREQ_TABLE_END
 */
struct vcpufreq_table {
	u32 domain;
	u32 min;
	u32 max;
	struct vcpufreq_device *vdev;
	raw_spinlock_t lock;		/* see above */
	u32 request;
	u32 told;
	unsigned long rung;
	struct timer_list hold;
	struct freq_qos_request ceiling;
	s32 cap;
	cpumask_t cpus;
	unsigned int nr;
	struct cpufreq_frequency_table entry[];
};

/**
 * struct vcpufreq_cpu - what a CPU keeps for itself
 * @live: the record, while the host keeps it; else NULL
 * @generation: of the ceiling that was looked at last
 * @torn: reads of @live in a row that found it being written
 * @exits: requests that were written to register set_perf
 * @lazy: requests that were left for the record
 * @elided: requests of which the host had been told
 */
struct vcpufreq_cpu {
	struct pv_freq_record *live;
	u32 generation;
	unsigned int torn;
	u64 exits;
	u64 lazy;
	u64 elided;
};

/**
 * struct vcpufreq_device - the bound device
 * @dev: for messages and managed resources
 * @base: window of CPU 0
 * @cpu: per CPU
 * @records: of all possible CPUs, or NULL where they are not used
 * @features: PV_FREQ_EXT_*
 * @fault: why the host's records are not believed any more, see record.c
 * @closed: no record may be switched on now
 * @lost: the host has let go of the records and offers none
 * @asked: CPU whose record the host was asked about last
 * @stuck: the host would not let go of a record
 * @ceiling_lock: guards the tables' constraints
 * @watching: @kick and @watch may be queued
 * @kicked: @kick is on its way
 * @kick: wakes @watch from the scheduler
 * @watch: looks at what the host wrote
 * @table: by CPU number, for each possible CPU; CPUs of one perf domain share one
 */
struct vcpufreq_device {
	struct device *dev;
	void __iomem *base;
	struct vcpufreq_cpu __percpu *cpu;
	struct pv_freq_record *records;
	u32 features;
	unsigned int fault;
	bool closed;
	bool lost;
	unsigned int asked;
	bool stuck;
	struct mutex ceiling_lock;	/* see above */
	bool watching;
	bool kicked;
	struct irq_work kick;
	struct delayed_work watch;
	struct vcpufreq_table *table[];
};

extern struct platform_driver vcpufreq_device_driver;

u32 vcpufreq_device_read(struct vcpufreq_device *vdev, unsigned int cpu,
			 unsigned int reg);
void vcpufreq_device_write(struct vcpufreq_device *vdev, unsigned int cpu,
			   unsigned int reg, u32 value);
u32 vcpufreq_device_perf(struct vcpufreq_device *vdev, unsigned int cpu,
			 u32 index);
u32 vcpufreq_device_cur(struct vcpufreq_device *vdev, unsigned int cpu);

int vcpufreq_table_load(struct vcpufreq_device *vdev);
void vcpufreq_table_check(struct vcpufreq_device *vdev, unsigned int cpu);

bool vcpufreq_record_offered(struct vcpufreq_device *vdev);
int vcpufreq_record_init(struct vcpufreq_device *vdev);
void vcpufreq_record_on(struct vcpufreq_device *vdev);
void vcpufreq_record_off(struct vcpufreq_device *vdev);
void vcpufreq_record_forget(struct vcpufreq_device *vdev);
void vcpufreq_record_close(struct vcpufreq_device *vdev);
void vcpufreq_record_reopen(struct vcpufreq_device *vdev);
void vcpufreq_record_retire(struct vcpufreq_device *vdev);
u32 vcpufreq_record_cur(struct vcpufreq_device *vdev, unsigned int cpu);
u32 vcpufreq_record_ceiling(struct vcpufreq_device *vdev, unsigned int cpu);
bool vcpufreq_record_shared(struct vcpufreq_device *vdev,
			    const struct cpumask *online);
void vcpufreq_record_request(struct vcpufreq_device *vdev,
			     const struct cpumask *domain, u32 perf);

int vcpufreq_cpu_init(struct vcpufreq_device *vdev);

int vcpufreq_policy_register(struct vcpufreq_device *vdev);
void vcpufreq_policy_unregister(void *unused);

void vcpufreq_request_init(struct vcpufreq_table *table);
void vcpufreq_request_exit(struct vcpufreq_table *table);
void vcpufreq_request_send(struct vcpufreq_device *vdev,
			   struct cpufreq_policy *policy, u32 perf);
void vcpufreq_request_repeat(struct vcpufreq_device *vdev, struct vcpufreq_table *table);
void vcpufreq_request_settle(struct vcpufreq_table *table);
void vcpufreq_request_forget(struct vcpufreq_table *table);

extern const struct attribute_group vcpufreq_counter_group;
extern const struct attribute_group vcpufreq_counter_percpu_group;

void vcpufreq_ceiling_add(struct vcpufreq_device *vdev,
			  struct cpufreq_policy *policy);
void vcpufreq_ceiling_remove(struct vcpufreq_device *vdev,
			     struct cpufreq_policy *policy);
void vcpufreq_ceiling_update(struct vcpufreq_device *vdev);

void vcpufreq_renew_check(struct vcpufreq_device *vdev);

int vcpufreq_watch_init(struct vcpufreq_device *vdev);
void vcpufreq_watch_kick(struct vcpufreq_device *vdev);

void vcpufreq_energy_register(struct cpufreq_policy *policy);

bool vcpufreq_clock_may_notify(void);
void vcpufreq_clock_start(struct vcpufreq_device *vdev,
			  const struct cpumask *cpus, unsigned int khz);
void vcpufreq_clock_stop(const struct cpumask *cpus);

#endif /* _VCPUFREQ_H */
