// SPDX-License-Identifier: GPL-2.0
/*
 * Section summary: one screen about this machine, and what is missing.
 *
 * In text, unknown facts are omitted.  Each missing fact has the one command that adds it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vcpuinfo.h"

#define CLOCK		"/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define CPUIDLE		CPU_DIR "/cpuidle"
#define HALT_POLL	"/sys/module/haltpoll/parameters/guest_halt_poll_ns"

static const char *confidential_text(struct json_object *element);
static const char *missing_text(struct json_object *element);

const struct column summary_fields[] = {
	{ .key = "virtualized", .label = "Virtualized", .source = "source",
	  .help = "whether a hypervisor runs this machine" },
	{ .key = "hypervisor", .label = "Hypervisor", .help = "hypervisor that runs it" },
	{ .key = "source", .flags = COLUMN_OPTIONAL,
	  .help = "source of virtualized and hypervisor" },
	{ .key = "confidence", .label = "Confidence", .help = "high, or low" },
	{ .key = "product", .label = "Product", .help = "VMM or cloud",
	  .source = "product_source" },
	{ .key = "product_source", .flags = COLUMN_OPTIONAL, .help = "source of the product" },
	{ .key = "parent_hypervisor", .label = "Parent hypervisor",
	  .help = "hypervisor below, if it is visible" },
	{ .key = "confidential", .label = "Confidential", .text = confidential_text,
	  .help = "protection of memory from the host" },
	{ .key = "cpus", .label = "vCPUs", .help = "number of CPUs that are present" },
	{ .key = "online", .label = "Online", .help = "list of CPUs that are online" },
	{ .key = "steal_percent", .label = "Steal time (%)",
	  .help = "time without the physical CPU, since boot or in the interval" },
	{ .key = "clocksource", .label = "Clock source", .help = "clock source in use" },
	{ .key = "idle_driver", .label = "Idle driver", .help = "cpuidle driver" },
	{ .key = "idle_governor", .label = "Idle governor", .help = "cpuidle governor" },
	{ .key = "halt_poll_ns", .label = "Halt polling (ns)",
	  .help = "longest time that the governor haltpoll polls" },
	{ .key = "cpufreq_driver", .label = "cpufreq driver", .help = "cpufreq driver" },
	{ .key = "cpufreq_governor", .label = "cpufreq governor",
	  .help = "governor of the first policy" },
	{ .key = "missing", .label = "Missing", .flags = COLUMN_LINES, .text = missing_text,
	  .help = "unknown facts, and the command that adds them" },
	{}
};

static const char *confidential_text(struct json_object *element)
{
	static char text[80];
	struct json_object *active = json_object_object_get(element, "active");

	snprintf(text, sizeof(text), "%s%s", hypervisor_member(element, "kind"),
		 active ? "" : " (state unknown)");
	return text;
}

static const char *missing_text(struct json_object *element)
{
	static char text[160];

	snprintf(text, sizeof(text), "%s: %s", hypervisor_member(element, "facts"),
		 hypervisor_member(element, "command"));
	return text;
}

static void add_missing(struct json_object *list, const char *facts, const char *command)
{
	struct json_object *o = json_object_new_object();

	fact_string(o, "facts", facts);
	fact_string(o, "command", command);
	json_object_array_add(list, o);
}

static void copy(struct vcpuinfo *v, struct json_object *o, const char *key, const char *from)
{
	json_object_object_add(o, key,
			       json_object_get(json_object_object_get(v->hypervisor, from)));
}

/* Technologies that are off protect nothing. */
static struct json_object *copy_confidential(struct vcpuinfo *v)
{
	struct json_object *from = json_object_object_get(v->hypervisor, "confidential");
	struct json_object *list, *element, *active;
	size_t i;

	if (!from)
		return NULL;
	list = json_object_new_array();
	for (i = 0; i < json_object_array_length(from); i++) {
		element = json_object_array_get_idx(from, i);
		active = json_object_object_get(element, "active");
		if (!active || json_object_get_boolean(active))
			json_object_array_add(list, json_object_get(element));
	}
	return list;
}

static void add_hypervisor(struct vcpuinfo *v, struct json_object *o)
{
	copy(v, o, "virtualized", "virtualized");
	copy(v, o, "hypervisor", "vendor");
	copy(v, o, "source", "source");
	copy(v, o, "confidence", "confidence");
	copy(v, o, "product", "product");
	copy(v, o, "product_source", "product_source");
	copy(v, o, "parent_hypervisor", "parent_hypervisor");
	json_object_object_add(o, "confidential", copy_confidential(v));
}

static int count_present(struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, CPU_DIR "/present");
	struct pv_cpulist list;
	int cpu, nr = 0;

	if (text && !pv_cpulist_parse(text, &list))
		for (cpu = pv_cpulist_next(&list, -1); cpu >= 0; cpu = pv_cpulist_next(&list, cpu))
			nr++;
	free(text);
	return nr;
}

static void add_steal(struct vcpuinfo *v, struct json_object *o)
{
	static char *before;
	char *now = vcpus_times(v);
	double percent = 0;
	bool known;

	known = vcpus_steal(v, now, before, -1, &percent);
	fact_double(o, "steal_percent", known, 2, percent);
	free(before);
	before = now;
}

static void add_cpus(struct vcpuinfo *v, struct json_object *o)
{
	int nr = count_present(v);

	fact_u64(o, "cpus", nr, nr);
	fact_file(v, o, "online", CPU_DIR "/online");
	add_steal(v, o);
	fact_file(v, o, "clocksource", CLOCK);
	fact_file(v, o, "idle_driver", CPUIDLE "/current_driver");
	fact_file(v, o, "idle_governor", CPUIDLE "/current_governor");
	fact_file_u64(v, o, "halt_poll_ns", HALT_POLL);
}

static void add_cpufreq(struct vcpuinfo *v, struct json_object *o)
{
	char *driver = cpufreq_text(v, "scaling_driver");
	char *governor = cpufreq_text(v, "scaling_governor");

	fact_string(o, "cpufreq_driver", driver);
	fact_string(o, "cpufreq_governor", governor);
	free(driver);
	free(governor);
}

/* Facts of the host: modules of the guest, root, or the administrator of the host adds them. */
static void add_missing_host(struct vcpuinfo *v, struct json_object *o, struct json_object *list)
{
	struct pv_hypercall_query q;

	if (v->sysfs.live && v->device == -ENOENT)
		add_missing(list, "VM exits, hypercalls, latency", "modprobe pv_hypercall");
	else if (v->device == -EACCES || v->device == -EPERM)
		add_missing(list, "VM exits, hypercalls, latency", "sudo vcpuinfo --all");
	else if (v->device >= 0 &&
		 (pv_device_query(v->device, &q) || !(q.out_flags & PV_HYPERCALL_HOST)))
		add_missing(list, "VM exits", "pvhost attach (on the host)");
	if (v->sysfs.live && access(PV_EXITS_PATH, F_OK))
		add_missing(list, "exits by reason", "modprobe pv_exits");
	if (!json_object_object_get(o, "cpufreq_driver"))
		add_missing(list, "cpufreq", "modprobe vcpufreq");
}

static struct json_object *make_missing(struct vcpuinfo *v, struct json_object *o)
{
	struct json_object *list = json_object_new_array();
	const bool kvm = hypervisor_kvm(v->hypervisor) == KVM_INTERFACE_PRESENT &&
			 !note_not_kvm(v) && !note_rejects_calls(v);

	if (!json_object_object_get(o, "virtualized") && fact_arch(v) == ARCH_ARM64)
		add_missing(list, "hypervisor", "modprobe pv_hypervisor");
	else if (kvm && !json_object_object_get(v->hypervisor, "hypercall_instruction"))
		add_missing(list, "hypercall instruction", "modprobe pv_hypervisor");
	if (firmware_is_denied(v))
		add_missing(list, "ids in tables of the firmware", "sudo vcpuinfo");
	if (kvm)
		add_missing_host(v, o, list);
	return list;
}

struct json_object *summary_read(struct vcpuinfo *v)
{
	struct json_object *o = json_object_new_object();

	add_hypervisor(v, o);
	add_cpus(v, o);
	add_cpufreq(v, o);
	json_object_object_add(o, "missing", make_missing(v, o));
	return o;
}
