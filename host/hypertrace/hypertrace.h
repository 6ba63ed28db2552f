/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hypertrace(8): what its parts have of each other.
 *
 * Whatever goes wrong ends the program with one line that says what to do; so
 * these functions return only where they succeed, unless they say otherwise.
 */
#ifndef _HYPERTRACE_H
#define _HYPERTRACE_H

#include <json-c/json.h>
#include <linux/pv_hypercall.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "host/pvhost/pvhost.h"
#include "state.h"
#include "userspace/libpv/compiler.h"

/* calls.c, exits.c, split.c */
int hypertrace_calls(int argc, char **argv);
int hypertrace_exits(int argc, char **argv);
int hypertrace_split(int argc, char **argv);

/* Options that have no short form */
enum {
	WISH_VM = 256,
	WISH_MIN_US,
	WISH_EVENTS,
	WISH_FULL,
	WISH_VIA,
};

/* wish.c: what the user wants */

/**
 * struct wish - options
 * @state: what the programs need to know of it
 * @seconds: 0: until the user interrupts
 * @json: as JSON
 * @via: name of a way to attach, NULL: the cheapest that works
 */
struct wish {
	struct state_wish state;
	unsigned int seconds;
	bool json;
	const char *via;
};

struct option;

/* Takes those options of all commands that this one has: @letters and @options. */
void wish_read(struct wish *wish, int argc, char **argv, const char *letters,
	       const struct option *options);

/* number.c: hypercalls */
void number_list(struct wish *wish, const char *text);
const char *number_name(__u64 number);

/* reason-x86.c, reason-arm64.c: exits; NULL: it has no name */
const char *reason_name(__u64 reason);

/* vm.c: a process that has a VM */
void vm_check(pid_t pid);

/* kernel.c, kernel-x86.c, kernel-arm64.c: what this kernel must have */
extern const char * const kernel_handlers[];	/* of hypercalls; the last is NULL */
extern const char * const kernel_no_kvm;	/* what to do where there is none */

void kernel_check(void);
const char *kernel_handler(void);
void __noreturn kernel_refuses(const char *what, int err);

/* trace.c: programs that run */

struct bpf_link;
struct bpf_map;
struct bpf_object;
struct bpf_program;
struct calls_bpf;
struct clock;

#define TRACE_LINKS	8

/**
 * struct trace - a trace that runs
 * @threads: state of the threads, as @prices, @nr_prices and @lost in the memory of the
 *           programs
 * @prices: histograms
 * @nr_prices: how many
 * @lost: what could not be counted
 * @programs: all of them
 * @links: what is attached, in that order
 * @nr_links: how many
 * @late: a program that is attached where kvm_pv is loaded, NULL: it is attached
 * @late_event: to what
 * @late_link: its place among the others
 * @ring: events, where there are any
 * @calls: the programs, of handler_attach()
 * @clock: gets a pair now and then, NULL: is not wanted
 * @clocks: where programs read how ticks become nanoseconds, NULL: they do not
 * @clock_index: which they read
 * @began: when it was attached, by pv_interval_now()
 * @ended: when that was over
 */
struct trace {
	const struct state_thread *threads;
	const struct state_prices *prices;
	const __u32 *nr_prices;
	const struct state_lost *lost;
	const struct bpf_object *programs;
	struct bpf_link *links[TRACE_LINKS];
	size_t nr_links;
	struct bpf_program *late;
	const char *late_event;
	struct bpf_link **late_link;
	struct bpf_map *ring;
	struct calls_bpf *calls;
	struct clock *clock;
	struct state_clock *clocks;
	__u32 *clock_index;
	__u64 began;
	__u64 ended;
};

/* They return 0 or a negative errno. */
int trace_event(struct trace *trace, struct bpf_program *program, const char *event);
int trace_probe(struct trace *trace, struct bpf_program *program, bool ret, const char *function);
int trace_function(struct trace *trace, struct bpf_program *program);
int trace_late(struct trace *trace, struct bpf_program *program, const char *event);
void trace_detach(struct trace *trace);
void trace_clock_begin(struct trace *trace);
/* How often the kernel did not run a program, since it ran on this CPU already */
__u64 trace_missed(const struct trace *trace);

struct ring_buffer;

/* For as long as the user wants; @events may be NULL. */
void trace_follow(struct trace *trace, const struct wish *wish, struct ring_buffer *events);

/* handler.c: KVM's handler of hypercalls */
const char *handler_attach(const struct wish *wish, struct trace *trace);
void handler_close(struct trace *trace);

/* event.c: the list of calls */
struct ring_buffer *event_open(const struct wish *wish, struct bpf_map *ring);

/* tagged.c: calls that the guest has written down */

/**
 * struct tagged - what 'vcpuinfo latency --tag' writes
 * @tag: that its calls carry
 * @nr: number of the call
 * @khz: ticks of the guest's counter in a millisecond
 * @times: the counter before and after each call
 * @count: calls
 */
struct tagged {
	__u64 tag;
	__u64 nr;
	__u64 khz;
	struct pv_hypercall_times *times;
	size_t count;
};

void tagged_read(struct tagged *tagged, const char *path);

/* clock.c: this host's counter and CLOCK_MONOTONIC */

/**
 * struct clock_pair - both, at the same time
 * @ticks: the counter
 * @ns: CLOCK_MONOTONIC
 * @error: ticks that they may be apart
 */
struct clock_pair {
	__u64 ticks;
	__u64 ns;
	__u64 error;
};

/**
 * struct clock - how one becomes the other
 * @pairs: in their order
 * @nr: how many
 * @keep: so many at most, of which the older half is given up; 0: all
 * @error: clock_error() of those that were given up
 */
struct clock {
	struct clock_pair *pairs;
	size_t nr;
	size_t keep;
	__u64 error;
};

void clock_add(struct clock *clock);
__u64 clock_ticks(const struct clock *clock, __u64 ns);
__u64 clock_error(const struct clock *clock);

void clock_tell(const struct clock *clock, struct state_clock *clocks, __u32 *index);

/* clock-x86.c, clock-arm64.c */
/* By what KVM multiplies what it does not scale; 0: KVM does not tell when guests leave */
__u64 clock_ratio(void);
__u64 clock_counter(void);
/* The guest's counter; false: its scale is not understood */
bool clock_guest(__u64 ticks, __u64 offset, __u64 ratio, __u64 *guest);

/* row.c: histograms of one number and vCPU */

/**
 * struct row - histograms of all threads that were this vCPU
 * @pid: process
 * @vcpu_id: KVM's id of the vCPU
 * @number: of a call, or reason of an exit
 * @count: values
 * @min: least nanoseconds
 * @max: most
 * @sum: of all
 * @handler: of all, in the handler
 * @user: of all, in user space
 * @counts: log-linear
 */
struct row {
	pid_t pid;
	__u32 vcpu_id;
	__u64 number;
	__u64 count;
	__u64 min;
	__u64 max;
	__u64 sum;
	__u64 handler;
	__u64 user;
	__u64 counts[STATE_BUCKETS];
};

struct row *row_list(const struct trace *trace, size_t *nr);
__u64 row_percentile(const struct row *row, unsigned int permille);

/* document.c: facts */

/**
 * struct document_kind - what a command counts
 * @name: of the array
 * @number: member that has the number
 * @title: head of its column
 * @mask: bits of the number that are shown
 * @shares: the share of user space is known
 * @number_name: its name, NULL: it has none
 */
struct document_kind {
	const char *name;
	const char *number;
	const char *title;
	__u64 mask;
	bool shares;
	const char *(*number_name)(__u64 number);
};

struct json_object *document_u64(__u64 value);
struct json_object *document(const struct document_kind *kind, const struct trace *trace,
			     const struct wish *wish, const char *via);
void document_print(const struct document_kind *kind, const struct wish *wish,
		    struct json_object *facts);

#endif /* _HYPERTRACE_H */
