// SPDX-License-Identifier: GPL-2.0
/*
 * Option --watch: the requests of section freq in each interval, or the exits, see exits-watch.c.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "options.h"
#include "userspace/libpv/interval.h"
#include "userspace/libpv/stdout.h"

#define MAX_SECONDS	86400

static const struct column watch_columns[] = {
	{ .key = "policy", .flags = COLUMN_RIGHT },
	{ .key = "cur_khz", .flags = COLUMN_RIGHT },
	{ .key = "max_khz", .flags = COLUMN_RIGHT },
	{ .key = "requests_s", .flags = COLUMN_RIGHT },
	{ .key = "exits_s", .flags = COLUMN_RIGHT },
	{ .key = "elided_s", .flags = COLUMN_RIGHT },
	{ .key = "lazy_s", .flags = COLUMN_RIGHT },
	{ .key = "exit_share", .flags = COLUMN_RIGHT },
	{}
};

static const struct section intervals = {
	.name = "freq",
	.table = true,
	.columns = watch_columns,
};

/* Counters, and their rates */
enum {
	REQUESTS,
	EXITS,
	ELIDED,
	LAZY,
	NR_RATES,
};

static const struct {
	const char *counter;
	const char *rate;
} rates[NR_RATES] = {
	[REQUESTS]	= { "requests",	"requests_s" },
	[EXITS]		= { "exits",	"exits_s" },
	[ELIDED]	= { "elided",	"elided_s" },
	[LAZY]		= { "lazy",	"lazy_s" },
};

/**
 * struct reading - the counters at a point in time
 * @ns: time of the reading
 * @facts: section freq
 */
struct reading {
	__u64 ns;
	struct json_object *facts;
};

static struct reading take_reading(struct vcpuinfo *v)
{
	struct reading r;

	v->notes = json_object_new_array();
	r.ns = pv_interval_now();
	r.facts = freq_read(v);
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
	fact_double(row, "exit_share", share, 2,
		    share ? (double)rises[EXITS] / rises[REQUESTS] : 0);
}

/* One line for each interval, so that a program can read lines one by one. */
static void print_interval_json(struct vcpuinfo *v, struct json_object *facts, double seconds)
{
	struct json_object *doc = json_object_new_object();

	json_object_object_add(doc, "freq", json_object_get(facts));
	fact_double(doc, "seconds", true, 3, seconds);
	json_object_object_add(doc, "notes", json_object_get(v->notes));
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN |
						 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(doc);
}

static void print_interval(struct vcpuinfo *v, const struct options *o, struct output *out,
			   const struct reading *before, const struct reading *r)
{
	const double seconds = (double)(r->ns - before->ns) / NSEC_PER_SEC;
	size_t i, nr = r->facts ? json_object_array_length(r->facts) : 0;
	struct json_object *row;

	for (i = 0; i < nr; i++) {
		row = json_object_array_get_idx(r->facts, i);
		add_rates(row, find_row(before->facts, row), seconds);
	}
	if (o->format == FORMAT_JSON) {
		print_interval_json(v, r->facts, seconds);
	} else {
		print_text(&intervals, r->facts, out);
		out->goes_on |= nr > 0;
	}
	pv_stdout_flush();
}

int watch_main(const struct options *o)
{
	struct vcpuinfo v = { .device = -ENODEV };
	struct output out = {};
	struct reading before, r;
	__u64 seconds = 1;
	int error;

	if (o->seconds)
		seconds = name_number("--watch", o->seconds, 1, MAX_SECONDS);
	error = files_open(&v.sysfs, o->sysroot);
	if (error)
		errx(failure, "%s: %s", o->sysroot ? o->sysroot : "/", strerror(-error));

	v.hypervisor = hypervisor_detect(&v);
	pv_interval_begin();
	if (!strcmp(o->names[0], "exits"))
		return exits_watch(&v, o, seconds);

	before = take_reading(&v);
	if (o->format != FORMAT_JSON)
		print_notes(v.notes);
	while (pv_interval_wait(before.ns + seconds * NSEC_PER_SEC)) {
		json_object_put(v.notes);
		r = take_reading(&v);
		print_interval(&v, o, &out, &before, &r);
		json_object_put(before.facts);
		before = r;
	}
	json_object_put(before.facts);
	json_object_put(v.notes);
	json_object_put(v.hypervisor);
	pv_sysfs_close(&v.sysfs);
	return EXIT_SUCCESS;
}
