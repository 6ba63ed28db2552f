// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace calls
 */
#include <bpf/libbpf.h>
#include <getopt.h>
#include <stdlib.h>

#include "hypertrace.h"
#include "userspace/libpv/interval.h"

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "vcpu", required_argument, NULL, OPTION_VCPU },
	{ "duration", required_argument, NULL, 'd' },
	{ "interval", required_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'c' },
	{ "sort", required_argument, NULL, 's' },
	{ "histogram", no_argument, NULL, 'H' },
	{ "timestamp", no_argument, NULL, 'T' },
	{ "json", no_argument, NULL, 'J' },
	{ "call", required_argument, NULL, 'n' },
	{ "min-us", required_argument, NULL, OPTION_MIN_US },
	{ "events", no_argument, NULL, OPTION_EVENTS },
	{ "full", no_argument, NULL, OPTION_FULL },
	{ "method", required_argument, NULL, OPTION_METHOD },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct document_kind kind = {
	.name		= "calls",
	.number		= "nr",
	.title		= "NR",
	.mask		= ~0ULL,
	.number_name	= number_name,
};

int hypertrace_calls(int argc, char **argv)
{
	struct clock clock = { .keep = 64 };
	struct trace trace = { .clock = &clock };
	struct options opts = { };
	struct ring_buffer *events = NULL;
	const char *method;

	options_read(&opts, argc, argv, "p:d:i:c:Jn:s:HTh", options);
	options_interval(&opts, argc, argv);
	kernel_check();
	vm_check(opts.state.pid);

	pv_interval_begin();
	method = handler_attach(&opts, &trace);
	if (opts.state.events)
		events = event_open(&opts, trace.ring);
	report_run(&kind, &trace, &opts, events, method);
	ring_buffer__free(events);
	handler_close(&trace);
	return EXIT_SUCCESS;
}
