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
	{ "vm", required_argument, NULL, OPTION_VM },
	{ "duration", required_argument, NULL, 'd' },
	{ "json", no_argument, NULL, 'J' },
	{ "nr", required_argument, NULL, 'n' },
	{ "min-us", required_argument, NULL, OPTION_MIN_US },
	{ "events", no_argument, NULL, OPTION_EVENTS },
	{ "full", no_argument, NULL, OPTION_FULL },
	{ "via", required_argument, NULL, OPTION_VIA },
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
	struct json_object *facts;
	const char *via;

	options_read(&opts, argc, argv, "p:d:Jn:h", options);
	pvhost_no_more(argc, argv);
	kernel_check();
	vm_check(opts.state.pid);

	pv_interval_begin();
	via = handler_attach(&opts, &trace);
	if (opts.state.events)
		events = event_open(&opts, trace.ring);
	trace_follow(&trace, &opts, events);

	facts = document(&kind, &trace, &opts, via);
	document_print(&kind, &opts, facts);
	json_object_put(facts);
	ring_buffer__free(events);
	handler_close(&trace);
	return EXIT_SUCCESS;
}
