// SPDX-License-Identifier: GPL-2.0
/*
 * A trace with one report at its end, or one after each interval.
 */
#include <bpf/libbpf.h>
#include <stdlib.h>

#include "hypertrace.h"
#include "userspace/libpv/interval.h"
#include "userspace/libpv/stdout.h"

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
		timestamp_print(time(NULL));
	facts = document(kind, trace, opts, method, rows, nr);
	document_print(kind, opts, facts);
	for (i = 0; opts->histogram && i < nr; i++)
		chart_print(&rows[i], document_name(kind, &rows[i]));
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
