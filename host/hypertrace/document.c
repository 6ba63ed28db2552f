// SPDX-License-Identifier: GPL-2.0
/*
 * What was counted, as JSON and as a table.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/pvhost/pvhost.h"
#include "hypertrace.h"
#include "userspace/libpv/histogram.h"
#include "userspace/libpv/interval.h"

static const struct {
	const char *key;
	unsigned int permille;
} percentiles[] = {
	{ "p50_ns", 500 },
	{ "p90_ns", 900 },
	{ "p99_ns", 990 },
	{ "p99_9_ns", 999 },
};

struct json_object *document_u64(__u64 value)
{
	return json_object_new_uint64(value);
}

static void add(struct json_object *o, const char *key, __u64 value)
{
	json_object_object_add(o, key, document_u64(value));
}

static struct json_object *histogram(const struct row *row)
{
	struct json_object *list = json_object_new_array(), *o;
	unsigned int b;

	for (b = 0; b < STATE_BUCKETS; b++) {
		if (!row->counts[b])
			continue;
		o = json_object_new_object();
		add(o, "low_ns", pv_histogram_low(b));
		add(o, "high_ns", pv_histogram_high(b));
		add(o, "count", row->counts[b]);
		json_object_array_add(list, o);
	}

	return list;
}

static struct json_object *row_facts(const struct document_kind *kind, const struct options *opts,
				     const struct row *row)
{
	struct json_object *o = json_object_new_object();
	const char *name = kind->number_name(row->number);
	size_t i;

	if (row->number == STATE_OTHER)
		name = "(others)";
	add(o, "pid", row->pid);
	json_object_object_add(o, "vcpu", row->vcpu_id == STATE_NO_VCPU ? NULL :
						document_u64(row->vcpu_id));
	json_object_object_add(o, kind->number, row->number == STATE_OTHER ? NULL :
						document_u64(row->number & kind->mask));
	json_object_object_add(o, "name", name ? json_object_new_string(name) : NULL);
	add(o, "count", row->count);
	add(o, "min_ns", row->min);
	for (i = 0; i < ARRAY_SIZE(percentiles); i++)
		add(o, percentiles[i].key, row_percentile(row, percentiles[i].permille));
	add(o, "max_ns", row->max);
	add(o, "mean_ns", row->sum / row->count);
	add(o, "sum_ns", row->sum);
	if (kind->shares || opts->state.full) {
		add(o, "kernel_ns", (row->sum - row->user) / row->count);
		add(o, "user_ns", row->user / row->count);
	}
	if (opts->state.full)
		add(o, "handler_ns", row->handler / row->count);
	json_object_object_add(o, "histogram", histogram(row));
	return o;
}

static struct json_object *lost(const struct trace *trace)
{
	const struct state_lost *l = trace->lost;
	struct json_object *o = json_object_new_object();

	add(o, "threads", l->threads);
	add(o, "numbers", l->numbers);
	add(o, "clocks", l->clocks);
	add(o, "events", l->events);
	add(o, "ends", l->ends);
	add(o, "missed", trace_missed(trace));
	add(o, "counts", l->counts);
	return o;
}

static __u64 threads(const struct trace *trace)
{
	__u64 nr = 0;
	size_t i;

	for (i = 0; i < STATE_THREADS; i++)
		nr += trace->threads[i].id != 0;
	return nr;
}

struct json_object *document(const struct document_kind *kind, const struct trace *trace,
			     const struct options *opts, const char *via)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const bool whole = kind->shares || opts->state.full;
	double seconds = (double)(trace->ended - trace->began) / NSEC_PER_SEC;
	struct row *rows;
	char text[32];
	size_t i, nr;

	rows = row_list(trace, &nr);
	for (i = 0; i < nr; i++)
		json_object_array_add(list, row_facts(kind, opts, &rows[i]));
	free(rows);

	snprintf(text, sizeof(text), "%.3f", seconds);
	json_object_object_add(o, "via", json_object_new_string(via));
	json_object_object_add(o, "from", json_object_new_string(whole || trace->clocks ?
								 "exit" : "handler"));
	json_object_object_add(o, "to", json_object_new_string(whole ? "entry" : "answer"));
	json_object_object_add(o, "error_ns", trace->clocks ?
			       document_u64(clock_error(trace->clock)) : NULL);
	json_object_object_add(o, "seconds", json_object_new_double_s(seconds, text));
	add(o, "threads", threads(trace));
	json_object_object_add(o, "lost", lost(trace));
	json_object_object_add(o, kind->name, list);
	return o;
}

static void print_table(const struct document_kind *kind, const struct options *opts,
			struct json_object *list)
{
	const struct pvhost_column columns[] = {
		{ .title = "PID", .key = "pid" },
		{ .title = "VCPU", .key = "vcpu" },
		{ .title = kind->title, .key = kind->number, .hex = true },
		{ .title = "NAME", .key = "name", .left = true },
		{ .title = "COUNT", .key = "count" },
		{ .title = "MIN", .key = "min_ns" },
		{ .title = "P50", .key = "p50_ns" },
		{ .title = "P90", .key = "p90_ns" },
		{ .title = "P99", .key = "p99_ns" },
		{ .title = "P99.9", .key = "p99_9_ns" },
		{ .title = "MAX", .key = "max_ns" },
		{ .title = "MEAN", .key = "mean_ns" },
		{ .title = "KERNEL", .key = "kernel_ns" },
		{ .title = "USER", .key = "user_ns" },
		{ .title = "HANDLER", .key = "handler_ns" },
	};
	size_t i, nr = ARRAY_SIZE(columns);
	struct libscols_table *table;

	if (!opts->state.full)
		nr -= kind->shares ? 1 : 3;
	table = pvhost_print_begin(columns, nr);
	for (i = 0; i < json_object_array_length(list); i++)
		pvhost_print_row(table, columns, nr, json_object_array_get_idx(list, i), NULL);
	pvhost_print_end(table);
}

static __u64 get(struct json_object *o, const char *key)
{
	return json_object_get_uint64(json_object_object_get(o, key));
}

static void print_sum(const struct document_kind *kind, struct json_object *facts,
		      struct json_object *list)
{
	struct json_object *l = json_object_object_get(facts, "lost");
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++)
		sum += get(json_object_array_get_idx(list, i), "count");
	printf("%llu %s in %s s, nanoseconds from %s to %s\n", sum, kind->name,
	       json_object_get_string(json_object_object_get(facts, "seconds")),
	       json_object_get_string(json_object_object_get(facts, "from")),
	       json_object_get_string(json_object_object_get(facts, "to")));
	printf("lost: %llu %s of too many threads, %llu of too many numbers, %llu events, ",
	       get(l, "threads"), kind->name, get(l, "numbers"), get(l, "events"));
	printf("%llu of scaled clocks, %llu ends, %llu of full buckets; skipped runs: %llu\n",
	       get(l, "clocks"), get(l, "ends"), get(l, "counts"), get(l, "missed"));
}

void document_print(const struct document_kind *kind, const struct options *opts,
		    struct json_object *facts)
{
	struct json_object *list = json_object_object_get(facts, kind->name);

	if (opts->json && opts->state.events) {
		puts(json_object_to_json_string_ext(facts, JSON_C_TO_STRING_PLAIN));
	} else if (opts->json) {
		pvhost_print_json(facts);
	} else {
		print_table(kind, opts, list);
		print_sum(kind, facts, list);
	}
}
