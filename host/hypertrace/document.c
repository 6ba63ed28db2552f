// SPDX-License-Identifier: GPL-2.0
/*
 * The result of an interval, as JSON and as a table.
 */
#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/pvhost/pvhost.h"
#include "hypertrace.h"

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

/* Returns NULL if no hypercall has the number. */
const char *document_call(__u64 nr)
{
	const struct pv_call *call = pv_calls_find(nr);

	return call ? call->name : NULL;
}

/* Returns NULL if the number has no name. */
const char *document_name(const struct document_kind *kind, const struct row *row)
{
	return row->number == STATE_OTHER ? "(others)" : kind->number_name(row->number);
}

/* With three decimal places, also in the output of json-c */
static void add_share(struct json_object *o, const char *key, double share)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3f", share);
	json_object_object_add(o, key, json_object_new_double_s(share, text));
}

static struct json_object *row_facts(const struct document_kind *kind, const struct options *opts,
				     const struct row *row, __u64 total)
{
	struct json_object *o = json_object_new_object();
	const char *name = document_name(kind, row);
	size_t i;

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
	add_share(o, "time_share", total ? (double)row->sum / total : 0);
	json_object_object_add(o, "histogram", histogram(row));
	return o;
}

/* Reasons why values are missing: members of struct state_lost */
static const struct {
	const char *key;
	const char *text;
	size_t offset;
} losses[] = {
	{ "thread_table_full", "thread table full", offsetof(struct state_lost, threads) },
	{ "histograms_full", "histograms full", offsetof(struct state_lost, numbers) },
	{ "scaled_clock", "scaled clock", offsetof(struct state_lost, clocks) },
	{ "event_ring_full", "event ring full", offsetof(struct state_lost, events) },
	{ "missing_end", "missing end", offsetof(struct state_lost, ends) },
	{ "bucket_overflow", "bucket overflow", offsetof(struct state_lost, counts) },
};

static __u64 loss(const struct state_lost *lost, size_t i)
{
	return *(const __u64 *)((const char *)lost + losses[i].offset);
}

/* The counters of the interval; they increase from the start of the trace on. */
static struct json_object *lost(struct trace *trace)
{
	const struct state_lost now = *trace->lost;
	const __u64 missed = trace_missed(trace);
	struct json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(losses); i++)
		add(o, losses[i].key, loss(&now, i) - loss(&trace->lost_before, i));
	add(o, "recursion_misses", missed - trace->missed_before);
	trace->lost_before = now;
	trace->missed_before = missed;
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

/**
 * document - the result of an interval
 * @kind: what the command counts
 * @trace: the trace
 * @opts: options
 * @method: how the programs are attached
 * @rows: rows of the interval
 * @nr: number of rows
 *
 * Returns the object, for json_object_put().
 */
struct json_object *document(const struct document_kind *kind, struct trace *trace,
			     const struct options *opts, const char *method,
			     const struct row *rows, size_t nr)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const bool whole = kind->shares || opts->state.full;
	__u64 total = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		total += rows[i].sum;
	for (i = 0; i < nr; i++)
		json_object_array_add(list, row_facts(kind, opts, &rows[i], total));

	json_object_object_add(o, "method", json_object_new_string(method));
	json_object_object_add(o, "start_event",
			       json_object_new_string(whole || trace->clocks ? "exit" : "handler"));
	json_object_object_add(o, "end_event", json_object_new_string(whole ? "entry" : "answer"));
	json_object_object_add(o, "error_ns", trace->clocks ?
			       document_u64(clock_error(trace->clock)) : NULL);
	add_share(o, "interval_s", (double)(trace->ended - trace->began) / NSEC_PER_SEC);
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
		{ .title = "TIME_SHARE", .key = "time_share" },
		{ .title = "MIN_NS", .key = "min_ns" },
		{ .title = "P50_NS", .key = "p50_ns" },
		{ .title = "P90_NS", .key = "p90_ns" },
		{ .title = "P99_NS", .key = "p99_ns" },
		{ .title = "P99_9_NS", .key = "p99_9_ns" },
		{ .title = "MAX_NS", .key = "max_ns" },
		{ .title = "MEAN_NS", .key = "mean_ns" },
		{ .title = "KERNEL_NS", .key = "kernel_ns" },
		{ .title = "USER_NS", .key = "user_ns" },
		{ .title = "HANDLER_NS", .key = "handler_ns" },
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
	printf("%llu %s in %s s, from %s to %s\n", sum, kind->name,
	       json_object_get_string(json_object_object_get(facts, "interval_s")),
	       json_object_get_string(json_object_object_get(facts, "start_event")),
	       json_object_get_string(json_object_object_get(facts, "end_event")));
	sum = 0;
	for (i = 0; i < ARRAY_SIZE(losses); i++)
		sum += get(l, losses[i].key);
	printf("lost: %llu %s", sum, kind->name);
	for (i = 0; i < ARRAY_SIZE(losses); i++)
		printf("%s%s %llu", i ? ", " : " (", losses[i].text, get(l, losses[i].key));
	printf("); recursion misses: %llu\n", get(l, "recursion_misses"));
}

void document_print(const struct document_kind *kind, const struct options *opts,
		    struct json_object *facts)
{
	struct json_object *list = json_object_object_get(facts, kind->name);

	/* One line for each event and each interval */
	if (opts->json && (opts->state.events || opts->interval)) {
		puts(json_object_to_json_string_ext(facts, JSON_C_TO_STRING_PLAIN));
	} else if (opts->json) {
		pvhost_print_json(facts);
	} else {
		print_table(kind, opts, list);
		print_sum(kind, facts, list);
	}
}
