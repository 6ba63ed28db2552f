// SPDX-License-Identifier: GPL-2.0
/*
 * Option --tag of section latency: calls that the host can tell from each other, and when
 * each began and ended.
 */
#include <err.h>
#include <errno.h>
#include <pv/hypercall.h>
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

static __u64 new_tag(void)
{
	__u32 random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		err(failure, "--tag");
	return (__u64)PV_TAG << 32 | random;
}

/* Of the plan its first CPU, and its first call, which --tag has one of. */
int tag_main(const struct vcpuinfo *v, const struct options *o)
{
	const struct planned_call *call = &v->plan->calls[0];
	struct pv_hypercall_times *times;
	struct pv_hypercall_latency l = {
		.flags = PV_HYPERCALL_TAGGED,
		.nr = call->nr,
		.cpu = pv_cpulist_next(&v->plan->cpus, -1),
		.warmup = v->plan->warmup,
		.samples = v->plan->samples,
	};
	struct json_object *doc = json_object_new_object();
	const __u64 tag = new_tag();
	int error;

	if (l.samples > PV_HYPERCALL_MAX_TAGGED)
		errx(failure, "--tag: at most %u --samples", PV_HYPERCALL_MAX_TAGGED);
	if (pv_cpulist_next(&v->plan->cpus, l.cpu) >= 0)
		errx(failure, "--tag: one CPU at a time: give --cpu with one");
	if (v->device < 0)
		errx(failure, "--tag: " PV_DEVICE_PATH ": %s: load pv_hypercall, and be root",
		     strerror(-v->device));

	times = calloc(l.samples, sizeof(*times));
	if (!times)
		err(failure, "--tag");
	l.sum = tag;
	l.buckets = (uintptr_t)times;
	error = pv_device_latency(v->device, &l);
	if (error == -EPERM)
		errx(failure, "--tag: %s cannot carry a tag: nop and unassigned can", call->name);
	/* All that could be wrong with the rest has been seen to: it knows no such flag. */
	if (error == -EINVAL)
		errx(failure,
		     "--tag: pv_hypercall is too old for that: load that of this version");
	if (error)
		errx(failure, "--tag: %s: %s", call->name, strerror(-error));

	fact_u64(doc, "tag", true, tag);
	fact_string(doc, "call", call->name);
	fact_u64(doc, "nr", true, l.nr);
	fact_u64(doc, "cpu", true, l.cpu);
	fact_u64(doc, "counter_khz", true, l.counter_khz);
	json_object_object_add(doc, "status", json_object_new_int64(l.status));
	json_object_object_add(doc, "calls", read_times(times, l.samples));
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN));
	if (fflush(stdout) || ferror(stdout))
		err(failure, "write error");

	json_object_put(doc);
	free(times);
	return EXIT_SUCCESS;
}
