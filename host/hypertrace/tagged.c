// SPDX-License-Identifier: GPL-2.0
/*
 * The file that 'vcpuinfo latency --tag' writes in the guest.  Guests are not trusted, so a
 * malformed file is rejected.
 */
#include <err.h>
#include <errno.h>
#include <pv/hypercall.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

/* Counters of CPUs have 1 MHz to a few GHz. */
#define MIN_KHZ	1000
#define MAX_KHZ	100000000

static void __noreturn bad(const char *path, const char *what)
{
	errx(EXIT_FAILURE, "%s: %s: write it with 'vcpuinfo latency --tag' in the guest", path,
	     what);
}

static __u64 number(const char *path, struct json_object *o, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		bad(path, key);
	return json_object_get_uint64(value);
}

static void read_call(const char *path, struct json_object *call, struct pv_hypercall_times *times)
{
	struct json_object *begin, *end;

	if (!json_object_is_type(call, json_type_array) || json_object_array_length(call) != 2)
		bad(path, "calls");
	begin = json_object_array_get_idx(call, 0);
	end = json_object_array_get_idx(call, 1);
	if (!json_object_is_type(begin, json_type_int) || !json_object_is_type(end, json_type_int))
		bad(path, "calls");
	times->begin = json_object_get_uint64(begin);
	times->end = json_object_get_uint64(end);
}

/**
 * tagged_read - read a file
 * @tagged: out: what is in it
 * @path: its name
 */
void tagged_read(struct tagged *tagged, const char *path)
{
	struct json_object *o, *calls;
	size_t i;

	errno = 0;
	o = json_object_from_file(path);
	if (!o && errno)
		err(EXIT_FAILURE, "%s", path);
	if (!o || !json_object_is_type(o, json_type_object))
		bad(path, "no JSON of tagged calls");

	tagged->tag = number(path, o, "tag");
	tagged->nr = number(path, o, "nr");
	tagged->khz = number(path, o, "counter_khz");
	if (tagged->tag >> 32 != PV_TAG)
		bad(path, "no tag");
	if (tagged->khz < MIN_KHZ || tagged->khz > MAX_KHZ)
		bad(path, "no counter has this counter_khz");
	if (!json_object_object_get_ex(o, "calls", &calls) ||
	    !json_object_is_type(calls, json_type_array))
		bad(path, "calls");
	tagged->count = json_object_array_length(calls);
	if (!tagged->count || tagged->count > PV_HYPERCALL_MAX_TAGGED)
		bad(path, "no calls, or too many");

	tagged->times = calloc(tagged->count, sizeof(*tagged->times));
	if (!tagged->times)
		err(EXIT_FAILURE, "%s", path);
	for (i = 0; i < tagged->count; i++)
		read_call(path, json_object_array_get_idx(calls, i), &tagged->times[i]);
	json_object_put(o);
}
