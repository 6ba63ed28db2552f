// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace - latency of hypercalls and other exits of running VMs
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "hypertrace.h"
#include "host/hypertrace/exits.skel.h"

static const struct option calls_options[] = {
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

static const struct document_kind calls = {
	.name		= "calls",
	.number		= "nr",
	.title		= "NR",
	.mask		= ~0ULL,
	.number_name	= document_call,
};

static int hypertrace_calls(int argc, char **argv)
{
	struct clock clock = { .keep = 64 };
	struct trace trace = { .clock = &clock };
	struct options opts = { };
	struct ring_buffer *events = NULL;
	const char *method;

	options_read(&opts, argc, argv, "p:d:i:c:Jn:s:HTh", calls_options);
	options_interval(&opts, argc, argv);
	kernel_check();
	kernel_check_vm(opts.state.pid);

	pv_interval_begin();
	method = handler_attach(&opts, &trace);
	if (opts.state.events)
		events = report_events(&opts, trace.ring);
	report_run(&calls, &trace, &opts, events, method);
	ring_buffer__free(events);
	handler_close(&trace);
	return EXIT_SUCCESS;
}

static const struct option exits_options[] = {
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

static const struct document_kind exits = {
	.name		= "exits",
	.number		= "reason",
	.title		= "REASON",
	.mask		= 0xffffffffU,
	.shares		= true,
	.number_name	= reason_name,
};

static struct exits_bpf *load_exits(const struct options *opts)
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
static void attach_exits(struct exits_bpf *skel, struct trace *trace)
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

static int hypertrace_exits(int argc, char **argv)
{
	struct trace trace = { };
	struct options opts = { };
	struct exits_bpf *skel;

	options_read(&opts, argc, argv, "p:d:i:c:Js:HTh", exits_options);
	options_interval(&opts, argc, argv);
	kernel_check();
	kernel_check_vm(opts.state.pid);

	pv_interval_begin();
	skel = load_exits(&opts);
	attach_exits(skel, &trace);
	report_run(&exits, &trace, &opts, NULL, "tracepoint");
	exits_bpf__destroy(skel);
	return EXIT_SUCCESS;
}

/* Of more than one command */
#define USAGE_VM \
	"  -p, --pid PID         the VMs of this process (default: all VMs)\n" \
	"      --name NAME       the VM with this name of QEMU's option -name, or the process\n" \
	"                        with this name\n"

#define USAGE_COMMON \
	"  INTERVAL [COUNT]      as --interval and --count\n" \
	USAGE_VM \
	"      --vcpu N1,N2,..   these vCPUs (default: all)\n" \
	"  -i, --interval SECS   print a report every SECS seconds (default: one at the end)\n" \
	"  -c, --count N         end after N reports\n" \
	"  -d, --duration SECS   end after SECS seconds (default: when interrupted)\n" \
	"  -s, --sort ORDER      pid (default), count, time, mean, max, p50 or p99\n" \
	"  -H, --histogram       print the distribution of each row\n" \
	"  -T, --timestamp       print the time of day before each table\n" \
	"  -J, --json            print JSON\n"

static const struct pvhost_command commands[] = {
	{
		.name	= "calls",
		.run	= hypertrace_calls,
		.help	= "latency of hypercalls, by number and vCPU",
		.usage	= "calls [OPTION]... [INTERVAL [COUNT]]\n\n"
			  USAGE_COMMON
			  "  -n, --call N1,NAME2,..  these hypercalls (default: all)\n"
			  "      --min-us N        hypercalls of at least N microseconds\n"
			  "      --events          print each hypercall when it ends\n"
			  "      --full            measure from exit to entry, with the share of user space;\n"
			  "                        slows down other exits as well\n"
			  "      --method NAME     fexit, fentry or kprobe (default: the first that works)\n",
	},
	{
		.name	= "exits",
		.run	= hypertrace_exits,
		.help	= "time of all exits, by reason and vCPU",
		.usage	= "exits [OPTION]... [INTERVAL [COUNT]]\n\n"
			  USAGE_COMMON
			  "      --reason R1,R2,..  these reasons, by name or number (default: all)\n",
	},
	{
		.name	= "split",
		.run	= hypertrace_split,
		.help	= "latency of a hypercall by stage, seen by guest and host together",
		.usage	= "split [OPTION]... TAGFILE\n\n"
			  USAGE_VM
			  "  -d, --duration SECS   end after SECS seconds (default: when interrupted)\n"
			  "  -J, --json            print JSON\n"
			  "      --method NAME     fentry or kprobe (default: the first that works)\n\n"
			  "'vcpuinfo latency --tag' writes TAGFILE in the guest during the trace;\n"
			  "hypertrace reads it at the end.\n",
	},
};

static const struct pvhost_program program = {
	.name		= "hypertrace",
	.commands	= commands,
	.nr_commands	= ARRAY_SIZE(commands),
};

int main(int argc, char **argv)
{
	return pvhost_command_main(&program, argc, argv);
}
