// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace split: where the time of a hypercall goes, seen by guest and host together.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/pvhost/pvhost.h"
#include "hypertrace.h"

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "duration", required_argument, NULL, 'd' },
	{ "json", no_argument, NULL, 'J' },
	{ "method", required_argument, NULL, OPTION_METHOD },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/*
 * Any guest may make calls with any tag, and only at the end the file says which tag is
 * meant: as many as four guests can write down.
 */
#define MAX_EVENTS	(4 * PV_HYPERCALL_MAX_TAGGED)

#define MAX_NS		(INT64_MAX / 4)

enum stage {
	TO_HOST,
	HANDLER,
	TO_GUEST,
	WHOLE,
	NR_STAGES,
};

static const char * const stages[NR_STAGES] = {
	[TO_HOST]	= "guest to host",
	[HANDLER]	= "handler",
	[TO_GUEST]	= "host to guest",
	[WHOLE]		= "whole",
};

static const struct pvhost_column columns[] = {
	{ .title = "STAGE", .key = "stage", .left = true },
	{ .title = "MIN", .key = "min_ns" },
	{ .title = "P50", .key = "p50_ns" },
	{ .title = "P90", .key = "p90_ns" },
	{ .title = "P99", .key = "p99_ns" },
	{ .title = "MAX", .key = "max_ns" },
	{ .title = "MEAN", .key = "mean_ns" },
};

/**
 * struct split - calls that the host has seen
 * @events: of all tags
 * @nr_events: how many
 * @lost: events beyond MAX_EVENTS
 * @ns: nanoseconds of each stage of each call, signed: the clocks may be wrong
 * @error: nanoseconds that the clocks may be wrong by
 * @nr: calls that both have seen
 * @wrong: calls that by the clocks were not in the host between their begin and end, or
 *         that ended before they began
 */
struct split {
	struct state_tagged *events;
	size_t nr_events;
	__u64 lost;
	__s64 *ns[NR_STAGES];
	__u64 error;
	size_t nr;
	size_t wrong;
};

static int keep(void *context, void *data, size_t size)
{
	struct split *split = context;
	size_t nr = split->nr_events;

	if (nr == MAX_EVENTS) {
		split->lost++;
		return 0;
	}
	/* Doubled at each power of two */
	if (!(nr & (nr - 1))) {
		split->events = reallocarray(split->events, nr ? 2 * nr : 1,
					     sizeof(*split->events));
		if (!split->events)
			err(EXIT_FAILURE, "events");
	}
	memcpy(&split->events[split->nr_events++], data, sizeof(*split->events));
	return 0;
}

/* A guest may write anything down: clamped to what can still be added and subtracted */
static __s64 ns_of(__s64 ticks, __u64 khz)
{
	const long double ns = (long double)ticks * 1000000 / khz;

	if (ns > MAX_NS)
		return MAX_NS;
	return ns < -MAX_NS ? -MAX_NS : ns;
}

static void add(struct split *split, const struct state_tagged *e,
		const struct pv_hypercall_times *times, __u64 khz, const struct clock *clock)
{
	const __s64 error = split->error;
	__u64 start, end;
	__s64 ns[NR_STAGES];
	size_t i;

	if (!clock_guest(clock_ticks(clock, e->start), e->offset, e->ratio, &start) ||
	    !clock_guest(clock_ticks(clock, e->end), e->offset, e->ratio, &end))
		errx(EXIT_FAILURE, "KVM does not say how this guest's counter is scaled");

	ns[TO_HOST] = ns_of(start - times->begin, khz);
	ns[HANDLER] = e->end - e->start;
	ns[TO_GUEST] = ns_of(times->end - end, khz);
	ns[WHOLE] = ns_of(times->end - times->begin, khz);
	for (i = 0; i < NR_STAGES; i++)
		split->ns[i][split->nr] = ns[i];
	split->nr++;
	if (ns[TO_HOST] < -error || ns[TO_GUEST] < -error)
		split->wrong++;
}

/* Each call once: a guest may lie about the sequence. */
static void match(struct split *split, const struct tagged *tagged, const struct clock *clock)
{
	bool *seen = calloc(tagged->count, sizeof(*seen));
	const struct pv_hypercall_times *times;
	const struct state_tagged *e;
	size_t i;

	for (i = 0; i < NR_STAGES; i++)
		split->ns[i] = calloc(tagged->count, sizeof(*split->ns[i]));
	if (!seen || !split->ns[TO_HOST] || !split->ns[HANDLER] || !split->ns[TO_GUEST] ||
	    !split->ns[WHOLE])
		err(EXIT_FAILURE, "calls");

	split->error = clock_error(clock);
	for (e = split->events; e < split->events + split->nr_events; e++) {
		if (e->tag != tagged->tag || e->sequence >= tagged->count || seen[e->sequence])
			continue;
		seen[e->sequence] = true;
		times = &tagged->times[e->sequence];
		/* The host moved the vCPU to a CPU whose counter is behind. */
		if (times->end < times->begin)
			split->wrong++;
		else
			add(split, e, times, tagged->khz, clock);
	}
	free(seen);
}

static int compare(const void *a, const void *b)
{
	const __s64 x = *(const __s64 *)a, y = *(const __s64 *)b;

	return (x > y) - (x < y);
}

static struct json_object *signed_number(__s64 value)
{
	return json_object_new_int64(value);
}

/* The nearest rank, as pv_histogram_percentile() has it */
static __s64 rank(const __s64 *sorted, size_t nr, unsigned int permille)
{
	return sorted[(nr * permille + 999) / 1000 - 1];
}

static struct json_object *stage_facts(const char *name, __s64 *ns, size_t nr)
{
	struct json_object *o = json_object_new_object();
	double sum = 0;
	size_t i;

	qsort(ns, nr, sizeof(*ns), compare);
	for (i = 0; i < nr; i++)
		sum += ns[i];
	json_object_object_add(o, "stage", json_object_new_string(name));
	json_object_object_add(o, "min_ns", signed_number(ns[0]));
	json_object_object_add(o, "p50_ns", signed_number(rank(ns, nr, 500)));
	json_object_object_add(o, "p90_ns", signed_number(rank(ns, nr, 900)));
	json_object_object_add(o, "p99_ns", signed_number(rank(ns, nr, 990)));
	json_object_object_add(o, "max_ns", signed_number(ns[nr - 1]));
	json_object_object_add(o, "mean_ns", signed_number(sum / nr));
	return o;
}

static __u64 lost(const struct split *split, const struct trace *trace)
{
	const struct state_lost *l = trace->lost;

	return l->threads + l->numbers + l->events + l->ends + trace_missed(trace) + split->lost;
}

static struct json_object *facts_of(struct split *split, const struct tagged *tagged,
				    const struct trace *trace, const char *method)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const char *name = document_call(tagged->nr);
	size_t i;

	for (i = 0; i < NR_STAGES; i++)
		json_object_array_add(list, stage_facts(stages[i], split->ns[i], split->nr));
	json_object_object_add(o, "method", json_object_new_string(method));
	json_object_object_add(o, "nr", document_u64(tagged->nr));
	json_object_object_add(o, "name", name ? json_object_new_string(name) : NULL);
	json_object_object_add(o, "calls", document_u64(tagged->count));
	json_object_object_add(o, "seen", document_u64(split->nr));
	json_object_object_add(o, "lost", document_u64(lost(split, trace)));
	json_object_object_add(o, "error_ns", document_u64(split->error));
	json_object_object_add(o, "wrong", document_u64(split->wrong));
	json_object_object_add(o, "stages", list);
	return o;
}

static void print(struct json_object *facts)
{
	struct json_object *list = json_object_object_get(facts, "stages");
	struct libscols_table *table = pvhost_print_begin(columns, ARRAY_SIZE(columns));
	const char * const keys[] = { "seen", "calls", "lost", "error_ns", "wrong" };
	const char *texts[ARRAY_SIZE(keys)];
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++)
		pvhost_print_row(table, columns, ARRAY_SIZE(columns),
				 json_object_array_get_idx(list, i), NULL);
	pvhost_print_end(table);
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		texts[i] = json_object_get_string(json_object_object_get(facts, keys[i]));
	printf("%s of %s calls, nanoseconds; lost: %s\n", texts[0], texts[1], texts[2]);
	printf("clocks are wrong by %s ns at most; calls that contradict this: %s\n", texts[3],
	       texts[4]);
}

int hypertrace_split(int argc, char **argv)
{
	struct clock clock = { };
	struct trace trace = { .clock = &clock };
	struct tagged tagged = { };
	struct split split = { };
	struct options opts = { };
	struct json_object *facts;
	struct ring_buffer *events;
	const char *method;

	options_read(&opts, argc, argv, "p:d:Jh", options);
	if (optind == argc) {
		warnx("split: missing TAGFILE: run 'vcpuinfo latency --tag' in the guest");
		pvhost_try_help();
	}
	optind++;
	pvhost_no_more(argc, argv);
	kernel_check();
	kernel_check_vm(opts.state.pid);

	pv_interval_begin();
	opts.state.tagged = 1;
	method = handler_attach(&opts, &trace);
	events = ring_buffer__new(bpf_map__fd(trace.ring), keep, &split, NULL);
	if (!events)
		err(EXIT_FAILURE, "events");
	trace_begin(&trace, &opts);
	trace_wait(&trace, events,
		   opts.duration ? trace.start + opts.duration : ~0ULL);
	trace_end(&trace, events);
	tagged_read(&tagged, argv[optind - 1]);
	match(&split, &tagged, &clock);
	if (!split.nr)
		errx(EXIT_FAILURE,
		     "none of the %zu calls was seen, %llu were lost, %zu end before they begin: trace while 'vcpuinfo latency --tag' runs",
		     tagged.count, lost(&split, &trace), split.wrong);
	facts = facts_of(&split, &tagged, &trace, method);
	if (opts.json)
		pvhost_print_json(facts);
	else
		print(facts);

	json_object_put(facts);
	ring_buffer__free(events);
	handler_close(&trace);
	return EXIT_SUCCESS;
}
