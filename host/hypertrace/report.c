// SPDX-License-Identifier: GPL-2.0
/*
 * Reports during a trace: one at its end, or one after each interval, and the list of calls.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

/* Lines of calls */
#define FORMAT_HEAD	"%-16s %8s %8s %5s %-12s %10s %10s  %s\n"
#define FORMAT_LINE	"%6llu.%09llu %8u %8u %5d 0x%-10llx %10llu %10llu  %s\n"

/* Counts of many threads can have more than 32 bits: the largest ones are not exact then. */
static void narrow(const struct row *row, __u32 counts[STATE_BUCKETS])
{
	unsigned int b;

	for (b = 0; b < STATE_BUCKETS; b++)
		counts[b] = row->counts[b] < UINT32_MAX ? row->counts[b] : UINT32_MAX;
}

/* Prints the histogram of a row; @name: of the call or of the reason, NULL: it has none */
static void print_chart(const struct row *row, const char *name)
{
	const bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	struct pv_chart_line lines[PV_CHART_LINES];
	char bar[PV_CHART_BAR_SIZE];
	__u32 counts[STATE_BUCKETS];
	unsigned int i, n;
	__u64 most = 0;

	narrow(row, counts);
	n = pv_chart_lines(counts, lines);
	for (i = 0; i < n; i++)
		most = lines[i].count > most ? lines[i].count : most;

	printf("\nprocess %d, ", row->pid);
	if (row->vcpu_id != STATE_NO_VCPU)
		printf("vCPU %u, ", row->vcpu_id);
	if (name)
		printf("%s:\n", name);
	else
		printf("0x%llx:\n", row->number);
	printf("%10s %10s %10s %6s  DISTRIBUTION\n", "FROM_NS", "TO_NS", "COUNT", "%");
	for (i = 0; i < n; i++) {
		pv_chart_bar(lines[i].count, most, PV_CHART_WIDTH, utf8, bar);
		printf("%10llu %10llu %10llu %6.2f  %s\n", lines[i].low, lines[i].high,
		       lines[i].count, 100.0 * lines[i].count / row->count, bar);
	}
}

static const char *name_of(const struct state_event *e)
{
	const char *name = document_call(e->number);

	return name ? : "-";
}

static int print_event(void *opts, void *data, size_t size)
{
	const struct state_event *e = data;

	printf(FORMAT_LINE, e->time / 1000000000, e->time % 1000000000, (__u32)(e->id >> 32),
	       (__u32)e->id, (int)e->vcpu_id, e->number, e->ns, e->user, name_of(e));
	return 0;
}

/* One line to a call, so that a program need not wait for the end. */
static int print_event_json(void *opts, void *data, size_t size)
{
	struct json_object *o = json_object_new_object();
	const char *name;
	const struct state_event *e = data;

	name = document_call(e->number);
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
 * report_events - print events
 * @opts: as JSON or as text
 * @ring: where they come from
 *
 * Returns the ring, whose events ring_buffer__consume() prints.
 */
struct ring_buffer *report_events(const struct options *opts, struct bpf_map *ring)
{
	struct ring_buffer *events;

	events = ring_buffer__new(bpf_map__fd(ring), opts->json ? print_event_json : print_event,
				  NULL, NULL);
	if (!events)
		err(EXIT_FAILURE, "events");
	if (!opts->json)
		printf(FORMAT_HEAD, "TIME", "PID", "TID", "VCPU", "NR", "NS", "USER", "NAME");
	return events;
}

/* Returns the end of the interval that starts @now, by pv_interval_now(). */
static __u64 interval_end(const struct trace *trace, const struct options *opts, __u64 now)
{
	const __u64 end = opts->duration ? trace->start + opts->duration : ~0ULL;
	const __u64 next = opts->interval ? now + opts->interval : ~0ULL;

	return next < end ? next : end;
}

static void report(const struct document_kind *kind, struct trace *trace,
		   const struct options *opts, const char *method)
{
	struct json_object *facts;
	struct row *rows;
	size_t i, nr;

	rows = row_list(trace, opts, &nr);
	if (opts->timestamp)
		clock_print(time(NULL));
	facts = document(kind, trace, opts, method, rows, nr);
	document_print(kind, opts, facts);
	for (i = 0; opts->histogram && i < nr; i++)
		print_chart(&rows[i], document_name(kind, &rows[i]));
	json_object_put(facts);
	free(rows);
	if (opts->interval)
		pv_stdout_flush();
}

/**
 * report_run - trace, and print reports
 * @kind: what the command counts
 * @trace: attached programs; they are detached at the end
 * @opts: options
 * @events: events of calls, NULL: none
 * @method: how the programs are attached
 */
void report_run(const struct document_kind *kind, struct trace *trace, const struct options *opts,
		struct ring_buffer *events, const char *method)
{
	unsigned int n = 0;
	bool last = false;
	__u64 end;

	trace_begin(trace, opts);
	while (!last) {
		trace->began = n ? trace->ended : trace->start;
		end = interval_end(trace, opts, trace->began);
		last = !trace_wait(trace, events, end) || ++n == opts->count || !opts->interval ||
		       (opts->duration && end == trace->start + opts->duration);
		if (last)
			trace_end(trace, events);
		trace->ended = pv_interval_now();
		report(kind, trace, opts, method);
	}
}
