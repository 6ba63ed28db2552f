// SPDX-License-Identifier: GPL-2.0
/*
 * Section vcpus: each CPU, with data of the guest's kernel and of the host; and the steal time from
 * /proc/stat: the part in which the hypervisor ran something else although the CPU had work.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "vcpuinfo.h"

#define STAT	"/proc/stat"

/* user, nice, system, idle, iowait, irq, softirq, steal; guest times are in the first two. */
#define STAT_COLUMNS	8

/**
 * vcpus_times - read the times of all CPUs
 * @v: machine
 *
 * Return: the text, for free(), or NULL.
 */
char *vcpus_times(const struct vcpuinfo *v)
{
	return pv_sysfs_text(&v->sysfs, "%s", STAT);
}

/* The times after "cpuN ", or after "cpu " if @cpu is negative */
static const char *find_line(const char *text, int cpu)
{
	char name[16];
	size_t len;

	len = cpu < 0 ? snprintf(name, sizeof(name), "cpu ") :
			snprintf(name, sizeof(name), "cpu%d ", cpu);
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, name, len))
			return text + len;
	}
	return NULL;
}

static bool find_times(const char *text, int cpu, __u64 *steal, __u64 *all)
{
	const char *p = text ? find_line(text, cpu) : NULL;
	char *end;
	int i;

	*all = 0;
	for (i = 0; p && i < STAT_COLUMNS; i++) {
		*steal = strtoull(p, &end, 10);
		if (end == p || __builtin_add_overflow(*all, *steal, all))
			return false;
		p = end;
	}
	return p;
}

/* Without KVM's feature the kernel counts 0 although the time is not known. */
static bool counts_steal(const struct vcpuinfo *v)
{
	struct json_object *list = json_object_object_get(v->hypervisor, "features");
	const char *vendor = hypervisor_member(v->hypervisor, "vendor");
	size_t i;

	if (!vendor || strcmp(vendor, "KVM") || !list || fact_arch(v) != ARCH_X86)
		return true;
	for (i = 0; i < json_object_array_length(list); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
			    "steal_time"))
			return true;
	return false;
}

/**
 * vcpus_steal - the steal time of a CPU in percent
 * @v: machine
 * @now: of vcpus_times(), may be NULL
 * @before: an earlier one, or NULL: since boot
 * @cpu: the CPU, or -1: all
 * @percent: out: the part of the time
 *
 * Return: false if it is not known.
 */
bool vcpus_steal(const struct vcpuinfo *v, const char *now, const char *before, int cpu,
		 double *percent)
{
	__u64 steal, all, steal_before = 0, all_before = 0;

	if (!find_times(now, cpu, &steal, &all) ||
	    (before && !find_times(before, cpu, &steal_before, &all_before)))
		return false;
	if (steal < steal_before || all <= all_before || (!steal && !counts_steal(v)))
		return false;
	*percent = 100.0 * (steal - steal_before) / (all - all_before);
	return true;
}

#define CLOCK	"/sys/devices/system/clocksource/clocksource0/current_clocksource"

const struct column vcpus_columns[] = {
	{ .key = "cpu", .flags = COLUMN_RIGHT, .help = "number of the CPU in this guest" },
	{ .key = "online", .help = "whether the guest uses it" },
	{ .key = "steal_percent", .flags = COLUMN_RIGHT,
	  .help = "time without the physical CPU, since boot or in the interval" },
	{ .key = "preemptions", .flags = COLUMN_RIGHT | COLUMN_SPARSE,
	  .help = "times that the host ran something else" },
	{ .key = "poll_us", .flags = COLUMN_RIGHT | COLUMN_SPARSE,
	  .help = "idle time that the CPU spent polling instead of halted" },
	{ .key = "clocksource", .flags = COLUMN_OPTIONAL, .help = "clock source of the kernel" },
	{ .key = "vcpu_id", .flags = COLUMN_RIGHT, .help = "number of the vCPU on the host" },
	{ .key = "vm_exits", .flags = COLUMN_RIGHT,
	  .help = "VM exits of the vCPU since it was created" },
	{ .key = "host_tid", .flags = COLUMN_RIGHT, .help = "thread of the vCPU on the host" },
	{ .key = "cur_khz", .flags = COLUMN_RIGHT, .help = "frequency" },
	{ .key = "min_khz", .flags = COLUMN_RIGHT, .help = "lower limit of the policy" },
	{ .key = "max_khz", .flags = COLUMN_RIGHT, .help = "upper limit of the policy" },
	{ .key = "governor", .help = "cpufreq governor" },
	{}
};

static const struct {
	const char *key;
	const char *file;
} freq_files[] = {
	{ "cur_khz", "scaling_cur_freq" },
	{ "min_khz", "scaling_min_freq" },
	{ "max_khz", "scaling_max_freq" },
};

/* Reasons for missing data, printed once and not for every CPU */
struct missing {
	long long status;
	bool tid;
	bool exits;
	bool cpufreq;
	int err;
	int cpu;
};

static int read_list(struct vcpuinfo *v, const char *name, struct pv_cpulist *list)
{
	char *text = pv_sysfs_text(&v->sysfs, CPU_DIR "/%s", name);
	int err;

	err = text ? pv_cpulist_parse(text, list) : -errno;
	free(text);
	return err;
}

/**
 * struct sources - data that is read once for all CPUs
 * @stat: times of the CPUs, NULL: not known
 * @before: those of the last reading, NULL: none
 * @exits: counters of the host, valid if @counted
 * @counted: the host counts exits
 */
struct sources {
	char *stat;
	char *before;
	struct pv_exits exits;
	bool counted;
};

static void read_sources(struct vcpuinfo *v, struct sources *sources)
{
	sources->stat = vcpus_times(v);
	sources->counted = note_wanted(v, "preemptions") && !exits_take(v, &sources->exits);
}

/* The next reading computes the steal time of the interval. */
static void free_sources(struct sources *sources)
{
	if (sources->counted)
		pv_exits_free(&sources->exits);
	free(sources->before);
	sources->before = sources->stat;
}

static void add_preemptions(struct json_object *o, const struct sources *sources)
{
	struct json_object *id = json_object_object_get(o, "vcpu_id");
	const struct pv_exits_read *read = NULL;
	__u32 i;

	for (i = 0; sources->counted && id && i < sources->exits.info.nr_vcpus; i++)
		if (sources->exits.vcpus[i].vcpu_id == json_object_get_uint64(id))
			read = &sources->exits.vcpus[i];
	fact_u64(o, "preemptions", read, read ? read->preemptions : 0);
}

/* The first idle state polls on x86; arm64 has no such state. */
static void add_polling(struct vcpuinfo *v, struct json_object *o, int cpu)
{
	char *name = pv_sysfs_text(&v->sysfs, CPU_DIR "/cpu%d/cpuidle/state0/name", cpu);
	char path[128] = "";

	if (name && !strcmp(name, "POLL"))
		snprintf(path, sizeof(path), CPU_DIR "/cpu%d/cpuidle/state0/time", cpu);
	fact_file_u64(v, o, "poll_us", path);
	free(name);
}

static void add_kernel(struct vcpuinfo *v, struct json_object *o, int cpu,
		       const struct sources *sources)
{
	double percent = 0;
	bool known;

	known = vcpus_steal(v, sources->stat, sources->before, cpu, &percent);
	fact_double(o, "steal_percent", known, 2, percent);
	/* In the order of the columns; add_preemptions() needs vcpu_id. */
	json_object_object_add(o, "preemptions", NULL);
	add_polling(v, o, cpu);
	fact_file(v, o, "clocksource", CLOCK);
}

static void add_host(struct vcpuinfo *v, struct json_object *o, int cpu,
		     struct missing *missing)
{
	struct pv_hypercall_vcpu_info info = {};
	bool known = false;
	int err;

	if (v->device >= 0) {
		err = pv_device_vcpu_info(v->device, cpu, &info);
		known = !err && !info.status;
		if (err) {
			missing->err = err;
			missing->cpu = cpu;
		} else if (info.status) {
			missing->status = info.status;
		} else {
			missing->tid |= !(info.out_flags & PV_HYPERCALL_VCPU_HOST_TID);
			missing->exits |= !(info.out_flags & PV_HYPERCALL_VCPU_EXITS);
		}
	}
	fact_u64(o, "vcpu_id", known, info.vcpu_id);
	fact_u64(o, "vm_exits", known && info.out_flags & PV_HYPERCALL_VCPU_EXITS, info.exits);
	fact_u64(o, "host_tid", known && info.out_flags & PV_HYPERCALL_VCPU_HOST_TID,
		 info.host_tid);
}

static void add_freq(struct vcpuinfo *v, struct json_object *o, int cpu,
		     struct missing *missing)
{
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(freq_files); i++) {
		snprintf(path, sizeof(path), CPU_DIR "/cpu%d/cpufreq/%s", cpu,
			 freq_files[i].file);
		fact_file_u64(v, o, freq_files[i].key, path);
	}
	snprintf(path, sizeof(path), CPU_DIR "/cpu%d/cpufreq/scaling_governor", cpu);
	fact_file(v, o, "governor", path);
	if (json_object_object_get(o, "max_khz"))
		missing->cpufreq = false;
}

static void note_host(struct vcpuinfo *v, const struct missing *missing)
{
	if (v->device < 0)
		note_device(v, "vcpus", "vm_exits, host_tid");
	if (missing->err)
		note(v, "vcpus", "vm_exits, host_tid of CPU %d: %s", missing->cpu,
		     note_refusal(v, PV_HC_VCPU_INFO, missing->err));
	if (missing->status)
		note(v, "vcpus",
		     "vm_exits, host_tid: refused with %lld: on the host, load kvm_pv and attach this VM with pvhost",
		     missing->status);
	if (missing->exits && note_wanted(v, "vm_exits"))
		note(v, "vcpus", "vm_exits: the host's administrator does not show it");
	if (missing->tid && note_wanted(v, "host_tid"))
		note(v, "vcpus", "host_tid: the host's administrator does not show it");
}

static void add_notes(struct vcpuinfo *v, const struct missing *missing)
{
	if (note_wanted(v, "vcpu_id vm_exits host_tid"))
		note_host(v, missing);
	if (missing->cpufreq && note_wanted(v, "cur_khz min_khz max_khz governor"))
		note(v, "vcpus", "frequencies: no cpufreq driver serves these CPUs");
}

struct json_object *vcpus_read(struct vcpuinfo *v)
{
	struct missing missing = { .cpufreq = true };
	static struct sources sources;
	struct pv_cpulist present, online;
	struct json_object *list, *o;
	bool online_known;
	int cpu, err;

	/* Possible CPUs include CPUs without a vCPU, which can be hot-added. */
	err = read_list(v, "present", &present);
	if (err)
		err = read_list(v, "possible", &present);
	if (err) {
		note(v, "vcpus", CPU_DIR "/possible: %s", strerror(-err));
		return NULL;
	}
	read_sources(v, &sources);
	online_known = !read_list(v, "online", &online);

	list = json_object_new_array();
	for (cpu = pv_cpulist_next(&present, -1); cpu >= 0;
	     cpu = pv_cpulist_next(&present, cpu)) {
		o = json_object_new_object();
		fact_u64(o, "cpu", true, cpu);
		fact_bool(o, "online", online_known, pv_cpulist_has(&online, cpu));
		add_kernel(v, o, cpu, &sources);
		add_host(v, o, cpu, &missing);
		add_preemptions(o, &sources);
		add_freq(v, o, cpu, &missing);
		json_object_array_add(list, o);
	}
	add_notes(v, &missing);
	free_sources(&sources);
	return list;
}
