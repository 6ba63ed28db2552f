// SPDX-License-Identifier: GPL-2.0
/*
 * Option --interval of section exits: the exits of each interval.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exits.h"
#include "options.h"
#include "userspace/libpv/interval.h"
#include "userspace/libpv/stdout.h"

static void take(struct vcpuinfo *v, struct pv_exits *exits)
{
	int err = exits_take(v, exits);

	if (err)
		errx(failure, "exits: %s", exits_trouble(v, err));
}

static void print_line(struct vcpuinfo *v, struct json_object *facts, double seconds)
{
	struct json_object *doc = json_object_new_object();

	json_object_object_add(doc, "exits", json_object_get(facts));
	fact_double(doc, "interval_s", true, 3, seconds);
	json_object_object_add(doc, "notes", json_object_get(v->notes));
	print_json_line(doc);
	json_object_put(doc);
}

/* A table for each interval.  Its rows differ, so it has its own headings. */
static void print_tables(struct vcpuinfo *v, struct json_object *facts, double seconds)
{
	static struct output out;
	static bool follows;

	if (follows)
		putchar('\n');
	follows = true;
	printf("%.3f s:\n", seconds);
	print_text(section_find("exits"), facts, &out);
	print_notes(v->notes);
}

static void print_interval(struct vcpuinfo *v, const struct options *o, struct pv_exits *exits,
			   const struct pv_exits *before, double seconds)
{
	struct json_object *facts;

	v->notes = json_object_new_array();
	if (!pv_exits_since(exits, before))
		note(v, "exits", "the counters began at 0 in this interval, so rates are unknown");
	facts = exits_rows(v, exits);
	if (o->format == FORMAT_JSON)
		print_line(v, facts, seconds);
	else
		print_tables(v, facts, seconds);
	pv_stdout_flush();
	json_object_put(facts);
	json_object_put(v->notes);
}

void watch_exits(struct vcpuinfo *v, const struct options *o)
{
	const struct plan plan = { .by_vcpu = o->by, .histogram = o->histogram };
	struct pv_exits before, exits, differences;
	__u64 begin, now;
	unsigned int i;

	v->plan = &plan;
	take(v, &before);
	begin = pv_interval_now();
	for (i = 0; !o->count || i < o->count; i++) {
		if (!pv_interval_wait(begin + o->seconds * NSEC_PER_SEC))
			break;
		take(v, &exits);
		now = pv_interval_now();
		if (pv_exits_copy(&differences, &exits))
			err(failure, "exits");
		print_interval(v, o, &differences, &before, (double)(now - begin) / NSEC_PER_SEC);
		pv_exits_free(&differences);
		pv_exits_free(&before);
		before = exits;
		begin = now;
	}
	pv_exits_free(&before);
	v->plan = NULL;
}
