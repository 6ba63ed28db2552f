// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace exits
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "hypertrace.h"
#include "host/hypertrace/exits.skel.h"
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
	{ "reason", required_argument, NULL, OPTION_REASON },
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct document_kind kind = {
	.name		= "exits",
	.number		= "reason",
	.title		= "REASON",
	.mask		= 0xffffffffU,
	.shares		= true,
	.number_name	= reason_name,
};

static struct exits_bpf *load(const struct options *opts)
{
	struct exits_bpf *skel = exits_bpf__open();
	int err;

	if (!skel)
		kernel_failed("exits", -errno);
	skel->rodata_options->options = opts->state;
	bpf_map__set_max_entries(skel->maps.events, sysconf(_SC_PAGESIZE));
	err = exits_bpf__load(skel);
	if (err)
		kernel_failed("exits", err);
	return skel;
}

/* Attaches the programs at the end of an interval before those at its start. */
static void attach(struct exits_bpf *skel, struct trace *trace)
{
	int err;

	trace->threads = skel->bss->threads;
	trace->histograms = skel->bss->histograms;
	trace->nr_histograms = &skel->bss->nr_histograms;
	trace->lost = &skel->bss->lost;
	trace->programs = skel->obj;
	err = trace_event(trace, skel->progs.thread_ends, "sched_process_exit") ? :
	      trace_event(trace, skel->progs.exits_entry, "kvm_entry") ? :
	      trace_probe(trace, skel->progs.exits_run, false, "kvm_arch_vcpu_ioctl_run") ? :
	      trace_event(trace, skel->progs.exits_user, "kvm_userspace_exit") ? :
	      trace_event(trace, skel->progs.exits_exit, "kvm_exit");
	if (err)
		kernel_failed("exits", err);
}

int hypertrace_exits(int argc, char **argv)
{
	struct trace trace = { };
	struct options opts = { };
	struct exits_bpf *skel;

	options_read(&opts, argc, argv, "p:d:i:c:Js:HTh", options);
	options_interval(&opts, argc, argv);
	kernel_check();
	vm_check(opts.state.pid);

	pv_interval_begin();
	skel = load(&opts);
	attach(skel, &trace);
	report_run(&kind, &trace, &opts, NULL, "tracepoint");
	exits_bpf__destroy(skel);
	return EXIT_SUCCESS;
}
