/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hypertrace(8): functions and types that its files share.
 *
 * A function that fails prints one line that says what to do, and ends the program, unless
 * its description says that it returns the failure.
 */
#ifndef _HYPERTRACE_H
#define _HYPERTRACE_H

#include <json-c/json.h>
#include <linux/pv_hypercall.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "host/pvhost/pvhost.h"
#include "state.h"

/* split.c */
int hypertrace_split(int argc, char **argv);

/* Options that have no short form */
enum {
	OPTION_NAME = 256,
	OPTION_MIN_US,
	OPTION_EVENTS,
	OPTION_FULL,
	OPTION_METHOD,
	OPTION_VCPU,
	OPTION_REASON,
};

/* options.c: options */

struct row;
struct reasons;

/* A value of a row that rows are sorted by, the largest one first */
typedef __u64 (*row_value)(const struct row *row);

/**
 * struct options - options
 * @state: options of the programs in BPF
 * @duration: nanoseconds, 0: until the user interrupts
 * @interval: nanoseconds between reports, 0: one report at the end
 * @count: number of reports, 0: no limit
 * @json: print JSON
 * @histogram: print histograms
 * @timestamp: print the time of day before each table
 * @sort: order of rows, NULL: by process, number and vCPU
 * @vcpus: only these vCPUs
 * @nr_vcpus: number of them, 0: all
 * @reasons: only these reasons of exits, NULL: all
 * @method: name of a way to attach, NULL: the one with the lowest overhead that works
 */
struct options {
	struct state_options state;
	__u64 duration;
	__u64 interval;
	unsigned int count;
	bool json;
	bool histogram;
	bool timestamp;
	row_value sort;
	__u32 *vcpus;
	size_t nr_vcpus;
	const struct reasons *reasons;
	const char *method;
};

struct option;

void options_read(struct options *opts, int argc, char **argv, const char *letters,
		  const struct option *options);
void options_interval(struct options *opts, int argc, char **argv);

/* symbols.c: names of values in the format of a trace event */
#define SYMBOL_FIELD	16
#define SYMBOL_NAME	48
#define SYMBOLS_MAX	1024

/* Values of the member "isa" of kvm_exit on x86 */
#define SYMBOL_ISA_VMX	1
#define SYMBOL_ISA_SVM	2

/**
 * struct symbol - a name
 * @field: member of the event's record
 * @isa: value of the member "isa" for which the name holds, 0: any
 * @value: value of the member
 * @name: its name
 */
struct symbol {
	char field[SYMBOL_FIELD];
	__u32 isa;
	__u32 value;
	char name[SYMBOL_NAME];
};

/**
 * struct symbols - names in one format
 * @list: the names
 * @nr: their number
 */
struct symbols {
	struct symbol list[SYMBOLS_MAX];
	size_t nr;
};

void symbols_read(struct symbols *symbols, const char *text);
const char *symbols_find(const struct symbols *symbols, const char *field, __u32 isa, __u32 value);

/* reason.c: reasons of exits; NULL: it has no name */
const char *reason_name(__u64 reason);
const struct reasons *reason_list(const char *text);
bool reason_listed(const struct reasons *reasons, __u64 reason);

/* arch-x86.c, arch-arm64.c: names of KVM */
extern const char * const kernel_handlers[];	/* functions for hypercalls; the last is NULL */
extern const char * const kernel_no_kvm;	/* advice if KVM is missing */

/* kernel.c: requirements for the kernel and the process */
void kernel_check(void);
void kernel_check_vm(pid_t pid);
const char *kernel_handler(void);
void __noreturn kernel_failed(const char *what, int err);

/* trace.c: attached programs */

struct bpf_link;
struct bpf_map;
struct bpf_object;
struct bpf_program;
struct calls_bpf;
struct clock;

#define TRACE_LINKS	8

/**
 * struct trace - a running trace
 * @threads: state of the threads; like @histograms, @nr_histograms and @lost in the memory of the
 *           programs
 * @histograms: histograms
 * @nr_histograms: number of histograms
 * @lost: counters of lost calls and exits
 * @programs: all programs
 * @links: links of the attached programs, in the order of their attachment
 * @nr_links: number of links
 * @late: a program that is attached when kvm_pv is loaded, NULL: it is attached
 * @late_event: event of that program
 * @late_link: link of that program, one of @links
 * @ring: ring buffer of events, NULL: none
 * @calls: the programs of handler_attach()
 * @clock: clock that gets pairs during the trace, NULL: none
 * @clocks: conversions from ticks to nanoseconds for the programs, NULL: none
 * @clock_index: index of the conversion that the programs use
 * @start: start of the trace, by pv_interval_now()
 * @began: start of the interval
 * @ended: end of the interval
 * @before: rows at the start of the interval
 * @nr_before: number of them
 * @lost_before: @lost at the start of the interval
 * @missed_before: trace_missed() at the start of the interval
 */
struct trace {
	const struct state_thread *threads;
	const struct state_histogram *histograms;
	const __u32 *nr_histograms;
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
	__u64 start;
	__u64 began;
	__u64 ended;
	struct row *before;
	size_t nr_before;
	struct state_lost lost_before;
	__u64 missed_before;
};

/* These functions return 0 or a negative errno. */
int trace_event(struct trace *trace, struct bpf_program *program, const char *event);
int trace_probe(struct trace *trace, struct bpf_program *program, bool ret, const char *function);
int trace_function(struct trace *trace, struct bpf_program *program);
int trace_late(struct trace *trace, struct bpf_program *program, const char *event);
void trace_detach(struct trace *trace);
void trace_clock_begin(struct trace *trace);
/* Returns how often the kernel skipped a program that was running on the CPU. */
__u64 trace_missed(const struct trace *trace);

struct ring_buffer;

void trace_begin(struct trace *trace, const struct options *opts);
/* Traces until @end; returns false if the user interrupts.  @events may be NULL. */
bool trace_wait(struct trace *trace, struct ring_buffer *events, __u64 end);
void trace_end(struct trace *trace, struct ring_buffer *events);

/* handler.c: KVM's handler of hypercalls */
const char *handler_attach(const struct options *opts, struct trace *trace);
void handler_close(struct trace *trace);

/* tagged.c: the guest's file of calls with a tag */

/**
 * struct tagged - the file of 'vcpuinfo latency --tag'
 * @tag: tag of its calls
 * @nr: number of the hypercall
 * @khz: ticks of the guest's counter in a millisecond
 * @times: the counter before and after each call
 * @count: number of calls
 */
struct tagged {
	__u64 tag;
	__u64 nr;
	__u64 khz;
	struct pv_hypercall_times *times;
	size_t count;
};

void tagged_read(struct tagged *tagged, const char *path);

/* clock.c: this host's counter, CLOCK_MONOTONIC, and the time of day */

/**
 * struct clock_pair - both clocks at the same time
 * @ticks: the counter
 * @ns: CLOCK_MONOTONIC
 * @error: bound for the time between both readings, in ticks
 */
struct clock_pair {
	__u64 ticks;
	__u64 ns;
	__u64 error;
};

/**
 * struct clock - conversion from one clock to the other
 * @pairs: pairs in the order of time
 * @nr: number of pairs
 * @keep: limit of @nr, at which the older half is removed; 0: none
 * @error: clock_error() of the removed pairs
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
void clock_print(time_t time);

/* arch-x86.c, arch-arm64.c: the counter */
/* Returns KVM's ratio of an unscaled clock; 0: KVM does not record the time of an exit. */
__u64 clock_ratio(void);
__u64 clock_counter(void);
/* Computes the guest's counter; false: its scale is unknown. */
bool clock_guest(__u64 ticks, __u64 offset, __u64 ratio, __u64 *guest);

/* row.c: histograms of one number and vCPU */

/**
 * struct row - histograms of all threads that ran this vCPU
 * @pid: process id
 * @vcpu_id: KVM's id of the vCPU
 * @number: number of a call, or reason of an exit
 * @count: number of values
 * @min: minimum in nanoseconds
 * @max: maximum
 * @sum: sum of the values
 * @handler: sum of the times in the handler
 * @user: sum of the times in user space
 * @order: value that rows are sorted by
 * @counts: log-linear histogram
 *
 * @min and @max of an interval are bounds of buckets, apart from those of the first one.
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
	__u64 order;
	__u64 counts[STATE_BUCKETS];
};

struct row *row_list(struct trace *trace, const struct options *opts, size_t *nr);
__u64 row_percentile(const struct row *row, unsigned int permille);
row_value row_sort(const char *name);

/* document.c: the output as JSON objects */

/**
 * struct document_kind - the rows of a command
 * @name: name of the array
 * @number: name of the member with the number
 * @title: heading of its column
 * @mask: bits of the number to print
 * @shares: the share of user space is known
 * @number_name: returns the name of a number, NULL: it has none
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
const char *document_call(__u64 nr);
const char *document_name(const struct document_kind *kind, const struct row *row);
struct json_object *document(const struct document_kind *kind, struct trace *trace,
			     const struct options *opts, const char *method,
			     const struct row *rows, size_t nr);
void document_print(const struct document_kind *kind, const struct options *opts,
		    struct json_object *facts);

/* report.c: reports during a trace, and the list of calls */
struct ring_buffer *report_events(const struct options *opts, struct bpf_map *ring);
void report_run(const struct document_kind *kind, struct trace *trace, const struct options *opts,
		struct ring_buffer *events, const char *method);

#endif /* _HYPERTRACE_H */
