// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that run.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hypertrace.h"
#include "userspace/libpv/libbpf.h"

#define POLL_NS		(NSEC_PER_SEC / 10)

/* That a clock is looked at before it is trusted */
#define CLOCK_NS	(NSEC_PER_SEC / 50)

static int add(struct trace *trace, struct bpf_link *link)
{
	if (!link)
		return -errno;
	trace->links[trace->nr_links++] = link;
	return 0;
}

int trace_event(struct trace *trace, struct bpf_program *program, const char *event)
{
	return add(trace, bpf_program__attach_raw_tracepoint(program, event));
}

int trace_probe(struct trace *trace, struct bpf_program *program, bool ret, const char *function)
{
	return add(trace, bpf_program__attach_kprobe(program, ret, function));
}

int trace_function(struct trace *trace, struct bpf_program *program)
{
	return add(trace, bpf_program__attach_trace(program));
}

__u64 trace_missed(const struct trace *trace)
{
	struct bpf_program *program;
	struct bpf_prog_info info;
	__u64 missed = 0;
	__u32 size;

	bpf_object__for_each_program(program, trace->programs) {
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (bpf_program__fd(program) >= 0 &&
		    !bpf_prog_get_info_by_fd(bpf_program__fd(program), &info, &size))
			missed += info.recursion_misses;
	}
	return missed;
}

/* kvm_pv may be loaded at any time, and has the event only then. */
static void attach_late(struct trace *trace)
{
	if (!trace->late)
		return;
	*trace->late_link = bpf_program__attach_raw_tracepoint(trace->late, trace->late_event);
	if (*trace->late_link)
		trace->late = NULL;
}

/* The link has its index before it is attached, so that it is detached in this order. */
int trace_late(struct trace *trace, struct bpf_program *program, const char *event)
{
	trace->late = program;
	trace->late_event = event;
	trace->late_link = &trace->links[trace->nr_links++];
	attach_late(trace);
	return 0;
}

/* In the reverse order: a program at the start of a call is detached before that at its end. */
void trace_detach(struct trace *trace)
{
	while (trace->nr_links)
		bpf_link__destroy(trace->links[--trace->nr_links]);
	trace->late = NULL;
}

static void look_at_clock(struct trace *trace)
{
	if (trace->clock)
		clock_add(trace->clock);
	if (trace->clocks)
		clock_tell(trace->clock, trace->clocks, trace->clock_index);
}

/* Programs are to be attached that need to know what the clock is. */
void trace_clock_begin(struct trace *trace)
{
	const struct timespec pause = { .tv_nsec = CLOCK_NS };

	clock_add(trace->clock);
	nanosleep(&pause, NULL);
	look_at_clock(trace);
}

static void consume(struct ring_buffer *events)
{
	if (events && ring_buffer__consume(events) < 0)
		err(EXIT_FAILURE, "events");
	if (events)
		pv_stdout_flush();
}

/**
 * trace_begin - start of the trace
 * @trace: attached programs
 * @opts: options
 */
void trace_begin(struct trace *trace, const struct options *opts)
{
	trace->start = pv_interval_now();
	warnx("tracing %s%s", pvhost_command->name,
	      opts->duration || opts->count ? "" : ", until interrupted");
}

bool trace_wait(struct trace *trace, struct ring_buffer *events, __u64 end)
{
	__u64 now, next;

	for (now = pv_interval_now(); now < end; now = pv_interval_now()) {
		attach_late(trace);
		look_at_clock(trace);
		next = now + POLL_NS;
		if (!pv_interval_wait(next < end ? next : end))
			return false;
		consume(events);
	}

	return true;
}

/**
 * trace_end - end of the trace
 * @trace: the trace; its programs are detached
 * @events: events of calls, NULL: none
 */
void trace_end(struct trace *trace, struct ring_buffer *events)
{
	trace_detach(trace);
	look_at_clock(trace);
	consume(events);
}
