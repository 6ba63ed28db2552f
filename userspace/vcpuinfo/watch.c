// SPDX-License-Identifier: GPL-2.0
/*
 * Option --interval of sections cpufreq and exits: requests and exits of each interval.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

static const struct column cpufreq_rates[] = {
	{ .key = "policy", .flags = COLUMN_RIGHT },
	{ .key = "cur_khz", .flags = COLUMN_RIGHT },
	{ .key = "max_khz", .flags = COLUMN_RIGHT },
	{ .key = "requests_per_s", .flags = COLUMN_RIGHT },
	{ .key = "register_writes_per_s", .flags = COLUMN_RIGHT },
	{ .key = "suppressed_per_s", .flags = COLUMN_RIGHT },
	{ .key = "deferred_per_s", .flags = COLUMN_RIGHT },
	{ .key = "register_write_ratio", .flags = COLUMN_RIGHT },
	{}
};

static const struct section cpufreq_intervals = {
	.name = "cpufreq",
	.columns = cpufreq_rates,
};

static const struct section exits_intervals = {
	.name = "exits",
	.columns = exits_columns,
	.more = exits_more,
};

/* Counters, and their rates */
enum {
	REQUESTS,
	REGISTER_WRITES,
	SUPPRESSED,
	DEFERRED,
	NR_RATES,
};

static const struct {
	const char *counter;
	const char *rate;
} rates[NR_RATES] = {
	[REQUESTS]		= { "requests",		"requests_per_s" },
	[REGISTER_WRITES]	= { "register_writes",	"register_writes_per_s" },
	[SUPPRESSED]		= { "suppressed",	"suppressed_per_s" },
	[DEFERRED]		= { "deferred",		"deferred_per_s" },
};

/**
 * struct reading - the counters at a point in time
 * @ns: time of the reading
 * @facts: policies of section cpufreq
 */
struct reading {
	__u64 ns;
	struct json_object *facts;
};

static struct reading take_reading(struct vcpuinfo *v)
{
	struct json_object *facts;
	struct reading r;

	v->notes = json_object_new_array();
	r.ns = pv_interval_now();
	facts = cpufreq_read(v);
	r.facts = json_object_get(json_object_object_get(facts, "policies"));
	json_object_put(facts);
	return r;
}

/* The row of the same policy, or NULL. */
static struct json_object *find_row(struct json_object *facts, struct json_object *row)
{
	const int policy = json_object_get_int(json_object_object_get(row, "policy"));
	size_t i, nr = facts ? json_object_array_length(facts) : 0;
	struct json_object *o;

	for (i = 0; i < nr; i++) {
		o = json_object_array_get_idx(facts, i);
		if (json_object_get_int(json_object_object_get(o, "policy")) == policy)
			return o;
	}
	return NULL;
}

/* False if a counter is unknown, or was reset. */
static bool get_rise(struct json_object *row, struct json_object *before, const char *counter,
		     __u64 *rise)
{
	struct json_object *a = json_object_object_get(before, counter);
	struct json_object *b = json_object_object_get(row, counter);

	if (!a || !b || json_object_get_uint64(b) < json_object_get_uint64(a))
		return false;
	*rise = json_object_get_uint64(b) - json_object_get_uint64(a);
	return true;
}

static void add_rates(struct json_object *row, struct json_object *before, double seconds)
{
	__u64 rises[NR_RATES] = {};
	bool known = true, share;
	size_t i;

	for (i = 0; i < NR_RATES; i++)
		if (!before || !get_rise(row, before, rates[i].counter, &rises[i]))
			known = false;
	for (i = 0; i < NR_RATES; i++)
		fact_double(row, rates[i].rate, known, 1, rises[i] / seconds);
	share = known && rises[REQUESTS];
	fact_double(row, "register_write_ratio", share, 2,
		    share ? (double)rises[REGISTER_WRITES] / rises[REQUESTS] : 0);
}

/* One line, with @facts, which it takes, as the section's */
static void print_line(struct vcpuinfo *v, const struct section *s, struct json_object *facts,
		       double seconds)
{
	struct json_object *doc = json_object_new_object();

	json_object_object_add(doc, s->name, facts);
	fact_double(doc, "interval_s", true, 3, seconds);
	json_object_object_add(doc, "notes", json_object_get(v->notes));
	print_json_line(doc);
	json_object_put(doc);
}

static void print_rates(struct vcpuinfo *v, const struct options *o, struct output *out,
			const struct reading *before, const struct reading *r)
{
	const double seconds = (double)(r->ns - before->ns) / NSEC_PER_SEC;
	size_t i, nr = r->facts ? json_object_array_length(r->facts) : 0;
	struct json_object *row, *facts;

	for (i = 0; i < nr; i++) {
		row = json_object_array_get_idx(r->facts, i);
		add_rates(row, find_row(before->facts, row), seconds);
	}
	if (o->format == FORMAT_JSON) {
		facts = json_object_new_object();
		json_object_object_add(facts, "policies", json_object_get(r->facts));
		print_line(v, &cpufreq_intervals, facts, seconds);
	} else {
		print_text(&cpufreq_intervals, r->facts, out);
		out->no_headings |= nr > 0;
	}
	pv_stdout_flush();
}

/* Ends the program if the machine has no policy, since none may ever come. */
static void check_policies(struct vcpuinfo *v, const struct reading *r)
{
	if (r->facts && json_object_array_length(r->facts))
		return;
	print_notes(v->notes);
	errx(STATUS_ERROR, "--interval: this machine has no cpufreq policy");
}

/* The columns of intervals have no headings but in the first. */
void watch_rates(struct vcpuinfo *v, const struct options *o)
{
	struct reading before, r;
	struct output out = {};
	unsigned int i;

	before = take_reading(v);
	check_policies(v, &before);
	if (o->format != FORMAT_JSON)
		print_notes(v->notes);
	for (i = 0; !o->count || i < o->count; i++) {
		if (!pv_interval_wait(before.ns + o->interval_ns))
			break;
		json_object_put(v->notes);
		r = take_reading(v);
		print_rates(v, o, &out, &before, &r);
		json_object_put(before.facts);
		before = r;
	}
	json_object_put(before.facts);
	json_object_put(v->notes);
}

static void take_exits(struct vcpuinfo *v, struct pv_exits *exits)
{
	int err = exits_take(v, exits);

	if (err)
		errx(STATUS_ERROR, "exits: %s", exits_trouble(v, err));
}

/* A table for each interval.  Its rows differ, so it has its own headings. */
static void print_exits_text(struct vcpuinfo *v, struct json_object *facts, double seconds)
{
	static struct output out;
	static bool follows;

	if (follows)
		putchar('\n');
	follows = true;
	printf("%.3f s:\n", seconds);
	print_text(&exits_intervals, facts, &out);
	print_notes(v->notes);
}

static void print_exits(struct vcpuinfo *v, const struct options *o, struct pv_exits *exits,
			const struct pv_exits *before, double seconds)
{
	struct json_object *facts;

	v->notes = json_object_new_array();
	if (!pv_exits_since(exits, before))
		note(v, "exits", "the counters began at 0 in this interval, so rates are unknown");
	facts = exits_rows(v, exits);
	if (o->format == FORMAT_JSON)
		print_line(v, &exits_intervals, json_object_get(facts), seconds);
	else
		print_exits_text(v, facts, seconds);
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
	take_exits(v, &before);
	begin = pv_interval_now();
	for (i = 0; !o->count || i < o->count; i++) {
		if (!pv_interval_wait(begin + o->interval_ns))
			break;
		take_exits(v, &exits);
		now = pv_interval_now();
		if (pv_exits_copy(&differences, &exits))
			err(STATUS_ERROR, "exits");
		print_exits(v, o, &differences, &before, (double)(now - begin) / NSEC_PER_SEC);
		pv_exits_free(&differences);
		pv_exits_free(&before);
		before = exits;
		begin = now;
	}
	pv_exits_free(&before);
	v->plan = NULL;
}
