// SPDX-License-Identifier: GPL-2.0
/*
 * The list of calls: a line for each as it ends.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "hypertrace.h"

#define FORMAT_HEAD	"%-16s %8s %8s %5s %-12s %10s %10s  %s\n"
#define FORMAT_LINE	"%6llu.%09llu %8u %8u %5d 0x%-10llx %10llu %10llu  %s\n"

static const char *name_of(const struct state_event *e)
{
	const char *name = number_name(e->number);

	return name ? : "-";
}

static int print_line(void *opts, void *data, size_t size)
{
	const struct state_event *e = data;

	printf(FORMAT_LINE, e->time / 1000000000, e->time % 1000000000, (__u32)(e->id >> 32),
	       (__u32)e->id, (int)e->vcpu_id, e->number, e->ns, e->user, name_of(e));
	return 0;
}

/* One line to a call, so that a program need not wait for the end. */
static int print_json(void *opts, void *data, size_t size)
{
	struct json_object *o = json_object_new_object();
	const char *name;
	const struct state_event *e = data;

	name = number_name(e->number);
	json_object_object_add(o, "time_ns", document_u64(e->time));
	json_object_object_add(o, "pid", document_u64(e->id >> 32));
	json_object_object_add(o, "tid", document_u64((__u32)e->id));
	json_object_object_add(o, "vcpu", document_u64(e->vcpu_id));
	json_object_object_add(o, "nr", document_u64(e->number));
	json_object_object_add(o, "name", name ? json_object_new_string(name) : NULL);
	json_object_object_add(o, "ns", document_u64(e->ns));
	json_object_object_add(o, "user_ns", document_u64(e->user));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return 0;
}

/**
 * event_open - print events
 * @opts: as JSON or as text
 * @ring: where they come from
 *
 * Returns the ring, whose events ring_buffer__consume() prints.
 */
struct ring_buffer *event_open(const struct options *opts, struct bpf_map *ring)
{
	struct ring_buffer *events;

	events = ring_buffer__new(bpf_map__fd(ring), opts->json ? print_json : print_line,
				  NULL, NULL);
	if (!events)
		err(EXIT_FAILURE, "events");
	if (!opts->json)
		printf(FORMAT_HEAD, "TIME", "PID", "TID", "VCPU", "NR", "NS", "USER", "NAME");
	return events;
}
