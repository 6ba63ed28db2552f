// SPDX-License-Identifier: GPL-2.0
/*
 * Tracing of KVM's handler of hypercalls, by the method with the lowest overhead.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hypertrace.h"
#include "host/hypertrace/calls.skel.h"

/*
 * On x86 since Linux 6.8: gets numbers as an argument, and is passed by no other calls.  Since 6.13
 * another function has this place.  When it returns, the register still has the number.
 */
#define ANSWERS		"__kvm_emulate_hypercall"
#define ANSWERS_NEW	"____kvm_emulate_hypercall"

/* Load the program, if the kernel has the function */
static int load_function(struct bpf_program *program, const char *function)
{
	int err = bpf_program__set_attach_target(program, 0, function);

	if (!err)
		bpf_program__set_autoload(program, true);
	return err;
}

static int load_fexit(struct calls_bpf *skel, const char *handler)
{
	struct state_options *opts = &skel->rodata_options->options;

	opts->ratio = clock_ratio();
	if (!opts->ratio || opts->full || opts->tagged)
		return -EOPNOTSUPP;
	bpf_program__set_autoload(skel->progs.answered, true);
	if (!load_function(skel->progs.fexit_answer, ANSWERS))
		return 0;
	return load_function(skel->progs.fexit_answer_new, ANSWERS_NEW);
}

static int attach_fexit(struct calls_bpf *skel, const char *handler, struct trace *trace)
{
	trace->clocks = skel->bss->clocks;
	trace->clock_index = &skel->bss->clock_index;
	trace_clock_begin(trace);
	return trace_late(trace, skel->progs.answered, "kvm_pv_answer") ? :
	       trace_function(trace, bpf_program__autoload(skel->progs.fexit_answer) ?
				     skel->progs.fexit_answer : skel->progs.fexit_answer_new);
}

/* Some kernels cannot put it on a function, or not on this one. */
static int load_fentry(struct calls_bpf *skel, const char *handler)
{
	int err;

	bpf_program__set_autoload(skel->progs.fentry_handler, true);
	bpf_program__set_autoload(skel->progs.fexit_handler, true);
	bpf_program__set_autoload(skel->progs.announced, true);
	err = bpf_program__set_attach_target(skel->progs.fentry_handler, 0, handler);
	if (err)
		return err;
	return bpf_program__set_attach_target(skel->progs.fexit_handler, 0, handler);
}

static int attach_fentry(struct calls_bpf *skel, const char *handler, struct trace *trace)
{
	return trace_function(trace, skel->progs.fexit_handler) ? :
	       trace_late(trace, skel->progs.announced, "kvm_pv_call") ? :
	       trace_function(trace, skel->progs.fentry_handler);
}

static int load_kprobe(struct calls_bpf *skel, const char *handler)
{
	bpf_program__set_autoload(skel->progs.kprobe_handler, true);
	bpf_program__set_autoload(skel->progs.kretprobe_handler, true);
	bpf_program__set_autoload(skel->progs.announced, true);
	return 0;
}

static int attach_kprobe(struct calls_bpf *skel, const char *handler, struct trace *trace)
{
	return trace_probe(trace, skel->progs.kretprobe_handler, true, handler) ? :
	       trace_late(trace, skel->progs.announced, "kvm_pv_call") ? :
	       trace_probe(trace, skel->progs.kprobe_handler, false, handler);
}

/**
 * struct way - to attach to the handler
 * @name: value of --method
 * @load: chooses the programs
 * @attach: attaches them
 */
struct way {
	const char *name;
	int (*load)(struct calls_bpf *skel, const char *handler);
	int (*attach)(struct calls_bpf *skel, const char *handler, struct trace *trace);
};

/* In the order of their overhead, which Documentation/hypertrace.rst lists */
static const struct way ways[] = {
	{ "fexit", load_fexit, attach_fexit },
	{ "fentry", load_fentry, attach_fentry },
	{ "kprobe", load_kprobe, attach_kprobe },
};

static void set_options(struct calls_bpf *skel, const struct options *opts)
{
	struct bpf_program *program;

	skel->rodata_options->options = opts->state;

	bpf_object__for_each_program(program, skel->obj)
		bpf_program__set_autoload(program, false);
	bpf_program__set_autoload(skel->progs.thread_ends, true);
	bpf_program__set_autoload(skel->progs.full_exit, opts->state.full);
	bpf_program__set_autoload(skel->progs.full_entry, opts->state.full);
	bpf_program__set_autoload(skel->progs.full_user, opts->state.full);
	bpf_program__set_autoload(skel->progs.full_run, opts->state.full);
	if (!opts->state.events && !opts->state.tagged)
		bpf_map__set_max_entries(skel->maps.events, sysconf(_SC_PAGESIZE));
}

static int attach_full(struct calls_bpf *skel, struct trace *trace)
{
	return trace_event(trace, skel->progs.full_entry, "kvm_entry") ? :
	       trace_event(trace, skel->progs.full_user, "kvm_userspace_exit") ? :
	       trace_probe(trace, skel->progs.full_run, false, "kvm_arch_vcpu_ioctl_run") ? :
	       trace_event(trace, skel->progs.full_exit, "kvm_exit");
}

/*
 * What ends is attached before what begins, and kvm_pv's event before what reads a number
 * that kvm_pv may have overwritten.
 */
static int try(const struct way *way, const struct options *opts, const char *handler,
	       struct trace *trace)
{
	struct calls_bpf *skel = calls_bpf__open();
	int err;

	if (!skel)
		return -errno;
	set_options(skel, opts);
	err = way->load(skel, handler) ? : calls_bpf__load(skel);
	if (err)
		goto destroy_skel;

	trace->threads = skel->bss->threads;
	trace->histograms = skel->bss->histograms;
	trace->nr_histograms = &skel->bss->nr_histograms;
	trace->lost = &skel->bss->lost;
	trace->programs = skel->obj;
	err = trace_event(trace, skel->progs.thread_ends, "sched_process_exit") ? :
	      (opts->state.full ? attach_full(skel, trace) : 0) ? :
	      way->attach(skel, handler, trace);
	if (err)
		goto detach;

	trace->ring = skel->maps.events;
	trace->calls = skel;
	return 0;

detach:
	trace_detach(trace);
	trace->clocks = NULL;
destroy_skel:
	calls_bpf__destroy(skel);
	return err;
}

/**
 * handler_attach - trace the handler
 * @opts: what the user wants
 * @trace: out: the trace, for trace_follow() and handler_close()
 *
 * Returns the name of the way that was found.
 */
const char *handler_attach(const struct options *opts, struct trace *trace)
{
	const char *handler = kernel_handler();
	bool known = false, denied = false;
	int err = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (opts->method && strcmp(opts->method, ways[i].name))
			continue;
		known = true;
		err = try(&ways[i], opts, handler, trace);
		if (!err)
			return ways[i].name;
		/* If BPF or a part of it is not permitted, other ways fail with other errors. */
		denied |= err == -EPERM;
	}

	if (!known)
		errx(EXIT_FAILURE,
		     "--method: unknown method \"%s\": expected fexit, fentry or kprobe",
		     opts->method);
	if (opts->method && !strcmp(opts->method, ways[0].name) && err == -EOPNOTSUPP)
		errx(EXIT_FAILURE,
		     "--method %s: needs the TSC as clock, and excludes --full and split",
		     opts->method);
	kernel_failed(handler, denied ? -EPERM : err);
}

void handler_close(struct trace *trace)
{
	calls_bpf__destroy(trace->calls);
}
