// SPDX-License-Identifier: GPL-2.0
/*
 * Section vcpus: each CPU, with data of the guest's kernel and of the host.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "userspace/libpv/cpulist.h"
#include "userspace/libpv/device.h"
#include "vcpuinfo.h"

const struct column vcpus_columns[] = {
	{ .key = "cpu", .flags = COLUMN_RIGHT, .help = "number of the CPU in this guest" },
	{ .key = "online", .help = "whether the guest uses it" },
	{ .key = "vcpu_id", .flags = COLUMN_RIGHT, .help = "number of the vCPU on the host" },
	{ .key = "exits", .flags = COLUMN_RIGHT, .help = "exits of the vCPU since it was created" },
	{ .key = "host_tid", .flags = COLUMN_RIGHT, .help = "thread of the vCPU on the host" },
	{ .key = "cur_khz", .flags = COLUMN_RIGHT, .help = "frequency" },
	{ .key = "min_khz", .flags = COLUMN_RIGHT, .help = "least frequency of the policy" },
	{ .key = "max_khz", .flags = COLUMN_RIGHT, .help = "greatest frequency of the policy" },
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
		} else if (!(info.out_flags & PV_HYPERCALL_VCPU_HOST_TID)) {
			missing->tid = true;
		}
	}
	fact_u64(o, "vcpu_id", known, info.vcpu_id);
	fact_u64(o, "exits", known && info.out_flags & PV_HYPERCALL_VCPU_EXITS, info.exits);
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

static void add_notes(struct vcpuinfo *v, const struct missing *missing)
{
	if (v->device < 0)
		note_device(v, "vcpus", "exits, host_tid");
	if (missing->err)
		note(v, "vcpus", "exits, host_tid of CPU %d: %s", missing->cpu,
		     note_refusal(v, PV_HC_VCPU_INFO, missing->err));
	if (missing->status)
		note(v, "vcpus",
		     "exits, host_tid: refused with %lld: on the host, load kvm_pv and attach this VM with pvhost",
		     missing->status);
	if (missing->tid)
		note(v, "vcpus", "host_tid: the host's administrator does not show it");
	if (missing->cpufreq)
		note(v, "vcpus", "frequencies: no cpufreq driver serves these CPUs");
}

struct json_object *vcpus_read(struct vcpuinfo *v)
{
	struct missing missing = { .cpufreq = true };
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
	online_known = !read_list(v, "online", &online);

	list = json_object_new_array();
	for (cpu = pv_cpulist_next(&present, -1); cpu >= 0;
	     cpu = pv_cpulist_next(&present, cpu)) {
		o = json_object_new_object();
		fact_u64(o, "cpu", true, cpu);
		fact_bool(o, "online", online_known, pv_cpulist_has(&online, cpu));
		add_host(v, o, cpu, &missing);
		add_freq(v, o, cpu, &missing);
		json_object_array_add(list, o);
	}
	add_notes(v, &missing);
	return list;
}
