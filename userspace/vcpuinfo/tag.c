// SPDX-License-Identifier: GPL-2.0
/*
 * Option --tag of section latency: the times of calls that a tracer on the host can identify.
 */
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "options.h"
#include "userspace/libpv/device.h"

static struct json_object *read_times(const struct pv_hypercall_times *times, __u32 nr)
{
	struct json_object *list = json_object_new_array(), *call;
	__u32 i;

	for (i = 0; i < nr; i++) {
		call = json_object_new_array();
		json_object_array_add(call, json_object_new_uint64(times[i].begin));
		json_object_array_add(call, json_object_new_uint64(times[i].end));
		json_object_array_add(list, call);
	}
	return list;
}

static __u32 new_tag(void)
{
	__u32 random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		err(STATUS_ERROR, "--tag");
	return random;
}

/* The first CPU and the first call of the plan; --tag accepts only one call. */
int tag_main(const struct vcpuinfo *v, const struct options *o)
{
	const struct planned_call *call = &v->plan->calls[0];
	struct pv_hypercall_times *times;
	struct pv_hypercall_tagged t = {
		.nr = call->nr,
		.cpu = pv_cpulist_next(&v->plan->cpus, -1),
		.warmup = v->plan->warmup,
		.samples = v->plan->samples,
		.tag = new_tag(),
	};
	struct json_object *doc = json_object_new_object();
	int error;

	if (t.samples > PV_HYPERCALL_MAX_TAGGED)
		errx(STATUS_ERROR, "--tag: at most %u --samples", PV_HYPERCALL_MAX_TAGGED);
	if (pv_cpulist_next(&v->plan->cpus, t.cpu) >= 0)
		errx(STATUS_ERROR, "--tag: one CPU at a time: give --cpu with one");
	if (!v->sysfs.live)
		errx(STATUS_ERROR, "--tag: a recorded machine has no hypervisor: omit --sysroot");
	if (v->device < 0)
		errx(STATUS_ERROR, "--tag: " PV_DEVICE_PATH ": %s: load pv_hypercall, and be root",
		     strerror(-v->device));

	times = calloc(t.samples, sizeof(*times));
	if (!times)
		err(STATUS_ERROR, "--tag");
	t.times = (uintptr_t)times;
	error = pv_device_tagged(v->device, &t);
	if (error == -EPERM)
		errx(STATUS_ERROR, "--tag: %s cannot carry a tag: nop and unassigned can",
		     call->name);
	if (error == -ENOTTY)
		errx(STATUS_ERROR,
		     "--tag: pv_hypercall lacks this ioctl: load the module of this version");
	if (error)
		errx(STATUS_ERROR, "--tag: %s: %s", call->name, strerror(-error));

	fact_u64(doc, "tag", true, (__u64)PV_HYPERCALL_TAG << 32 | t.tag);
	fact_string(doc, "call", call->name);
	fact_u64(doc, "nr", true, t.nr);
	fact_u64(doc, "cpu", true, t.cpu);
	fact_u64(doc, "counter_khz", true, t.counter_khz);
	json_object_object_add(doc, "status", json_object_new_int64(t.status));
	json_object_object_add(doc, "calls", read_times(times, t.done));
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN));

	json_object_put(doc);
	free(times);
	return EXIT_SUCCESS;
}
